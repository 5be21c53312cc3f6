using Glmm.Sparse.Core;
using Glmm.Sparse.Families;
using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Model;

namespace Glmm.Sparse.Benchmarks;

/// <summary>Rows in clusters of about ten (uniform on 5 to 15), an intercept and normal covariates, and a pass over them.</summary>
internal sealed class PassProblem : IDisposable
{
    private readonly FitWorkspace _work;
    private readonly AlignedBuffer _beta;
    private readonly double[] _alpha;

    internal PassProblem(Family family, int clusters, int fixedCount, int randomCount, int threads)
    {
        ClusteredDesign design = Design(family, clusters, fixedCount, randomCount);
        Rows = design.Observations;
        _work = new FitWorkspace(design, family, family.DefaultLink, threads, estimatesDispersion: false);
        _beta = ModeBuffer.Create(_work.Blocks);
        _alpha = new double[fixedCount];
    }

    /// <summary>n.</summary>
    internal int Rows { get; }

    /// <summary>One pass, at β = 0 given as such.</summary>
    internal void Run() =>
        _work.Pass.Run(PassPoint.Coefficients, _alpha, _beta, _work.Statistics, _work.Blocks);

    /// <inheritdoc/>
    public void Dispose()
    {
        _beta.Dispose();
        _work.Dispose();
    }

    private static ClusteredDesign Design(Family family, int clusters, int fixedCount, int randomCount)
    {
        var random = new Random(1);
        int[] id = [.. Enumerable.Range(0, clusters).SelectMany(i => Enumerable.Repeat(i, 5 + random.Next(11)))];
        var columns = new List<DesignColumn> { DesignColumn.Constant("(Intercept)", 1, id.Length) };
        for (int j = 1; j < fixedCount; j++)
        {
            var x = new double[id.Length];
            for (int r = 0; r < x.Length; r++) x[r] = 2 * (random.NextDouble() - 0.5);
            columns.Add(DesignColumn.FromValues($"x{j}", x));
        }

        var y = new double[id.Length];
        for (int r = 0; r < y.Length; r++) y[r] = random.Next(family.IsBinomial ? 2 : 4);
        return ClusteredDesign.Create(
            DesignColumn.FromValues("y", y), columns, columns[..randomCount], new ClusterIndex("id", id, clusters));
    }
}

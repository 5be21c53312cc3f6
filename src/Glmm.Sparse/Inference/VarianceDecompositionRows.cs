using Glmm.Sparse.Kernels;
using Glmm.Sparse.Model;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Inference;

/// <summary>What a decomposition of variance takes from the rows: Xα, zᵀDz and means over the random effects.</summary>
internal sealed class VarianceDecompositionRows
{
    private const int BlockRows = 4096;

    private readonly WorkingKernel _kernel;
    private readonly double[] _predictor;
    private readonly double[] _variance;

    /// <param name="fit">The fit.</param>
    /// <param name="design">Its design.</param>
    internal VarianceDecompositionRows(GlmmFit fit, ClusteredDesign design)
    {
        _kernel = WorkingKernel.Create(fit.Family, fit.Link);
        int n = design.Observations;
        double[] alpha = [.. fit.FixedEffects.Select(e => e.Estimate)], xa = new double[n];
        (_predictor, _variance) = (new double[n], Variances(design, fit.Covariance));
        var offset = new double[n];
        var scratch = new double[Math.Min(n, BlockRows)];
        for (int start = 0; start < n; start += BlockRows)
        {
            int count = Math.Min(BlockRows, n - start);
            int[] rows = [.. Enumerable.Range(start, count)];
            RowPredictor.LinearPredictor(
                design, fit.Outcome.FixedColumns, alpha, [], rows, _predictor.AsSpan(start, count), scratch);
            design.Offset?.Gather(rows, offset.AsSpan(start, count));
        }

        for (int i = 0; i < n; i++) xa[i] = _predictor[i] - offset[i];
        double mean = xa.Average();
        FixedVariance = xa.Sum(x => (x - mean) * (x - mean)) / (n - 1);
        RandomVariance = _variance.Average();
    }

    /// <summary>Sample variance of Xα.</summary>
    internal double FixedVariance { get; }

    /// <summary>Mean of zᵀDz.</summary>
    internal double RandomVariance { get; }

    /// <summary>Mean over the rows of E g⁻¹(o + xα + zβ).</summary>
    internal double PopulationMean() => MeanOf(_kernel, _predictor, _variance);

    /// <summary>The same of an intercept alone, the random effects' variance being its mean over the rows.</summary>
    internal static double NullMean(GlmmFit fit, ClusteredDesign design)
    {
        var kernel = WorkingKernel.Create(fit.Family, fit.Link);
        double intercept = fit.FixedEffects[0].Estimate, variance = Variances(design, fit.Covariance).Average();
        double[] offset = design.Offset?.ToArray() ?? [0];
        return MeanOf(
            kernel, [.. offset.Select(o => o + intercept)], [.. Enumerable.Repeat(variance, offset.Length)]);
    }

    private static double[] Variances(ClusteredDesign design, double[,] covariance)
    {
        int n = design.Observations, q = design.RandomEffects.Count;
        var variance = new double[n];
        double[][] z = [.. design.RandomEffects.Select(c => c.ToArray())];
        for (int i = 0; i < n; i++)
        {
            for (int a = 0; a < q; a++)
            {
                for (int b = 0; b < q; b++) variance[i] += z[a][i] * covariance[a, b] * z[b][i];
            }
        }

        return variance;
    }

    private static double MeanOf(WorkingKernel kernel, double[] predictor, double[] variance)
    {
        double[] eta = [.. predictor], mean = new double[eta.Length], slope = new double[eta.Length];
        new PopulationMean(kernel).Fill(eta, variance, mean, slope);
        return mean.Average();
    }
}

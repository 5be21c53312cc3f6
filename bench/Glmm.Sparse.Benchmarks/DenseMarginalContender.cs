using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace Glmm.Sparse.Benchmarks;

/// <summary>The marginal covariance V = W⁻¹ + ZDZᵀ as one dense n×n matrix, factored by MathNet.</summary>
public sealed class DenseMarginalContender(ClusterProblem problem) : IContender
{
    private readonly DenseMatrix _v = new(problem.Weights.Length);

    public long Bytes => BytesFor(problem.Clusters);

    /// <summary>The matrix and the factor, which MathNet allocates.</summary>
    public static long BytesFor(long clusters)
    {
        long order = clusters * ClusterProblem.RowsPerCluster;
        return 2 * order * order * sizeof(double);
    }

    public double Solve(Span<double> effects)
    {
        Fill();
        Cholesky<double> cholesky = _v.Cholesky();
        Vector<double> weighted = cholesky.Solve(Vector<double>.Build.Dense(problem.Residuals));
        problem.Z.TransposeMultiplyInto(weighted.AsArray(), effects);
        problem.ApplyLambdaTransposed(effects);

        double logWeights = 0;
        foreach (double weight in problem.Weights)
            logWeights += Math.Log(weight);
        return cholesky.DeterminantLn + logWeights; // |V| = |W|⁻¹ |I + ΛᵀZᵀWZΛ|
    }

    public void Dispose()
    {
        // Everything is managed memory.
    }

    private void Fill()
    {
        const int Rows = ClusterProblem.RowsPerCluster;
        double[] lambda = problem.Lambda;
        (double d00, double d10) = (lambda[0] * lambda[0], lambda[0] * lambda[2]);
        double d11 = lambda[2] * lambda[2] + lambda[3] * lambda[3];
        for (int cluster = 0; cluster < problem.Clusters; cluster++)
        {
            int first = cluster * Rows;
            ReadOnlySpan<double> time = problem.Z.Column(cluster, 1);
            for (int i = 0; i < Rows; i++)
            {
                for (int j = 0; j < Rows; j++)
                    _v[first + i, first + j] = d00 + d10 * (time[i] + time[j]) + d11 * time[i] * time[j];
                _v[first + i, first + i] += 1 / problem.Weights[first + i];
            }
        }
    }
}

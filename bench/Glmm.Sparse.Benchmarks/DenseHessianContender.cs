using Glmm.Sparse.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace Glmm.Sparse.Benchmarks;

/// <summary>The same Hessian as one dense qk×qk matrix, factored by MathNet.</summary>
public sealed class DenseHessianContender : IContender
{
    private readonly ClusterProblem _problem;
    private readonly BlockDiagonalMatrix _blocks;
    private readonly DenseMatrix _hessian;

    public DenseHessianContender(ClusterProblem problem)
    {
        _problem = problem;
        _blocks = new BlockDiagonalMatrix(ClusterProblem.BlockSize, problem.Clusters);
        _hessian = new DenseMatrix((int)_blocks.Order);
    }

    public long Bytes => BytesFor(_problem.Clusters);

    /// <summary>The matrix and the factor, which MathNet allocates.</summary>
    public static long BytesFor(long clusters)
    {
        long order = clusters * ClusterProblem.BlockSize;
        return 2 * order * order * sizeof(double);
    }

    public double Solve(Span<double> effects)
    {
        const int Q = ClusterProblem.BlockSize;
        _blocks.AssembleSpherical(_problem.CrossProducts, _problem.Lambda);
        for (int block = 0; block < _problem.Clusters; block++)
        {
            for (int i = 0; i < Q; i++)
            {
                for (int j = 0; j < Q; j++)
                    _hessian[block * Q + i, block * Q + j] = _blocks[block, i, j];
            }
        }

        Cholesky<double> cholesky = _hessian.Cholesky();
        cholesky.Solve(Vector<double>.Build.Dense(_problem.RightHandSide)).AsArray().CopyTo(effects);
        return cholesky.DeterminantLn;
    }

    public void Dispose() => _blocks.Dispose();
}

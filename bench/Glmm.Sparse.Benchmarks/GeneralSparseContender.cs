#if WITH_CSPARSE
using Glmm.Sparse.CSparse;
using Glmm.Sparse.LinearAlgebra;

namespace Glmm.Sparse.Benchmarks;

/// <summary>The same Hessian by compressed columns, factored by CSparse, which is not told of the blocks.</summary>
public sealed class GeneralSparseContender : IContender
{
    private readonly ClusterProblem _problem;
    private readonly BlockDiagonalMatrix _blocks;
    private readonly CscMatrix _hessian;
    private readonly CSparseCholesky _cholesky;

    public GeneralSparseContender(ClusterProblem problem)
    {
        _problem = problem;
        _blocks = new BlockDiagonalMatrix(ClusterProblem.BlockSize, problem.Clusters);
        _hessian = _blocks.ToCsc();
        _cholesky = new CSparseCholesky(_hessian); // its fill-reducing order is found here, outside the timing
    }

    /// <summary>
    /// Matrix, its permuted copy, and factor: 12 bytes an entry, 4 a column; plus the order and three work arrays.
    /// </summary>
    public long Bytes
    {
        get
        {
            long columns = _hessian.ColumnCount;
            return 12L * (2L * _hessian.EntryCount + _cholesky.FactorEntryCount) + columns * (3 * 4 + 4 + 3 * 8);
        }
    }

    public double Solve(Span<double> effects)
    {
        const int Q = ClusterProblem.BlockSize;
        _blocks.AssembleSpherical(_problem.CrossProducts, _problem.Lambda);
        double[] values = _hessian.Values;
        for (int block = 0, entry = 0; block < _problem.Clusters; block++)
        {
            for (int j = 0; j < Q; j++)
            {
                for (int i = 0; i < Q; i++)
                    values[entry++] = _blocks[block, i, j];
            }
        }

        if (_cholesky.Factor() >= 0)
            throw new InvalidOperationException("The problem is positive definite.");
        _problem.RightHandSide.CopyTo(effects);
        _cholesky.Solve(effects);
        return _cholesky.LogDeterminant;
    }

    public void Dispose() => _blocks.Dispose();
}
#endif

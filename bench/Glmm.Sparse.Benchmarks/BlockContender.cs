using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Threading;

namespace Glmm.Sparse.Benchmarks;

/// <summary>Ours: k blocks of order q.</summary>
public sealed class BlockContender : IContender
{
    private readonly ClusterProblem _problem;
    private readonly BlockDiagonalMatrix _blocks;
    private readonly WorkerTeam _team;
    private readonly BatchedCholesky _cholesky;

    public BlockContender(ClusterProblem problem, int threads)
    {
        _problem = problem;
        _blocks = new BlockDiagonalMatrix(ClusterProblem.BlockSize, problem.Clusters);
        _team = new WorkerTeam(threads);
        _cholesky = new BatchedCholesky(_blocks, _team);
    }

    public long Bytes => _blocks.ByteLength;

    public double Solve(Span<double> effects)
    {
        if (_cholesky.FactorSpherical(_problem.CrossProducts, _problem.Lambda) >= 0)
            throw new InvalidOperationException("The problem is positive definite.");
        _problem.RightHandSide.CopyTo(effects);
        _cholesky.Solve(effects);
        return _cholesky.LogDeterminant;
    }

    public void Dispose()
    {
        _cholesky.Dispose();
        _team.Dispose();
        _blocks.Dispose();
    }
}

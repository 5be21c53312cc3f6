using BenchmarkDotNet.Attributes;
using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Threading;

namespace Glmm.Sparse.Benchmarks;

/// <summary>
/// What does it gain to work on eight clusters at once, by block size? Times are per block, on one thread.
/// </summary>
[SimpleJob(warmupCount: 3, iterationCount: 10)]
public class LanesByBlockSize : IDisposable
{
    public const int Blocks = 4096;

    private readonly WorkerTeam _team = new(1);
    private BlockDiagonalMatrix _source = null!;
    private BlockDiagonalMatrix _blocks = null!;
    private BatchedCholesky _batched = null!;
    private ScalarBlocks _scalar = null!;
    private double[] _b = [];
    private double[] _x = [];

    [Params(1, 2, 3, 4, 8, 16)]
    public int Q { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        _source = new BlockDiagonalMatrix(Q, Blocks);
        for (int block = 0; block < Blocks; block++)
        {
            for (int i = 0; i < Q; i++)
            {
                for (int j = 0; j <= i; j++)
                    _source[block, i, j] = random.NextDouble() + (i == j ? Q : 0);
            }
        }

        _blocks = new BlockDiagonalMatrix(Q, Blocks);
        _batched = new BatchedCholesky(_blocks, _team);
        _scalar = new ScalarBlocks(_source);
        _b = [.. Enumerable.Range(0, Q * Blocks).Select(_ => random.NextDouble())];
        _x = new double[_b.Length];
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Blocks)]
    public double Scalar()
    {
        _b.CopyTo(_x, 0);
        return _scalar.Solve(_x);
    }

    [Benchmark(OperationsPerInvoke = Blocks)]
    public double Batched()
    {
        _b.CopyTo(_x, 0);
        _blocks.CopyFrom(_source);
        if (_batched.Factor() >= 0)
            throw new InvalidOperationException("The blocks are positive definite.");
        _batched.Solve(_x);
        return _batched.LogDeterminant;
    }

    /// <summary>The solution the last call left.</summary>
    public ReadOnlySpan<double> Solution => _x;

    [GlobalCleanup]
    public void Dispose()
    {
        _batched.Dispose();
        _source.Dispose();
        _blocks.Dispose();
        _team.Dispose();
        GC.SuppressFinalize(this);
    }
}

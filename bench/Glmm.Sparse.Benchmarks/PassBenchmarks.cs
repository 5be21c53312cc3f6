using BenchmarkDotNet.Attributes;
using Glmm.Sparse.Families;

namespace Glmm.Sparse.Benchmarks;

/// <summary>One data pass over about a million rows on one thread, against its floor.</summary>
[SimpleJob(warmupCount: 3, iterationCount: 10)]
public class PassBenchmarks : IDisposable
{
    private PassProblem? _problem;
    private PassFloor? _floor;

    [Params("poisson", "binomial")]
    public string Model { get; set; } = "";

    [Params(6, 20)]
    public int P { get; set; }

    [Params(1, 2, 4)]
    public int Q { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _problem = new PassProblem(Family.Parse(Model), 100_000, P, Q, threads: 1);
        _floor = new PassFloor(_problem.Rows, P, P);
    }

    [Benchmark(Baseline = true)]
    public double Floor() => _floor!.Run();

    [Benchmark]
    public void Pass() => _problem!.Run();

    [GlobalCleanup]
    public void Dispose()
    {
        _problem?.Dispose();
        _floor?.Dispose();
        GC.SuppressFinalize(this);
    }
}

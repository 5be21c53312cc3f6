using BenchmarkDotNet.Attributes;
using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Model;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Benchmarks;

/// <summary>Whole fits, from the finished design to the finished result, on one thread and on all.</summary>
[SimpleJob(warmupCount: 3, iterationCount: 10)]
[MemoryDiagnoser]
public class FitBenchmarks
{
    private ClusteredDesign _design = null!;
    private Family _family = null!;

    [Params("poisson", "binomial")]
    public string Model { get; set; } = "";

    [Params(100, 1_000, 10_000)]
    public int Clusters { get; set; }

    [Params(1, 2)]
    public int Q { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _family = Family.Parse(Model);
        _design = SimulatedDesign.Create(Model, Clusters, 10, Q);
    }

    [Benchmark(Baseline = true)]
    public PqlFit OneThread() => Pql.Fit(_design, _family, options: new FitOptions { Threads = 1 });

    [Benchmark]
    public PqlFit AllThreads() => Pql.Fit(_design, _family);

    [Benchmark]
    public MqlFit Marginal() => Mql.Fit(_design, _family, options: new FitOptions { Threads = 1 });
}

using BenchmarkDotNet.Attributes;
using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Model;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Benchmarks;

/// <summary>Small data: a fit from scratch against a refit of the same design.</summary>
[SimpleJob(warmupCount: 3, iterationCount: 10)]
[MemoryDiagnoser]
public class RefitBenchmarks : IDisposable
{
    private ClusteredDesign _design = null!;
    private RefitPlan? _plan;
    private Refitter? _refitter;
    private double[] _response = [];

    [Params(59, 1_000)]
    public int Clusters { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _design = SimulatedDesign.Create("poisson", Clusters, 4, randomCount: 1, fixedSize: true);
        _plan = RefitPlan.Create(_design, Family.Poisson);
        _refitter = _plan.CreateRefitter();
        _response = new double[_design.Observations];
        _design.Response.Gather([.. Enumerable.Range(0, _response.Length)], _response);
        for (int r = 0; r < _response.Length; r += 5) _response[r]++;
    }

    [Benchmark(Baseline = true)]
    public PqlFit FitFromScratch() => Pql.Fit(_design, Family.Poisson, options: new FitOptions { Threads = 1 });

    [Benchmark]
    public RefitResult Refit() => _refitter!.Refit(_response);

    [GlobalCleanup]
    public void Dispose()
    {
        _refitter?.Dispose();
        _plan?.Dispose();
        GC.SuppressFinalize(this);
    }
}

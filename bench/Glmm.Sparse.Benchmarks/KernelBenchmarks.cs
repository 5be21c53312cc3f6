using BenchmarkDotNet.Attributes;

namespace Glmm.Sparse.Benchmarks;

/// <summary>What does a row cost in the working kernels, and what in scalar <see cref="Math"/>?</summary>
[SimpleJob(warmupCount: 3, iterationCount: 10)]
public class KernelBenchmarks
{
    [ParamsSource(nameof(Cases))]
    public KernelCase Pair { get; set; } = null!;

    public static IEnumerable<KernelCase> Cases() => KernelCase.All;

    [GlobalSetup]
    public void Setup() => Pair.Check();

    [Benchmark(Baseline = true, OperationsPerInvoke = KernelCase.Rows)]
    public double ScalarMath() => Pair.Scalar().Deviance;

    [Benchmark(OperationsPerInvoke = KernelCase.Rows)]
    public double WeightsAndScores() => Pair.Scores().Deviance;

    [Benchmark(OperationsPerInvoke = KernelCase.Rows)]
    public double WeightsScoresAndObjective() => Pair.Objective().Objective;

    [Benchmark(OperationsPerInvoke = KernelCase.Rows)]
    public double Working() => Pair.Residuals().Deviance;
}

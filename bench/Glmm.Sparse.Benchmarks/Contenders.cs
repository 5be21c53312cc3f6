using System.Globalization;

namespace Glmm.Sparse.Benchmarks;

/// <summary>A way to solve the problem, before memory is taken for it.</summary>
/// <param name="Key">A short name for BenchmarkDotNet, which cuts long ones.</param>
/// <param name="Name">As the tables show it.</param>
/// <param name="Create">Takes the memory.</param>
/// <param name="BytesFor">Bytes needed for k clusters, computed; null where only a run can tell.</param>
/// <param name="MaxClusters">Clusters beyond which BenchmarkDotNet does not run it.</param>
public sealed record Contender(
    string Key, string Name, Func<ClusterProblem, IContender> Create, Func<long, long>? BytesFor, int MaxClusters);

/// <summary>All of them.</summary>
public static class Contenders
{
    public static IReadOnlyList<int> ClusterCounts { get; } = [10, 30, 100, 300, 1000, 10_000, 100_000];

    public static Contender Blocks { get; } =
        new("blocks", "block core, 1 thread", static problem => new BlockContender(problem, 1), null, int.MaxValue);

    public static IReadOnlyList<Contender> All { get; } =
    [
        Blocks,
        new("threads", string.Create(CultureInfo.InvariantCulture, $"block core, {Environment.ProcessorCount} threads"),
            static problem => new BlockContender(problem, Environment.ProcessorCount), null, int.MaxValue),
#if WITH_CSPARSE
        new("CSparse", "general sparse (CSparse)", static problem => new GeneralSparseContender(problem),
            null, int.MaxValue),
#endif
        new("dense H", "dense qk×qk Hessian", static problem => new DenseHessianContender(problem),
            DenseHessianContender.BytesFor, 300),
        new("dense V", "dense n×n V", static problem => new DenseMarginalContender(problem),
            DenseMarginalContender.BytesFor, 100),
    ];
}

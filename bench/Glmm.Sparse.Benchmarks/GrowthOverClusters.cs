using System.Globalization;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace Glmm.Sparse.Benchmarks;

/// <summary>How do time and memory grow with the number of clusters?</summary>
[Config(typeof(Columns))]
[SimpleJob(warmupCount: 3, iterationCount: 10)]
[MemoryDiagnoser]
public class GrowthOverClusters : IDisposable
{
    private ClusterProblem _problem = null!;
    private IContender _contender = null!;
    private double[] _effects = [];

    [ParamsSource(nameof(Cases))]
    public Setting Way { get; set; } = null!;

    public static IEnumerable<Setting> Cases() =>
        from contender in Contenders.All
        from clusters in Contenders.ClusterCounts
        where clusters <= contender.MaxClusters
        select new Setting(contender, clusters);

    [GlobalSetup]
    public void Setup()
    {
        _problem = new ClusterProblem(Way.Clusters);
        _contender = Way.Contender.Create(_problem);
        _effects = new double[_problem.RightHandSide.Length];
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _contender.Dispose();
        _problem.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark]
    public double Solve() => _contender.Solve(_effects);

    /// <summary>A contender and a size.</summary>
    public sealed record Setting(Contender Contender, int Clusters)
    {
        public override string ToString() =>
            string.Create(CultureInfo.InvariantCulture, $"{Contender.Key} k={Clusters}");

        public long Bytes()
        {
            using var problem = new ClusterProblem(Clusters);
            using IContender contender = Contender.Create(problem);
            contender.Solve(new double[problem.RightHandSide.Length]);
            return contender.Bytes;
        }
    }

    private sealed class Columns : ManualConfig
    {
        public Columns() => AddColumn(new HeldColumn());
    }

    /// <summary>
    /// Bytes of matrices and factors held at once, native memory included, which the diagnoser cannot see.
    /// </summary>
    private sealed class HeldColumn : IColumn
    {
        public string Id => nameof(HeldColumn);

        public string ColumnName => "Held";

        public bool AlwaysShow => true;

        public ColumnCategory Category => ColumnCategory.Custom;

        public int PriorityInCategory => 0;

        public bool IsNumeric => true;

        public UnitType UnitType => UnitType.Dimensionless;

        public string Legend => "Matrices and factors held at once, native memory included";

        public string GetValue(Summary summary, BenchmarkCase benchmarkCase) =>
            Format.Bytes(((Setting)benchmarkCase.Parameters[nameof(Way)]).Bytes());

        public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) =>
            GetValue(summary, benchmarkCase);

        public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

        public bool IsAvailable(Summary summary) => true;
    }
}

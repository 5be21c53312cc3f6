using System.Diagnostics;
using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Model;
using Glmm.Sparse.Results;
using Glmm.Sparse.ScoreTests;

namespace Glmm.Sparse.Benchmarks;

/// <summary>Score tests of many candidate columns against one mixed model.</summary>
internal static class ScanTable
{
    public static void Print(TextWriter output)
    {
        output.WriteLine("| poisson, p = 6 | q | columns | one thread, columns a second | two threads | processor time a row and column, ns |");
        output.WriteLine("|---|--:|--:|--:|--:|--:|");
        foreach ((int clusters, int size, int q, int columns) in new[]
            { (100, 10, 1, 2_000_000), (1_000, 10, 1, 200_000), (1_000, 10, 2, 200_000), (10_000, 10, 1, 20_000) })
        {
            ClusteredDesign design = SimulatedDesign.Create("poisson", clusters, size, q, fixedSize: true);
            PqlFit fit = Pql.Fit(design, Family.Poisson);
            ScoreScan scan = ScoreScan.Create(fit, design);
            int n = design.Observations;
            double[][] pool = [.. Enumerable.Range(0, 64).Select(c =>
            {
                var random = new Random(c);
                return Enumerable.Range(0, n).Select(_ => random.NextDouble()).ToArray();
            })];
            (double Wall, double Processor) Seconds(int threads)
            {
                long start = Stopwatch.GetTimestamp();
                TimeSpan used = Environment.CpuUsage.TotalTime;
                scan.Run(columns, (index, column) => pool[index % 64].CopyTo(column), threads);
                double wall = Stopwatch.GetElapsedTime(start).TotalSeconds;
                return (wall, (Environment.CpuUsage.TotalTime - used).TotalSeconds);
            }

            scan.Run(columns / 10, (index, column) => pool[index % 64].CopyTo(column), 1);
            (double one, double processor) = Seconds(1);
            double two = Seconds(2).Wall;
            output.WriteLine(
                $"| {clusters:N0} clusters of {size} | {q} | {columns:N0} | {columns / one:N0} | {columns / two:N0} | {1e9 * processor / columns / n:F2} |");
        }

        output.WriteLine();
    }
}

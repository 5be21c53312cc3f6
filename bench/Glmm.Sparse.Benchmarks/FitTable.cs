using System.Diagnostics;
using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Model;

namespace Glmm.Sparse.Benchmarks;

/// <summary>Whole fits from ten thousand rows to ten million: does the cost grow as the data do?</summary>
internal static class FitTable
{
    private const int ClusterSize = 10;

    public static void Print(TextWriter output)
    {
        Warm("poisson");
        Warm("binomial");
        output.WriteLine("| family | n | k | estimate before | fit | ns a row | passes | peak memory | ÷ design |");
        output.WriteLine("|---|--:|--:|--:|--:|--:|--:|--:|--:|");
        foreach (string family in new[] { "poisson", "binomial" })
        {
            var points = new List<(double LogRows, double LogSeconds)>();
            foreach (int clusters in new[] { 1_000, 10_000, 100_000, 1_000_000 })
                points.Add(PrintRow(output, family, clusters));
            output.WriteLine();
            output.WriteLine($"{family}: time grows with n to the power {Format.Digits(Slope(points))}.");
            output.WriteLine();
        }
    }

    private static void Warm(string name)
    {
        ClusteredDesign design = SimulatedDesign.Create(name, 1_000, ClusterSize, randomCount: 2);
        Measure.MedianSeconds(() => Pql.Fit(design, Family.Parse(name)));
    }

    private static (double LogRows, double LogSeconds) PrintRow(TextWriter output, string name, int clusters)
    {
        ClusteredDesign design = SimulatedDesign.Create(name, clusters, ClusterSize, randomCount: 2);
        Family family = Family.Parse(name);
        FitCost cost = FitCost.Estimate(design, family);
        int passes = 0, repetitions = clusters >= 1_000_000 ? 3 : 25;
        var seconds = new List<double>();
        for (int i = 0; i < repetitions; i++)
        {
            long start = Stopwatch.GetTimestamp();
            passes = Pql.Fit(design, family).DataPasses;
            seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        seconds.Sort();
        double median = seconds[seconds.Count / 2];
        int n = design.Observations;
        using var process = Process.GetCurrentProcess();
        long peak = process.PeakWorkingSet64;
        output.WriteLine(
            $"| {name} | {n:N0} | {clusters:N0} | {Format.Seconds(cost.Seconds)}, {Format.Bytes(cost.MemoryBytes)} | " +
            $"{Format.Seconds(median)} | {Format.Digits(median * 1e9 / n)} | {passes} | {Format.Bytes(peak)} | " +
            $"{Format.Digits(peak / (double)SimulatedDesign.Bytes(design))}× |");
        return (Math.Log(n), Math.Log(median));
    }

    // Least squares through the points.
    private static double Slope(List<(double X, double Y)> points)
    {
        double x = points.Average(p => p.X), y = points.Average(p => p.Y);
        return points.Sum(p => (p.X - x) * (p.Y - y)) / points.Sum(p => (p.X - x) * (p.X - x));
    }
}

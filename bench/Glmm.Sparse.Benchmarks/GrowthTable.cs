using System.Globalization;
using MathNet.Numerics;

namespace Glmm.Sparse.Benchmarks;

/// <summary>
/// The tables of bench/README.md: every contender in one process, checked against each other before anything is timed.
/// </summary>
internal static class GrowthTable
{
    private const double LongestRun = 15; // seconds; a dense run that would take longer is not started

    public static void Print(TextWriter output)
    {
        Control.UseSingleThread(); // MathNet: as many threads as ours, one
        CheckAgreement();
        PrintGrowth(output);
        PrintBlockSizes(output);
    }

    private static void CheckAgreement()
    {
        using var problem = new ClusterProblem(30);
        var expected = new double[problem.RightHandSide.Length];
        double expectedLog = SolveOnce(Contenders.Blocks, problem, expected);
        foreach (Contender contender in Contenders.All)
        {
            var effects = new double[expected.Length];
            double log = SolveOnce(contender, problem, effects);
            double difference = effects.Zip(expected, static (x, y) => Math.Abs(x - y)).Max();
            if (!(Math.Abs(log - expectedLog) < 1e-10) || !(difference < 1e-12))
            {
                throw new InvalidOperationException(
                    $"{contender.Name} gives another answer: {log - expectedLog}, {difference}.");
            }
        }
    }

    private static double SolveOnce(Contender contender, ClusterProblem problem, double[] effects)
    {
        using IContender instance = contender.Create(problem);
        return instance.Solve(effects);
    }

    private static void PrintGrowth(TextWriter output)
    {
        output.WriteLine("| k | n | " + string.Join(" | ", Contenders.All.Select(contender => contender.Name)) + " |");
        output.WriteLine("|" + string.Concat(Enumerable.Repeat("--:|", Contenders.All.Count + 2)));
        var last = new Dictionary<Contender, (int Clusters, double Seconds)>();
        foreach (int clusters in Contenders.ClusterCounts)
        {
            using var problem = new ClusterProblem(clusters);
            var cells = new List<string>();
            double ours = 0;
            foreach (Contender contender in Contenders.All)
            {
                if (WhyNot(contender, clusters, last) is string reason)
                {
                    cells.Add(reason);
                    continue;
                }

                (double seconds, long bytes) = Run(contender, problem);
                last[contender] = (clusters, seconds);
                ours = contender == Contenders.Blocks ? seconds : ours;
                string ratio = contender == Contenders.Blocks ? "" : $" ({Format.Digits(seconds / ours)}×)";
                cells.Add($"{Format.Seconds(seconds)}{ratio}, {Format.Bytes(bytes)}");
            }

            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {clusters:N0} | {clusters * ClusterProblem.RowsPerCluster:N0} | {string.Join(" | ", cells)} |"));
        }

        output.WriteLine();
    }

    private static string? WhyNot(
        Contender contender, int clusters, Dictionary<Contender, (int Clusters, double Seconds)> last)
    {
        if (contender.BytesFor is null || !last.TryGetValue(contender, out (int Clusters, double Seconds) known))
            return null;
        long bytes = contender.BytesFor(clusters);
        double estimate = known.Seconds * Math.Pow((double)clusters / known.Clusters, 3);
        if (bytes > GC.GetGCMemoryInfo().TotalAvailableMemoryBytes)
            return $"*cannot: {Format.Bytes(bytes)}*";
        return estimate > LongestRun ? $"*not run: ≈ {Format.Seconds(estimate)}*, {Format.Bytes(bytes)}" : null;
    }

    private static (double Seconds, long Bytes) Run(Contender contender, ClusterProblem problem)
    {
        using IContender instance = contender.Create(problem);
        var effects = new double[problem.RightHandSide.Length];
        double seconds = Measure.MedianSeconds(() => instance.Solve(effects));
        return (seconds, instance.Bytes);
    }

    private static void PrintBlockSizes(TextWriter output)
    {
        output.WriteLine("| q | scalar loop, per block | eight lanes, per block | gain |");
        output.WriteLine("|--:|--:|--:|--:|");
        foreach (int q in new[] { 1, 2, 3, 4, 8, 16 })
        {
            using var benchmark = new LanesByBlockSize { Q = q };
            benchmark.Setup();
            double expected = benchmark.Scalar();
            double[] solution = benchmark.Solution.ToArray();
            double actual = benchmark.Batched();
            double difference = benchmark.Solution.ToArray().Zip(solution, static (x, y) => Math.Abs(x - y)).Max();
            if (!(Math.Abs(actual - expected) < 1e-9 * Math.Abs(expected)) || !(difference < 1e-12))
                throw new InvalidOperationException($"The two disagree at q = {q}.");

            double scalar = Measure.MedianSeconds(() => benchmark.Scalar()) / LanesByBlockSize.Blocks;
            double batched = Measure.MedianSeconds(() => benchmark.Batched()) / LanesByBlockSize.Blocks;
            output.WriteLine(
                $"| {q} | {Format.Seconds(scalar)} | {Format.Seconds(batched)} | {Format.Digits(scalar / batched)}× |");
        }
    }
}

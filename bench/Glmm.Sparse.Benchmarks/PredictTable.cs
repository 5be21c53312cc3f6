using Glmm.Sparse.Families;
using Glmm.Sparse.Prediction;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Benchmarks;

/// <summary>Predictions of many rows and of one, and rows folded into a cluster; one thread.</summary>
internal static class PredictTable
{
    private const int Rows = 1_000_000;
    private const int Clusters = 10_000;
    private const int P = 6;
    private const int Q = 2;

    public static void Print(TextWriter output)
    {
        var random = new Random(1);
        double[] x = Draw(random, Rows * P), z = Draw(random, Rows * Q), destination = new double[Rows];
        int[] codes = [.. Enumerable.Range(0, Rows).Select(_ => random.Next(Clusters))];
        FittedModel poisson = Model(Family.Poisson), binomial = Model(Family.Binomial);
        output.WriteLine("| 1,000,000 rows, p = 6, q = 2, 10,000 clusters in random order | million rows a second | allocated |");
        output.WriteLine("|---|--:|--:|");
        void Batch(string name, FittedModel model, PredictionTarget target)
        {
            void Run() => model.Predict(target, new PredictionRows { X = x, Z = z, Clusters = codes }, destination);
            PrintBatch(output, name, Run, Rows);
        }

        Batch("linear predictor", poisson, PredictionTarget.LinearPredictor);
        Batch("mean, poisson (log)", poisson, PredictionTarget.ConditionalMean);
        Batch("mean, binomial (logit)", binomial, PredictionTarget.ConditionalMean);
        Batch("population mean, poisson (closed form)", poisson, PredictionTarget.PopulationMean);
        Batch("population mean, binomial (integral)", binomial, PredictionTarget.PopulationMean);
        PrintErrors(output, binomial, poisson, x, z, codes);
        PrintSingle(output, poisson, binomial, x, z);
    }

    private static void PrintErrors(
        TextWriter output, FittedModel binomial, FittedModel poisson, double[] x, double[] z, int[] codes)
    {
        const int some = 100_000, few = 2_000;
        PredictionOptions confidence = new(), prediction = new() { Interval = IntervalKind.Prediction };
        double[] estimate = new double[some], error = new double[some], lower = new double[some], upper = new double[some];
        void Errors(FittedModel model, PredictionOptions options, int rows) => model.PredictWithErrors(
            options,
            new PredictionRows
            {
                X = x.AsSpan(0, rows * P),
                Z = z.AsSpan(0, rows * Q),
                Clusters = codes.AsSpan(0, rows),
            },
            new PredictionColumns
            {
                Estimate = estimate.AsSpan(0, rows),
                StandardError = error.AsSpan(0, rows),
                Lower = lower.AsSpan(0, rows),
                Upper = upper.AsSpan(0, rows),
            });
        PrintBatch(output, "mean, error and confidence interval, binomial", () => Errors(binomial, confidence, some), some);
        PrintBatch(output, "mean, error and prediction interval, poisson", () => Errors(poisson, prediction, few), few);
        output.WriteLine();
    }

    private static void PrintSingle(TextWriter output, FittedModel poisson, FittedModel binomial, double[] x, double[] z)
    {
        output.WriteLine("| one row, p = 6, q = 2 | time | allocated |");
        output.WriteLine("|---|--:|--:|");
        double[] row = x[..P], effects = z[..Q], one = new double[1], count = [3], chance = [1];
        int[] code = [7];
        void Single(FittedModel model, PredictionTarget target) =>
            model.Predict(target, new PredictionRows { X = row, Z = effects, Clusters = code }, one);
        PrintOne(output, "mean of a known cluster, poisson", () => Single(poisson, PredictionTarget.ConditionalMean));
        PrintOne(output, "population mean, binomial", () => Single(binomial, PredictionTarget.PopulationMean));
        double[] low = new double[1], high = new double[1], error = new double[1];
        PrintOne(output, "mean with error and confidence interval, poisson", () => poisson.PredictWithErrors(
            PredictionOptions.Default, new PredictionRows { X = row, Z = effects, Clusters = code },
            new PredictionColumns { Estimate = one, StandardError = error, Lower = low, Upper = high }));
        PrintOne(output, "cluster found by its label", () => poisson.TryFindCluster("7123", out _));
        var counts = new ClusterConditioning(poisson);
        var chances = new ClusterConditioning(binomial);
        PrintOne(output, "row folded into a known cluster, poisson", () =>
        {
            counts.Start(7);
            counts.Add(row, effects, count);
        });
        output.WriteLine($"| (Newton steps of that) | {counts.Iterations} | |");
        PrintOne(output, "row folded into a known cluster, binomial", () =>
        {
            chances.Start(7);
            chances.Add(row, effects, chance);
        });
        double[] ten = x[..(10 * P)], tenEffects = z[..(10 * Q)], tenCounts = [2, 0, 3, 1, 1, 4, 0, 2, 1, 5];
        PrintOne(output, "cluster never seen, conditioned on 10 rows, poisson", () =>
        {
            counts.Start();
            counts.Add(ten, tenEffects, tenCounts);
        });
    }

    private static void PrintBatch(TextWriter output, string name, Action run, int rows)
    {
        double seconds = Measure.MedianSeconds(run);
        output.WriteLine($"| {name} | {Format.Digits(rows / seconds / 1e6)} | {Allocated(run)} B |");
    }

    private static void PrintOne(TextWriter output, string name, Action run) =>
        output.WriteLine($"| {name} | {Format.Seconds(Measure.MedianSeconds(run))} | {Allocated(run)} B |");

    private static long Allocated(Action run)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        run();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static FittedModel Model(Family family)
    {
        var random = new Random(2);
        double[,] covariance = { { 0.5, 0.1 }, { 0.1, 0.2 } };
        return new FittedModel(new FittedModelParts
        {
            Method = EstimationMethod.Pql,
            Order = 1,
            Family = family,
            Link = family.DefaultLink,
            ObservedCurvature = false,
            FixedNames = [.. Enumerable.Range(0, P).Select(j => "x" + j)],
            RandomTerms = ["intercept", "slope"],
            GroupName = "cluster",
            FixedEffects = [0.2, -0.3, 0.1, 0.4, -0.2, 0.3],
            FixedCovariance = [.. Enumerable.Range(0, P * P).Select(at => at % (P + 1) == 0 ? 0.01 : 0.001)],
            Covariance = [.. covariance.Cast<double>()],
            Dispersion = 1,
            ClusterLabels = [.. Enumerable.Range(0, Clusters).Select(i => i.ToString(System.Globalization.CultureInfo.InvariantCulture))],
            ClusterRows = [.. Enumerable.Repeat(10, Clusters)],
            Modes = Draw(random, Clusters * Q),
            Covariances = [.. Enumerable.Range(0, Clusters * 3).Select(at => at % 3 == 1 ? 0.01 : 0.1)],
            Crosses = Draw(random, Clusters * P * Q),
        });
    }

    private static double[] Draw(Random random, int count)
    {
        var values = new double[count];
        for (int i = 0; i < count; i++) values[i] = (2 * random.NextDouble()) - 1;
        return values;
    }
}

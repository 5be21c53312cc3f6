using System.Diagnostics;
using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Model;
using Glmm.Sparse.Results;
using Glmm.Sparse.Simulation;

namespace Glmm.Sparse.Benchmarks;

/// <summary>Many responses of one design: small ones one after the other, large ones side by side.</summary>
internal static class RefitTable
{
    private const int SmallResponses = 500;
    private const int LargeResponses = 1_000;
    private const double Theta = 2;

    public static void Print(TextWriter output)
    {
        PrintSmall(output);
        PrintLarge(output);
    }

    // The size of the epil data, 59 clusters of 4 rows, p = 6, q = 1, and samples of a parametric bootstrap.
    private static void PrintSmall(TextWriter output)
    {
        ClusteredDesign design = SimulatedDesign.Create("poisson", 59, 4, randomCount: 1, fixedSize: true);
        using RefitPlan plan = RefitPlan.Create(design, Family.Poisson);
        using Refitter refitter = plan.CreateRefitter();
        double[][] responses = Responses(design, "poisson", null, SmallResponses, spread: 0);
        RefitResult[] results = [.. responses.Select(y => refitter.Refit(y))];
        double seconds = Measure.MedianSeconds(() =>
        {
            foreach (double[] y in responses) refitter.Refit(y);
        }) / SmallResponses;
        long before = GC.GetAllocatedBytesForCurrentThread();
        RefitResult last = refitter.Refit(responses[0]);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        int doubles = last.FixedEffects.Length + last.StandardErrors.Length + last.Covariance.Length;
        double single = Measure.MedianSeconds(() => Pql.Fit(design, Family.Poisson));
        output.WriteLine("| 236 rows, 59 clusters, p = 6, q = 1, poisson | |");
        output.WriteLine("|---|--:|");
        output.WriteLine($"| refit | {Format.Seconds(seconds)} |");
        output.WriteLine($"| refits a second, one thread | {1 / seconds:N0} |");
        output.WriteLine($"| converged | {results.Count(r => r.Converged)} of {SmallResponses}, in {results.Average(r => r.DataPasses):F1} passes |");
        output.WriteLine($"| allocated by a refit | {allocated} B, of which {(8 * doubles) + 24 + 96} B are the result |");
        output.WriteLine($"| a fit from scratch | {Format.Seconds(single)} |");
        output.WriteLine();
    }

    private static void PrintLarge(TextWriter output)
    {
        ClusteredDesign design = SimulatedDesign.Create(
            "negative-binomial", 1_000, 100, randomCount: 1, fixedSize: true, Theta);
        Family family = Family.NegativeBinomial(Theta);
        double[][] responses = Responses(design, "negative-binomial", Theta, LargeResponses, spread: 0.1);
        using RefitPlan plan = RefitPlan.Create(design, family);
        long start = Stopwatch.GetTimestamp();
        RefitResult[] results = plan.RefitMany([.. responses.Select(y => new ReadOnlyMemory<double>(y))]);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        double worst = 0, single = 0;
        int compared = 0;
        for (int i = 0; i < LargeResponses; i += 25, compared++)
        {
            PqlFit own = Pql.Fit(WithResponse(design, responses[i]), family, options: new FitOptions { Threads = 1 });
            single += own.FitSeconds;
            for (int j = 0; j < own.FixedEffects.Count; j++)
            {
                double difference = Math.Abs(results[i].FixedEffects[j] - own.FixedEffects[j].Estimate);
                worst = Math.Max(worst, difference / own.FixedEffects[j].StandardError);
            }
        }

        output.WriteLine("| 1,000 responses × 100,000 rows, 1,000 clusters, p = 6, q = 1, negative binomial | |");
        output.WriteLine("|---|--:|");
        output.WriteLine($"| RefitMany, {Environment.ProcessorCount} threads | {Format.Seconds(seconds)} |");
        output.WriteLine($"| a response, of {results.Average(r => r.DataPasses):F1} passes | {Format.Seconds(seconds / LargeResponses)} |");
        output.WriteLine($"| converged | {results.Count(r => r.Converged)} of {LargeResponses} |");
        output.WriteLine($"| a fit of its own, one thread | {Format.Seconds(single / compared)} |");
        output.WriteLine($"| largest difference to {compared} fits of their own | {worst:E1} standard errors |");
        output.WriteLine();
    }

    // Responses of the design's rows with effects of their own, and α that varies from response to response by so much.
    private static double[][] Responses(ClusteredDesign design, string family, double? theta, int count, double spread)
    {
        int n = design.Observations, p = design.FixedEffects.Count;
        var rows = Enumerable.Range(0, n).ToArray();
        double[][] x = [.. design.FixedEffects.Select(c =>
        {
            var values = new double[n];
            c.Gather(rows, values);
            return values;
        })];
        int[] codes = design.Clusters.Codes.ToArray();
        var distribution = new ResponseDistribution(family, link: null, dispersion: null, theta);
        var responses = new double[count][];
        Parallel.For(0, count, s =>
        {
            var random = new RandomSource(7, (ulong)s);
            double[] effects = [.. Enumerable.Range(0, design.Clusters.Count).Select(_ => 0.7 * random.NextNormal())];
            double[] alpha = [.. SimulatedDesign.Alpha.Select(a => a + (spread * random.NextNormal()))];
            responses[s] = new double[n];
            for (int r = 0; r < n; r++)
            {
                double eta = effects[codes[r]];
                for (int j = 0; j < p; j++) eta += alpha[j] * x[j][r];
                responses[s][r] = distribution.Draw(random, eta);
            }
        });
        return responses;
    }

    private static ClusteredDesign WithResponse(ClusteredDesign design, double[] y) => ClusteredDesign.Create(
        DesignColumn.FromValues("y", y), design.FixedEffects, design.RandomEffects, design.Clusters);
}

using System.Globalization;
using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Model;
using Glmm.Sparse.Resampling;
using Glmm.Sparse.Results;
using Glmm.Sparse.Simulation;

namespace Glmm.Sparse.Benchmarks;

/// <summary>
/// How far each method is from the truth: binary outcomes in small clusters, simulated, and the limits that formulas
/// tell.
/// </summary>
internal static class BiasTable
{
    private const int Clusters = 500;
    private const int Replicates = 500;
    private const int BootstrapReplicates = 60;
    private const int BootstrapSamples = 50;
    private const int LargestBootstrapped = 5;
    private const double Intercept = -0.5;
    private const double Slope = 1;

    private static readonly FitOptions _single = new() { Threads = 1 };
    private static readonly int[] _sizes = [2, 5, 20];
    private static readonly double[] _deviations = [0.5, 1, 2];
    private static readonly string[] _quantities = ["intercept", "slope", "standard deviation"];

    public static void Print(TextWriter output)
    {
        PrintLimits(output);
        PrintStudy(output);
        PrintBootstrap(output);
    }

    // Simulations within the simulation: fewer data sets, the same as the first ones above.
    private static void PrintBootstrap(TextWriter output)
    {
        output.WriteLine("**PQL corrected by bootstrap: bias / RMSE**");
        output.WriteLine();
        output.WriteLine("| n | sd | intercept | slope | standard deviation | PQL's own | not settled; rounds |");
        output.WriteLine("|--:|--:|--:|--:|--:|--:|--:|");
        for (int s = 0; s < _sizes.Length * _deviations.Length; s++)
        {
            (int size, double deviation) = Setting(s);
            if (size > LargestBootstrapped) continue;
            var corrections = new BootstrapCorrection[BootstrapReplicates];
            Parallel.For(0, corrections.Length, r =>
                corrections[r] = ParametricBootstrap.Correct(
                    Draw(size, deviation, (1000 * (ulong)s) + (ulong)r), Family.Binomial, options: _single,
                    bootstrap: new BootstrapOptions { Replicates = BootstrapSamples, Seed = (ulong)r }));
            var corrected = new Cell(
                [.. corrections.Select(c => Of(c.FixedEffects, c.Covariance, c.Settled, c.Rounds))],
                [Intercept, Slope, deviation]);
            var own = new Cell(
                [.. corrections.Select(c => Of(c.Fit.FixedEffects, c.Fit.Covariance, c.Fit.Converged, 0))],
                [Intercept, Slope, deviation]);
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {size} | {deviation} | {corrected.Text(0)} | {corrected.Text(1)} | {corrected.Text(2)} | {own.Text(2)} | {corrected.Cost()} |"));
        }

        output.WriteLine();
    }

    private static BiasEstimate Of(IReadOnlyList<FixedEffect> effects, double[,] covariance, bool found, int rounds) =>
        new([.. effects.Select(e => e.Estimate)], covariance[0, 0], found, rounds);

    private static void PrintStudy(TextWriter output)
    {
        var cells = new Dictionary<(int Setting, int Method), Cell>();
        for (int s = 0; s < _sizes.Length * _deviations.Length; s++)
        {
            (int size, double deviation) = Setting(s);
            BiasEstimate[][] estimates = Simulate(size, deviation, (ulong)s);
            for (int m = 0; m < BiasMethod.All.Count; m++)
                cells[(s, m)] = new Cell([.. estimates.Select(e => e[m])], [Intercept, Slope, deviation]);
        }

        for (int quantity = 0; quantity < _quantities.Length; quantity++)
        {
            int at = quantity;
            PrintRows(output, $"{_quantities[at]}: bias / RMSE", cells, c => c.Text(at));
        }

        PrintRows(output, "not converged; passes", cells, c => c.Cost());
    }

    private static void PrintRows(
        TextWriter output, string title, Dictionary<(int Setting, int Method), Cell> cells, Func<Cell, string> text)
    {
        output.WriteLine($"**{title}**");
        output.WriteLine();
        output.WriteLine($"| n | sd | {string.Join(" | ", BiasMethod.All.Select(m => m.Name))} |");
        output.WriteLine($"|--:|--:|{string.Concat(BiasMethod.All.Select(_ => "--:|"))}");
        for (int s = 0; s < _sizes.Length * _deviations.Length; s++)
        {
            (int size, double deviation) = Setting(s);
            string[] row = [.. BiasMethod.All.Select((_, m) => text(cells[(s, m)]))];
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"| {size} | {deviation} | {string.Join(" | ", row)} |"));
        }

        output.WriteLine();
    }

    // What each method says of each data set; the covariate is drawn anew, too.
    private static BiasEstimate[][] Simulate(int size, double deviation, ulong seed)
    {
        var estimates = new BiasEstimate[Replicates][];
        Parallel.For(0, Replicates, r =>
        {
            ClusteredDesign design = Draw(size, deviation, (1000 * seed) + (ulong)r);
            estimates[r] = [.. BiasMethod.All.Select(m => m.Fit(design, Family.Binomial))];
        });
        return estimates;
    }

    private static ClusteredDesign Draw(int size, double deviation, ulong seed)
    {
        int n = Clusters * size;
        var random = new RandomSource(seed, 0);
        double[] y = new double[n], x = new double[n];
        var id = new int[n];
        for (int i = 0, r = 0; i < Clusters; i++)
        {
            double effect = deviation * random.NextNormal();
            for (int j = 0; j < size; j++, r++)
            {
                id[r] = i;
                x[r] = random.NextNormal();
                double eta = Intercept + (Slope * x[r]) + effect;
                y[r] = random.NextUniform() < 1 / (1 + Math.Exp(-eta)) ? 1 : 0;
            }
        }

        DesignColumn ones = DesignColumn.Constant("(Intercept)", 1, n);
        return ClusteredDesign.Create(
            DesignColumn.FromValues("y", y), [ones, DesignColumn.FromValues("x", x)], [ones],
            new ClusterIndex("id", id, Clusters));
    }

    // The limits over clusters as the variance goes to 0: 1 − 1/n of it for logit, all of it for poisson.
    private static void PrintLimits(TextWriter output)
    {
        output.WriteLine("**estimated ÷ true variance, clusters without end**");
        output.WriteLine();
        output.WriteLine(
            $"| family | intercept | n | variance | first order, variance → 0 | {string.Join(" | ", BiasMethod.All.Select(m => m.Name))} |");
        output.WriteLine($"|---|--:|--:|--:|--:|{string.Concat(BiasMethod.All.Select(_ => "--:|"))}");
        foreach ((Family family, double intercept, int size, double variance) in Limits())
        {
            double limit = family.IsBinomial ? 1 - (1.0 / size) : 1;
            ClusteredDesign design = BiasLimit.Design(family, intercept, variance, size);
            IEnumerable<string> ratios = BiasMethod.All.Select(m => Ratio(m.Fit(design, family), variance));
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {family.Name} | {intercept} | {size} | {variance} | {limit:F3} | {string.Join(" | ", ratios)} |"));
        }

        output.WriteLine();
    }

    private static IEnumerable<(Family Family, double Intercept, int Size, double Variance)> Limits()
    {
        foreach (double variance in (double[])[0.01, 0.25, 1])
        {
            foreach (int size in _sizes) yield return (Family.Binomial, Intercept, size, variance);
            yield return (Family.Binomial, -2, 5, variance);
            yield return (Family.Poisson, 0, 2, variance);
            yield return (Family.Poisson, 0, 5, variance);
        }
    }

    private static string Ratio(BiasEstimate estimate, double variance) => estimate.Converged
        ? (estimate.Variance / variance).ToString("F3", CultureInfo.InvariantCulture)
        : "none";

    private static (int Size, double Deviation) Setting(int index) =>
        (_sizes[index / _deviations.Length], _deviations[index % _deviations.Length]);

    // One method's estimates at one setting.
    private sealed class Cell(BiasEstimate[] estimates, double[] truth)
    {
        private readonly BiasEstimate[] _found = [.. estimates.Where(e => e.Converged)];

        internal string Text(int quantity)
        {
            if (_found.Length == 0) return "none";
            double[] errors = [.. _found.Select(e => Value(e, quantity) - truth[quantity])];
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{errors.Average():F2} / {Math.Sqrt(errors.Average(x => x * x)):F2}");
        }

        internal string Cost() => string.Create(
            CultureInfo.InvariantCulture,
            $"{estimates.Length - _found.Length}; {estimates.Average(e => e.Passes):F0}");

        private static double Value(BiasEstimate estimate, int quantity) =>
            quantity < 2 ? estimate.FixedEffects[quantity] : Math.Sqrt(estimate.Variance);
    }
}

using System.Diagnostics;
using System.Globalization;
using Glmm.Sparse.Families;
using Glmm.Sparse.Model;
using Glmm.Sparse.Results;
using Glmm.Sparse.ScoreTests;
using Glmm.Sparse.Simulation;

namespace Glmm.Sparse.Benchmarks;

/// <summary>Size and power of the variance-component score test, and what it costs.</summary>
internal static class ScoreTable
{
    private const int SizeReplicates = 10_000;
    private const int PowerReplicates = 2_000;

    // Intercept, a covariate of the rows and one of the clusters.
    private static readonly double[] s_alpha = [0.2, 0.4, -0.3];

    public static void Print(TextWriter output)
    {
        PrintCost(output);
        PrintSize(output);
        PrintPower(output);
    }

    private static void PrintSize(TextWriter output)
    {
        double error = Math.Sqrt(0.05 * 0.95 / SizeReplicates);
        output.WriteLine(Line($"| rejected of {SizeReplicates:N0}, true size | n_i | k | 1 % | **5 %** | 10 % | 5 %, normal limit |"));
        output.WriteLine("|---|--:|--:|--:|--:|--:|--:|");
        foreach (string family in new[] { "poisson", "binomial", "gaussian", "gamma", "negative-binomial" })
        {
            foreach ((int size, int clusters) in new[] { (3, 20), (10, 20), (3, 200), (10, 200) })
            {
                ScoreSetting setting = new(family, clusters, size, s_alpha);
                VarianceScoreResult[] results = setting.Run(0, SizeReplicates, seed: 11);
                double Share(Func<VarianceScoreResult, bool> rejects) => 100.0 * results.Count(rejects) / SizeReplicates;
                output.WriteLine(Line(
                    $"| {family} | {size} | {clusters} | {Share(r => r.Overall.PValue <= 0.01):F2} | ") +
                    Line($"**{Share(r => r.Overall.PValue <= 0.05):F2}** | {Share(r => r.Overall.PValue <= 0.1):F2} | ") +
                    Line($"{Share(r => r.Overall.Z >= 1.6449):F2} |"));
            }
        }

        output.WriteLine();
        output.WriteLine(Line($"A binomial standard error at 5 % is {100 * error:F2}."));
        output.WriteLine();
    }

    private static void PrintPower(TextWriter output)
    {
        double[] deviations = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 1];
        output.WriteLine($"| power at 5 %, % | n_i | k | {string.Join(" | ", deviations.Select(d => Line($"τ = {d}")))} |");
        output.WriteLine($"|---|--:|--:|{string.Concat(deviations.Select(_ => "--:|"))}");
        foreach (string family in new[] { "poisson", "binomial", "gaussian" })
        {
            foreach ((int size, int clusters) in new[] { (3, 20), (10, 20), (3, 200), (10, 200) })
            {
                ScoreSetting setting = new(family, clusters, size, s_alpha);
                output.WriteLine(Line($"| {family} | {size} | {clusters} | ") + string.Join(" | ", deviations.Select(
                    d => Line($"{100.0 * setting.Run(d, PowerReplicates, 13).Count(r => r.Overall.PValue <= 0.05) / PowerReplicates:F1}"))) + " |");
            }
        }

        output.WriteLine();
    }

    private static void PrintCost(TextWriter output)
    {
        output.WriteLine("| 10,000 responses of one design | n_i | k | a test | processor time |");
        output.WriteLine("|---|--:|--:|--:|--:|");
        foreach (string family in new[] { "poisson", "binomial", "gaussian" })
        {
            foreach ((int size, int clusters) in new[] { (3, 20), (10, 200) })
            {
                ScoreSetting setting = new(family, clusters, size, s_alpha);
                double[][] responses = [.. Enumerable.Range(0, 100).Select(i => setting.Response(0, 17, i))];
                setting.Plan.TestMany(1_000, (i, y) => responses[i % 100].CopyTo(y), 1);
                long start = Stopwatch.GetTimestamp();
                TimeSpan used = Environment.CpuUsage.TotalTime;
                setting.Plan.TestMany(SizeReplicates, (i, y) => responses[i % 100].CopyTo(y), 1);
                double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds / SizeReplicates;
                double processor = (Environment.CpuUsage.TotalTime - used).TotalSeconds / SizeReplicates;
                output.WriteLine(Line(
                    $"| {family} | {size} | {clusters} | {Format.Seconds(seconds)} | {Format.Seconds(processor)} |"));
            }
        }

        output.WriteLine();
    }

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>A design with random intercepts to draw responses for.</summary>
    private sealed class ScoreSetting
    {
        private readonly double[] _x;
        private readonly double[] _group;
        private readonly double[] _alpha;
        private readonly int _size;
        private readonly ResponseDistribution _distribution;

        internal ScoreSetting(string name, int clusters, int size, double[] alpha)
        {
            (_alpha, _size) = (alpha, size);
            int n = clusters * size;
            var random = new RandomSource(3, 0);
            _x = [.. Enumerable.Range(0, n).Select(_ => random.NextNormal())];
            _group = [.. Enumerable.Range(0, n).Select(r => r / size % 2 == 0 ? 0.0 : 1.0)];
            double? theta = name == "negative-binomial" ? 2 : null;
            string link = name switch { "binomial" => "logit", "gaussian" => "identity", _ => "log" };
            _distribution = new ResponseDistribution(name, link, name == "gamma" ? 0.5 : null, theta);
            Family family = Family.Parse(name, theta);
            DesignColumn ones = DesignColumn.Constant("1", 1, n);
            var design = ClusteredDesign.Create(
                DesignColumn.FromValues("y", Response(0, 1, 0)),
                [ones, DesignColumn.FromValues("x", _x), DesignColumn.FromValues("group", _group)], [ones],
                new ClusterIndex("id", Enumerable.Range(0, n).Select(r => r / size).ToArray(), clusters));
            Plan = VarianceScorePlan.Create(design, family, Link.All.First(l => l.Name == link));
        }

        internal VarianceScorePlan Plan { get; }

        internal double[] Response(double deviation, ulong seed, int index)
        {
            var y = new double[_x.Length];
            Fill(deviation, seed, index, y);
            return y;
        }

        internal VarianceScoreResult[] Run(double deviation, int replicates, ulong seed) =>
            Plan.TestMany(replicates, (index, y) => Fill(deviation, seed, index, y));

        private void Fill(double deviation, ulong seed, int index, Span<double> y)
        {
            var random = new RandomSource(seed, (ulong)index);
            double effect = 0;
            for (int r = 0; r < y.Length; r++)
            {
                if (r % _size == 0) effect = deviation * random.NextNormal();
                double eta = _alpha[0] + (_alpha[1] * _x[r]) + (_alpha[2] * _group[r]) + effect;
                y[r] = _distribution.Draw(random, eta);
            }
        }
    }
}

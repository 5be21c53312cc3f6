using System.Globalization;
using Glmm.Sparse.Kernels;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Inference;

/// <summary>
/// The predicted random effects of a fit with standard errors, intervals and ranks. Immutable and thread-safe.
/// </summary>
/// <remarks>
/// Intervals are normal ones about the conditional modes: β lies in them with the level's probability given D and φ,
/// whose own uncertainty is not in. They are for one cluster at a time: ranks rest on point estimates, and neighbours
/// in rank whose intervals overlap are not told apart.
/// </remarks>
public sealed class RandomEffectTable
{
    private RandomEffectTable(string group, double level, RandomEffectRow[] rows, IReadOnlyList<string> terms) =>
        (GroupName, Level, Rows, Terms) = (group, level, rows, terms);

    /// <summary>The grouping factor.</summary>
    public string GroupName { get; }

    /// <summary>Coverage of the intervals.</summary>
    public double Level { get; }

    /// <summary>The random effects' names.</summary>
    public IReadOnlyList<string> Terms { get; }

    /// <summary>One record a cluster and term: clusters in the order of their codes, terms within.</summary>
    public IReadOnlyList<RandomEffectRow> Rows { get; }

    /// <summary>Makes the table.</summary>
    /// <param name="fit">A PQL, Laplace or quadrature fit.</param>
    /// <param name="level">Coverage of the intervals, between 0 and 1.</param>
    /// <returns>The table.</returns>
    /// <exception cref="InvalidModelOptionException">The level is not between 0 and 1, or the fit is an MQL fit, which
    /// has no random effects to predict.</exception>
    public static RandomEffectTable Of(GlmmFit fit, double level = 0.95)
    {
        ArgumentNullException.ThrowIfNull(fit);
        IntervalLevel.Require(level);
        if (fit is not RandomEffectsFit predicting)
        {
            throw new InvalidModelOptionException(
                "An MQL fit expands about random effects of 0 and predicts none; fit by PQL, Laplace or quadrature.");
        }

        InferenceChecks.RequireConverged(fit);
        ReadOnlySpan<double> errors = predicting.RandomEffectStandardErrors;
        ReadOnlySpan<double> modes = fit.Modes;
        int q = fit.RandomTerms.Count, k = modes.Length / q;
        double z = -NormalDistribution.Quantile(0.5 * (1 - level));
        int[] ranks = Ranks(modes, k, q);
        var rows = new RandomEffectRow[k * q];
        for (int e = 0; e < rows.Length; e++)
        {
            double estimate = modes[e], error = errors[e];
            rows[e] = new RandomEffectRow(
                fit.Outcome.Clusters.LabelOf(e / q), fit.RandomTerms[e % q], estimate, error, estimate - (z * error),
                estimate + (z * error), ranks[e]);
        }

        return new RandomEffectTable(fit.GroupName, level, rows, [.. fit.RandomTerms]);
    }

    /// <summary>The records of one term, the largest estimate first.</summary>
    /// <param name="term">The random effect's name; the first when null.</param>
    /// <returns>k records.</returns>
    /// <exception cref="InvalidModelOptionException">There is no such random effect.</exception>
    public IReadOnlyList<RandomEffectRow> Ranked(string? term = null)
    {
        int q = Terms.Count, index = term is null ? 0 : Terms.ToList().IndexOf(term);
        if (index < 0)
        {
            throw new InvalidModelOptionException(
                $"There is no random effect '{term}'; choose one of {string.Join(", ", Terms.Select(t => $"'{t}'"))}.");
        }

        var ranked = new RandomEffectRow[Rows.Count / q];
        for (int i = 0; i < ranked.Length; i++)
        {
            RandomEffectRow row = Rows[(i * q) + index];
            ranked[row.Rank - 1] = row;
        }

        return ranked;
    }

    /// <summary>The clusters in the order of each term's ranks; of more than twenty, the first and last ten.</summary>
    public override string ToString()
    {
        const int Shown = 10;
        var text = new List<string>();
        foreach (string term in Terms)
        {
            IReadOnlyList<RandomEffectRow> ranked = Ranked(term);
            text.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"Random effect '{term}' of {ranked.Count} clusters of '{GroupName}', {100 * Level:G4} % intervals"));
            var table = new TextTable();
            table.Add(["Rank", GroupName, "Estimate", "Std. Error", "lower", "upper"]);
            foreach (RandomEffectRow row in ranked)
            {
                if (ranked.Count > 2 * Shown && row.Rank > Shown && row.Rank <= ranked.Count - Shown)
                {
                    if (row.Rank == Shown + 1) table.AddLine("   …");
                    continue;
                }

                table.Add([
                    row.Rank.ToString(CultureInfo.InvariantCulture), row.Group,
                    NumberFormat.Significant(row.Estimate, 5), NumberFormat.Significant(row.StandardError, 5),
                    NumberFormat.Significant(row.Lower, 5), NumberFormat.Significant(row.Upper, 5),
                ]);
            }

            text.Add(table.Text(1));
        }

        return string.Join('\n', text);
    }

    private static int[] Ranks(ReadOnlySpan<double> modes, int k, int q)
    {
        var ranks = new int[k * q];
        double[] keys = new double[k];
        var order = new int[k];
        for (int l = 0; l < q; l++)
        {
            for (int i = 0; i < k; i++) (keys[i], order[i]) = (modes[(i * q) + l], i);
            double[] values = keys;
            Array.Sort(order, (a, b) => values[b].CompareTo(values[a]) is var c && c != 0 ? c : a.CompareTo(b));
            for (int r = 0; r < k; r++) ranks[(order[r] * q) + l] = r + 1;
        }

        return ranks;
    }
}

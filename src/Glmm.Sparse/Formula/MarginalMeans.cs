using Glmm.Sparse.Inference;
using Glmm.Sparse.Kernels;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Formula;

/// <summary>
/// Estimated marginal means ("least-squares means"): the linear predictor averaged with equal weights over the levels
/// of all other factors, numbers at their means, as R's emmeans (Searle, Speed &amp; Milliken 1980). Immutable and
/// thread-safe.
/// </summary>
/// <remarks>
/// On the response scale they are the inverse link of that average: the mean response of a cluster whose random effects
/// are 0, not the population's mean. A mean that the data do not determine, because combinations of levels have no rows
/// or columns were dropped as collinear, is NaN.
/// </remarks>
public sealed class MarginalMeans
{
    private readonly FixedEffectInference _inference;
    private readonly MarginalWeights[] _weights;

    private MarginalMeans(
        FixedEffectInference inference, IReadOnlyList<string> factors, IReadOnlyList<string> by,
        MarginalWeights[] weights)
    {
        (_inference, _weights, Factors, By) = (inference, weights, factors, by);
        Rows = [.. weights.Select(Row)];
    }

    /// <summary>The factors that the means are over.</summary>
    public IReadOnlyList<string> Factors { get; }

    /// <summary>The factors within whose levels means are compared; empty where there are none.</summary>
    public IReadOnlyList<string> By { get; }

    /// <summary>The means; the first factor runs fastest, those of <see cref="By"/> slowest.</summary>
    public IReadOnlyList<MarginalMean> Rows { get; }

    /// <summary>Marginal means over the levels of some factors.</summary>
    /// <param name="schema">The model's schema, <see cref="ModelFrame.Schema"/>.</param>
    /// <param name="inference">The fit's inference: its covariance, degrees of freedom and level are used.</param>
    /// <param name="factors">Columns of the data that are factors in the fixed effects; at least one.</param>
    /// <param name="by">Further factors, within whose levels the means are compared; none when null.</param>
    /// <param name="grid">Values of numbers other than their means, levels to leave out; the defaults when
    /// null.</param>
    /// <returns>The means.</returns>
    /// <exception cref="InvalidModelOptionException">A column is no factor of the fixed effects or is named twice; the
    /// message lists them.</exception>
    /// <exception cref="InvalidModelDataException">The schema is another model's.</exception>
    public static MarginalMeans Over(
        ModelSchema schema, FixedEffectInference inference, IReadOnlyList<string> factors,
        IReadOnlyList<string>? by = null, ReferenceGridOptions? grid = null)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(inference);
        ArgumentNullException.ThrowIfNull(factors);
        var columns = new KeptColumns(schema, inference.Fit);
        by ??= [];
        return new MarginalMeans(
            inference, [.. factors], [.. by],
            MarginalWeights.Of(columns, columns.All.Grid(grid), [.. factors, .. by], factors.Count));
    }

    /// <summary>The differences of all pairs of means with the same levels of <see cref="By"/>, the earlier minus the
    /// later.</summary>
    /// <param name="adjustment">How the p-values are adjusted for the number of pairs.</param>
    /// <returns>The differences.</returns>
    public IReadOnlyList<MarginalContrast> Pairs(PValueAdjustment adjustment = PValueAdjustment.None)
    {
        var all = new List<MarginalContrast>();
        int size = _weights.Length / Groups();
        foreach (MarginalWeights[] members in _weights.Chunk(size))
        {
            var pairs = new List<MarginalContrast>();
            for (int i = 0; i < members.Length; i++)
            {
                for (int j = i + 1; j < members.Length; j++) pairs.Add(Pair(members[i], members[j]));
            }

            double[] adjusted = Adjust([.. pairs.Select(pair => pair.Difference.PValue)], adjustment);
            all.AddRange(pairs.Select((pair, i) => pair with { AdjustedPValue = adjusted[i] }));
        }

        return all;
    }

    /// <summary>The means in a table, on the scale of the linear predictor and, where the link is not the identity, of
    /// the response.</summary>
    public override string ToString()
    {
        bool response = _inference.Fit.Link.Name != "identity";
        var table = new TextTable();
        table.Add([
            .. Factors, .. By, "Mean", "Std. Error", "df", "lower", "upper",
            .. response ? (string[])["At b = 0", "lower", "upper"] : [],
        ]);
        foreach (MarginalMean row in Rows)
        {
            double[] numbers =
            [
                row.Link.Estimate, row.Link.StandardError, row.Link.DegreesOfFreedom, row.Link.Lower, row.Link.Upper,
                .. response ? (double[])[row.Response, row.ResponseLower, row.ResponseUpper] : [],
            ];
            table.Add([.. row.Levels, .. numbers.Select(FixedEffectText.Number)]);
        }

        int[] words = [.. Enumerable.Range(0, Factors.Count + By.Count)];
        return $"Marginal means: {_inference.Description}\n{table.Text(words)}";
    }

    /// <summary>Adjusted p-values.</summary>
    internal static double[] Adjust(double[] p, PValueAdjustment adjustment)
    {
        if (adjustment == PValueAdjustment.None) return p;
        var adjusted = new double[p.Length];
        Array.Fill(adjusted, double.NaN);
        int[] known = [.. Enumerable.Range(0, p.Length).Where(i => !double.IsNaN(p[i])).OrderBy(i => p[i])];
        double most = 0;
        for (int rank = 0; rank < known.Length; rank++)
        {
            int factor = adjustment == PValueAdjustment.Holm ? known.Length - rank : known.Length;
            most = Math.Max(most, Math.Min(1, factor * p[known[rank]]));
            adjusted[known[rank]] = most;
        }

        return adjusted;
    }

    // The factors of By run slowest, so that means with the same levels of theirs lie together.
    private int Groups() =>
        _weights.Select(w => string.Join('\n', w.Levels.Skip(Factors.Count))).Distinct(StringComparer.Ordinal).Count();

    private MarginalMean Row(MarginalWeights weights)
    {
        FixedEffectEstimate link = Contrast(weights.Weights, weights.Offset, string.Join(' ', weights.Levels));
        double[] eta = [link.Estimate, link.Lower, link.Upper], mean = new double[3], slope = new double[3];
        WorkingKernel.Create(_inference.Fit.Family, _inference.Fit.Link).Mean(eta, mean, slope);
        if (double.IsNaN(link.Estimate)) Array.Fill(mean, double.NaN);
        return new MarginalMean(
            weights.Levels, link, mean[0], Math.Abs(slope[0]) * link.StandardError, Math.Min(mean[1], mean[2]),
            Math.Max(mean[1], mean[2]));
    }

    private MarginalContrast Pair(MarginalWeights first, MarginalWeights second)
    {
        double[]? weights = first.Weights is { } a && second.Weights is { } b ? [.. a.Zip(b, (x, y) => x - y)] : null;
        string Label(MarginalWeights of) => string.Join(' ', of.Levels.Take(Factors.Count));
        string name = $"{Label(first)} - {Label(second)}";
        FixedEffectEstimate difference = Contrast(weights, first.Offset - second.Offset, name);
        EffectRatio? ratio = _inference.Fit.Link.Name is "log" or "logit" ? _inference.Exponentiated(difference) : null;
        return new MarginalContrast([.. first.Levels.Skip(Factors.Count)], difference, ratio, difference.PValue);
    }

    private FixedEffectEstimate Contrast(double[]? weights, double offset, string name)
    {
        if (weights is null)
        {
            return new FixedEffectEstimate(
                name, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN);
        }

        FixedEffectEstimate effect = _inference.Contrast(weights, name, -offset);
        return effect with
        {
            Estimate = effect.Estimate + offset,
            Lower = effect.Lower + offset,
            Upper = effect.Upper + offset,
        };
    }
}

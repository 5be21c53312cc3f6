using System.Globalization;

namespace Glmm.Sparse.Model;

/// <summary>
/// How often each row of a design counts: its frequency times its scaled sampling weight. Immutable.
/// </summary>
internal sealed class RowCounts
{
    private RowCounts(DesignColumn column, DesignColumn? frequencies, double total, double frequencyTotal)
    {
        Column = column;
        Frequencies = frequencies;
        Total = total;
        FrequencyTotal = frequencyTotal;
    }

    /// <summary>The counts, n.</summary>
    internal DesignColumn Column { get; }

    /// <summary>The whole numbers in them, or null where every one is 1.</summary>
    internal DesignColumn? Frequencies { get; }

    /// <summary>Whether sampling weights are among them.</summary>
    internal bool IsSampled => !ReferenceEquals(Column, Frequencies);

    /// <summary>Their sum: what stands for n in a divisor or a log-density.</summary>
    internal double Total { get; }

    /// <summary>The sum of the frequencies: the number of observations.</summary>
    internal double FrequencyTotal { get; }

    /// <summary>Puts frequencies and sampling weights together.</summary>
    /// <param name="design">The design they belong to.</param>
    /// <param name="frequencies">Whole numbers of 1 or more, or null.</param>
    /// <param name="sampling">Finite weights above 0, or null.</param>
    /// <param name="scaling">What becomes of the sampling weights of a cluster.</param>
    /// <returns>The counts; null where both are null.</returns>
    /// <exception cref="InvalidModelDataException">A column's length differs, or a value cannot be.</exception>
    internal static RowCounts? Of(
        ClusteredDesign design, DesignColumn? frequencies, DesignColumn? sampling, SamplingWeightScaling scaling)
    {
        if (frequencies is null && sampling is null) return null;
        double[]? times = frequencies is null
            ? null
            : Read(design, frequencies, "frequency weight", "a whole number of 1 or more", IsFrequency);
        double frequencyTotal = times?.Sum() ?? design.Response.Length;
        if (frequencyTotal > int.MaxValue)
        {
            throw new InvalidModelDataException(string.Create(
                CultureInfo.InvariantCulture,
                $"The frequency weights '{frequencies!.Name}' add up to {frequencyTotal:R}; at most {int.MaxValue} " +
                $"observations are supported."));
        }

        if (sampling is null) return new RowCounts(frequencies!, frequencies, frequencyTotal, frequencyTotal);
        double[] counts = Read(
            design, sampling, "sampling weight", "finite and above 0 (leave a row out rather than weighting it 0)",
            static w => w > 0 && double.IsFinite(w));
        Scale(design.Clusters, counts, times, scaling);
        for (int row = 0; times is not null && row < counts.Length; row++) counts[row] *= times[row];
        return new RowCounts(
            DesignColumn.FromValues(sampling.Name, counts), frequencies, counts.Sum(), frequencyTotal);
    }

    private static bool IsFrequency(double value) => value >= 1 && value <= int.MaxValue && value == Math.Floor(value);

    private static double[] Read(
        ClusteredDesign design, DesignColumn column, string kind, string must, Func<double, bool> isValid)
    {
        if (column.Length != design.Response.Length)
        {
            throw new InvalidModelDataException(
                $"Column '{column.Name}' has {column.Length} rows, the response has {design.Response.Length}.");
        }

        double[] values = column.ToArray();
        int bad = Array.FindIndex(values, value => !isValid(value));
        if (bad < 0) return values;
        throw new InvalidModelDataException(string.Create(
            CultureInfo.InvariantCulture,
            $"The {kind} '{column.Name}' is {values[bad]:R} in {design.RowLabel(bad)}; it must be {must}."));
    }

    // Pfeffermann et al. (1998); methods 2 and 1 of Rabe-Hesketh & Skrondal (2006).
    private static void Scale(ClusterIndex clusters, double[] weights, double[]? times, SamplingWeightScaling scaling)
    {
        if (scaling == SamplingWeightScaling.None) return;
        ReadOnlySpan<int> codes = clusters.Codes.Span;
        double[] rows = new double[clusters.Count], sum = new double[clusters.Count],
            squares = new double[clusters.Count];
        for (int row = 0; row < weights.Length; row++)
        {
            int code = codes[row];
            double w = weights[row], t = times?[row] ?? 1;
            rows[code] += t;
            sum[code] += t * w;
            squares[code] += t * w * w;
        }

        for (int row = 0; row < weights.Length; row++)
        {
            int code = codes[row];
            weights[row] *= scaling == SamplingWeightScaling.ClusterSize
                ? rows[code] / sum[code]
                : sum[code] / squares[code];
        }
    }
}

using System.Globalization;
using System.Text;

namespace Glmm.Sparse.Results;

/// <summary>Inference about fixed effects as text.</summary>
internal static class FixedEffectText
{
    internal static string Line(FixedEffectEstimate row) =>
        $"{row.Name}: {Number(row.Estimate)} (SE {Number(row.StandardError)}), {Statistic(row)} = " +
        $"{Number(row.Statistic)}, p = {Probability(row.PValue)}, interval {Number(row.Lower)} to {Number(row.Upper)}";

    internal static string Line(EffectRatio row) =>
        $"{row.Name}: ratio {Number(row.Ratio)}, interval {Number(row.Lower)} to {Number(row.Upper)}, p = " +
        Probability(row.PValue);

    internal static string Line(JointTest test) => test.IsChiSquare
        ? $"{test.Name}: χ²({test.NumeratorDegreesOfFreedom}) = {Number(test.Statistic)}, p = " +
          Probability(test.PValue)
        : $"{test.Name}: F({test.NumeratorDegreesOfFreedom}, {Number(test.DenominatorDegreesOfFreedom)}) = " +
          $"{Number(test.Statistic)}, p = {Probability(test.PValue)}";

    /// <summary>Rows under a header, names to the left, numbers to the right.</summary>
    internal static string Table(IReadOnlyList<string> header, IEnumerable<string[]> rows, int words = 1)
    {
        string[][] all = [[.. header], .. rows];
        int[] widths = [.. header.Select((_, c) => all.Max(row => row[c].Length))];
        var text = new StringBuilder();
        foreach (string[] row in all)
        {
            IEnumerable<string> cells = row.Select(
                (cell, c) => c < words ? cell.PadRight(widths[c]) : cell.PadLeft(widths[c]));
            text.Append(string.Join("  ", cells).TrimEnd()).Append('\n');
        }

        return text.ToString().TrimEnd('\n');
    }

    /// <summary>The rows of a coefficient table.</summary>
    internal static string Table(IEnumerable<FixedEffectEstimate> rows, bool isNormal, double level)
    {
        string percent = (100 * level).ToString("0.##", CultureInfo.InvariantCulture);
        string[] header = ["", "Estimate", "Std. Error", isNormal ? "z" : "t", "df", "p", $"{percent}% lower", "upper"];
        return Table(header, rows.Select(row => (string[])
        [
            row.Name, Number(row.Estimate), Number(row.StandardError), Number(row.Statistic, 4),
            Number(row.DegreesOfFreedom), Probability(row.PValue), Number(row.Lower), Number(row.Upper),
        ]));
    }

    internal static string Number(double value, int digits = 5)
    {
        if (double.IsNaN(value)) return "NA";
        if (double.IsInfinity(value)) return value > 0 ? "Inf" : "-Inf";
        if (value == 0) return "0";
        int magnitude = (int)Math.Floor(Math.Log10(Math.Abs(value)));
        return magnitude is < -5 or >= 12
            ? value.ToString($"0.{new string('0', digits - 1)}e+0", CultureInfo.InvariantCulture)
            : value.ToString($"F{Math.Clamp(digits - 1 - magnitude, 0, 9)}", CultureInfo.InvariantCulture);
    }

    internal static string Probability(double p) => p switch
    {
        double.NaN => "NA",
        0 => "0",
        < 1e-3 => p.ToString("0.00e+0", CultureInfo.InvariantCulture),
        _ => p.ToString("F4", CultureInfo.InvariantCulture),
    };

    private static string Statistic(FixedEffectEstimate row) => double.IsPositiveInfinity(row.DegreesOfFreedom)
        ? "z"
        : $"t({Number(row.DegreesOfFreedom)})";
}

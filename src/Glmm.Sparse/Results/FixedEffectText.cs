using System.Globalization;

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

    /// <summary>The rows of a coefficient table.</summary>
    internal static string Table(IEnumerable<FixedEffectEstimate> rows, bool isNormal, double level)
    {
        string percent = (100 * level).ToString("0.##", CultureInfo.InvariantCulture);
        var table = new TextTable();
        table.Add(["", "Estimate", "Std. Error", isNormal ? "z" : "t", "df", "p", $"{percent}% lower", "upper"]);
        foreach (FixedEffectEstimate row in rows)
        {
            table.Add([
                row.Name, Number(row.Estimate), Number(row.StandardError), NumberFormat.Significant(row.Statistic, 4),
                Number(row.DegreesOfFreedom), Probability(row.PValue), Number(row.Lower), Number(row.Upper),
            ]);
        }

        return table.Text(0);
    }

    internal static string Number(double value) => NumberFormat.Significant(value, 5);

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

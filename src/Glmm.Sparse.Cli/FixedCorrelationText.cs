using Glmm.Sparse.Results;

namespace Glmm.Sparse.Cli;

/// <summary>Prints the correlations of the fixed effects' estimates as lme4 does: where they are few, and their names
/// cut short.</summary>
internal static class FixedCorrelationText
{
    // As lme4 has it: larger tables say nothing to an eye.
    private const int MostEffects = 20;

    public static void Write(TextWriter output, FitDocument fit, TextStyle style)
    {
        int p = fit.Fixed.Count;
        if (p is < 2 or > MostEffects || !fit.Converged) return;
        string[] names = [.. fit.Fixed.Select(static effect => effect.Name)];
        string[] rows = ShortNames.Of(names, 11), columns = ShortNames.Of(names, 6);
        output.WriteLine(style.Heading("Correlation of Fixed Effects:"));

        // The last effect has no column, the first no row; what is too wide goes below.
        int width = columns.Max(static name => name.Length);
        int perBlock = Math.Max(1, (TextWrap.Width - rows.Max(static name => name.Length)) / (Math.Max(6, width) + 1));
        for (int start = 0; start < p - 1; start += perBlock)
        {
            int end = Math.Min(p - 1, start + perBlock);
            var table = new TextTable();
            table.Add(["", .. columns[start..end]]);
            for (int a = start + 1; a < p; a++)
                table.Add([rows[a], .. Enumerable.Range(start, Math.Min(end, a) - start).Select(b => Cell(fit, a, b))]);
            table.Write(output, 0);
        }

        output.WriteLine();
    }

    private static string Cell(FitDocument fit, int a, int b)
    {
        double? scale = fit.FixedCovariance[a][a] * fit.FixedCovariance[b][b];
        return scale > 0 ? NumberFormat.Fixed(fit.FixedCovariance[a][b] / Math.Sqrt(scale.Value), 3) : "NA";
    }
}

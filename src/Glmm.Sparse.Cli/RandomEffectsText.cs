using System.Globalization;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Cli;

/// <summary>Prints what a fit says beyond its fixed effects: D, the dispersion and the shape.</summary>
internal static class RandomEffectsText
{
    public static void Write(TextWriter output, FitDocument fit, TextStyle style)
    {
        bool several = fit.Random.Any(static random => random.Terms.Count > 1);
        output.WriteLine(style.Heading(
            several ? $"Random effects ({fit.CovarianceStructure} covariance):" : "Random effects:"));
        Table(fit).Write(output, 0, 1);
        string groups = string.Join("; ", fit.Groups.Select(static group => $"{group.Name}, {group.Levels}"));
        output.WriteLine($"Number of obs: {fit.Observations}, groups: {groups}");
        if (fit.RowsDroppedMissing > 0)
            output.WriteLine($"Rows left out because a value is missing: {fit.RowsDroppedMissing}");
        if (!fit.Dispersion.Estimated)
            output.WriteLine($"Dispersion fixed at {fit.Dispersion.Value?.ToString(CultureInfo.InvariantCulture)}");
        if (fit.Shape is { Estimated: true } shape)
        {
            output.WriteLine($"Shape of the family: {shape.Name} {NumberFormat.Significant(shape.Value, 5)}, "
                + $"Std. Error {NumberFormat.Significant(shape.StdError, 4)}");
        }

        if (fit.Method == "mql")
            output.WriteLine("MQL expands about random effects of 0: it has no predictions of them.");
        output.WriteLine();
    }

    private static TextTable Table(FitDocument fit)
    {
        bool correlated = fit.Random.Any(static random => random.Blocks.Any(HasCorrelations));
        bool hasErrors = fit.Random.Any(static random => random.CovarianceStdError is not null);
        double? phi = fit.Dispersion.Estimated ? fit.Dispersion.Value : null;
        double? residual = phi is null ? null : Math.Sqrt(phi.Value);
        Func<double?, string> variance = NumberFormat.ColumnFormat(
            [.. fit.Random.SelectMany(static random => Diagonal(random.Covariance)), phi], 5);
        Func<double?, string> error = NumberFormat.ColumnFormat(
            [.. fit.Random.SelectMany(static random => Diagonal(random.CovarianceStdError)), fit.Dispersion.StdError],
            4);
        Func<double?, string> deviation = NumberFormat.ColumnFormat(
            [.. fit.Random.SelectMany(static random => random.StdDev), residual], 5);

        var table = new TextTable();
        table.Add([
            " Groups", "Name", "Variance", .. hasErrors ? ["Std. Error"] : Array.Empty<string>(), "Std.Dev.",
            correlated ? "Corr" : "",
        ]);
        foreach (RandomEntry random in fit.Random)
        {
            for (int a = 0; a < random.Terms.Count; a++)
            {
                table.Add([
                    a == 0 ? $" {random.Group}" : "",
                    random.Terms[a],
                    variance(random.Covariance[a][a]),
                    .. hasErrors ? [error(random.CovarianceStdError?[a][a])] : Array.Empty<string>(),
                    deviation(random.StdDev[a]),
                    .. correlated ? Correlations(random, a) : [],
                ]);
            }
        }

        if (fit.Dispersion.Estimated)
        {
            table.Add([
                " Residual",
                "(dispersion)",
                variance(phi),
                .. hasErrors ? [error(fit.Dispersion.StdError)] : Array.Empty<string>(),
                deviation(residual),
            ]);
        }

        return table;
    }

    private static bool HasCorrelations(BlockEntry block) =>
        block.Terms.Count > 1 && block.Structure is "unstructured" or "compound-symmetry";

    /// <summary>The correlations of an effect with those before it; blank where the model has none.</summary>
    private static IEnumerable<string> Correlations(RandomEntry random, int effect)
    {
        int[] blockOf = [.. random.Blocks.Index().SelectMany(
            static block => Enumerable.Repeat(block.Index, block.Item.Terms.Count))];
        for (int other = 0; other < effect; other++)
        {
            bool estimated = blockOf[other] == blockOf[effect] && HasCorrelations(random.Blocks[blockOf[effect]]);
            yield return estimated ? NumberFormat.Fixed(random.Correlation[effect][other], 2) : "";
        }
    }

    private static IEnumerable<double?> Diagonal(double?[][]? matrix) =>
        (matrix ?? []).Index().Select(static row => row.Item[row.Index]);
}

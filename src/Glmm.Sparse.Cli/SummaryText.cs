using System.Globalization;

namespace Glmm.Sparse.Cli;

/// <summary>Prints a fit for a person, laid out as lme4 users know it.</summary>
internal static class SummaryText
{
    public static void Write(TextWriter output, FitDocument fit, string dataPath)
    {
        WriteHeading(output, fit, dataPath);
        WriteRandomEffects(output, fit);
        WriteFixedEffects(output, fit);
        WriteVerdict(output, fit);
    }

    private static void WriteHeading(TextWriter output, FitDocument fit, string dataPath)
    {
        string method = fit.Method == "pql" ? "penalised quasi-likelihood" : "marginal quasi-likelihood";
        output.WriteLine($"Generalized linear mixed model fit by {method} "
            + $"({fit.Method.ToUpperInvariant()}, {fit.Criterion.ToUpperInvariant()})");
        output.WriteLine($" Family: {fit.Family} ({fit.Link})");
        output.WriteLine($"Formula: {fit.Formula}");
        output.WriteLine($"   Data: {dataPath}");
        output.WriteLine();
        string groups = string.Join("; ", fit.Groups.Select(static group => $"{group.Name}, {group.Levels}"));
        output.WriteLine($"Number of obs: {fit.Observations}, groups: {groups}");
        if (fit.RowsDroppedMissing > 0)
            output.WriteLine($"Rows left out because a value is missing: {fit.RowsDroppedMissing}");
        output.WriteLine($"Deviance: {NumberFormat.Significant(fit.Deviance, 6)}, "
            + $"log quasi-likelihood: {NumberFormat.Significant(fit.LogQuasiLikelihood, 6)}");
        output.WriteLine();
    }

    private static void WriteRandomEffects(TextWriter output, FitDocument fit)
    {
        output.WriteLine("Random effects:");
        var table = new TextTable();
        bool correlated = fit.Random.Any(static random => random.Terms.Count > 1);
        double? phi = fit.Dispersion.Estimated ? fit.Dispersion.Value : null;
        double? residual = phi is null ? null : Math.Sqrt(phi.Value);
        Func<double?, string> variance = NumberFormat.ColumnFormat([.. fit.Random.SelectMany(Variances), phi], 5);
        Func<double?, string> deviation = NumberFormat.ColumnFormat(
            [.. fit.Random.SelectMany(static random => random.StdDev), residual], 5);
        table.Add([" Groups", "Name", "Variance", "Std.Dev.", correlated ? "Corr" : ""]);
        foreach (RandomEntry random in fit.Random)
        {
            for (int a = 0; a < random.Terms.Count; a++)
            {
                table.Add([
                    a == 0 ? $" {random.Group}" : "",
                    random.Terms[a],
                    variance(random.Covariance[a][a]),
                    deviation(random.StdDev[a]),
                    .. random.Correlation[a].Take(a).Select(static r => NumberFormat.Fixed(r, 2)),
                ]);
            }
        }

        if (fit.Dispersion.Estimated) table.Add([" Residual", "(dispersion)", variance(phi), deviation(residual)]);
        table.Write(output, 0, 1);
        if (!fit.Dispersion.Estimated)
            output.WriteLine($"Dispersion fixed at {fit.Dispersion.Value?.ToString(CultureInfo.InvariantCulture)}");
        if (fit.Method == "mql")
            output.WriteLine("MQL expands about random effects of 0: it has no predictions of them.");
        output.WriteLine();
    }

    private static void WriteFixedEffects(TextWriter output, FitDocument fit)
    {
        output.WriteLine(fit.Method == "mql" ? "Fixed effects of the marginal model:" : "Fixed effects:");
        Func<double?, string> number = NumberFormat.ColumnFormat(
            fit.Fixed.SelectMany(static e => new[] { e.Estimate, e.StdError }), 4);
        var table = new TextTable();
        table.Add(["", "Estimate", "Std. Error", "z value", "Pr(>|z|)", ""]);
        foreach (FixedEntry effect in fit.Fixed)
        {
            table.Add([
                effect.Name,
                number(effect.Estimate),
                number(effect.StdError),
                NumberFormat.Fixed(effect.Z, 3),
                NumberFormat.Probability(effect.P),
                Stars(effect.P),
            ]);
        }

        table.Write(output, 0, 5);
        output.WriteLine("---");
        output.WriteLine("Signif. codes:  0 '***' 0.001 '**' 0.01 '*' 0.05 '.' 0.1 ' ' 1");
        output.WriteLine();
    }

    private static void WriteVerdict(TextWriter output, FitDocument fit)
    {
        string ending = fit.Verdict switch
        {
            "converged" => "converged",
            "boundary" => "converged on the boundary, the covariance of the random effects is singular",
            _ => $"NOT converged ({fit.Verdict})",
        };
        string iterations = fit.Iterations == 1 ? "1 iteration" : $"{fit.Iterations} iterations";
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Verdict: {ending}, {iterations}, next step {NumberFormat.Significant(fit.GradientNorm, 2)} standard "
            + $"errors, {fit.Timings.FitSeconds:0.###} s"));
        if (fit.Message is not null) output.WriteLine($"  {fit.Message}");
        foreach (string warning in fit.Warnings) output.WriteLine($"Warning: {warning}");
    }

    private static IEnumerable<double?> Variances(RandomEntry random) =>
        random.Covariance.Index().Select(static row => row.Item[row.Index]);

    private static string Stars(double? p) => p switch
    {
        < 0.001 => "***",
        < 0.01 => "**",
        < 0.05 => "*",
        < 0.1 => ".",
        _ => "",
    };
}

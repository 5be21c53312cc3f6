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
        string method = IsMarginal(fit) ? "marginal quasi-likelihood" : "penalised quasi-likelihood";
        output.WriteLine($"Generalized linear mixed model fit by {method} "
            + $"({fit.Method.ToUpperInvariant()}, {fit.Criterion.ToUpperInvariant()})");
        string theta = fit.Theta is { } size ? $"(theta = {size.ToString(CultureInfo.InvariantCulture)})" : "";
        output.WriteLine($" Family: {fit.Family}{theta} ({fit.Link})");
        output.WriteLine($"Formula: {fit.Formula}");
        output.WriteLine($"   Data: {dataPath}");
        if (fit.Weights is not null) output.WriteLine($"Weights: {fit.Weights}");
        if (fit.Offset is not null) output.WriteLine($" Offset: {fit.Offset}");
        if (fit.Factors.Count > 0)
        {
            IEnumerable<string> references = fit.Factors.Select(static factor => $"{factor.Name} = {factor.Levels[0]}");
            output.WriteLine($"Reference levels: {string.Join("; ", references)}");
        }

        output.WriteLine();
        string groups = string.Join("; ", fit.Groups.Select(static group => $"{group.Name}, {group.Levels}"));
        output.WriteLine($"Number of obs: {fit.Observations}, groups: {groups}");
        if (fit.RowsDroppedMissing > 0)
            output.WriteLine($"Rows left out because a value is missing: {fit.RowsDroppedMissing}");
        // The working model of a normal response with the identity link is the model itself.
        string likelihood = fit is { Family: "gaussian", Link: "identity" }
            ? $", log-likelihood ({fit.Criterion.ToUpperInvariant()}): "
                + NumberFormat.Significant(fit.WorkingLogLikelihood, 6)
            : "";
        output.WriteLine($"Deviance: {NumberFormat.Significant(fit.Deviance, 6)}, "
            + $"log quasi-likelihood: {NumberFormat.Significant(fit.LogQuasiLikelihood, 6)}{likelihood}");
        output.WriteLine();
    }

    private static void WriteRandomEffects(TextWriter output, FitDocument fit)
    {
        bool several = fit.Random.Any(static random => random.Terms.Count > 1);
        bool correlated = fit.Random.Any(static random => random.Blocks.Any(HasCorrelations));
        output.WriteLine(several ? $"Random effects ({fit.CovarianceStructure} covariance):" : "Random effects:");
        var table = new TextTable();
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
                    .. correlated ? Correlations(random, a) : [],
                ]);
            }
        }

        if (fit.Dispersion.Estimated) table.Add([" Residual", "(dispersion)", variance(phi), deviation(residual)]);
        table.Write(output, 0, 1);
        if (!fit.Dispersion.Estimated)
            output.WriteLine($"Dispersion fixed at {fit.Dispersion.Value?.ToString(CultureInfo.InvariantCulture)}");
        if (IsMarginal(fit))
            output.WriteLine("MQL expands about random effects of 0: it has no predictions of them.");
        output.WriteLine();
    }

    private static void WriteFixedEffects(TextWriter output, FitDocument fit)
    {
        output.WriteLine(IsMarginal(fit) ? "Fixed effects of the marginal model:" : "Fixed effects:");
        if (!fit.Converged)
        {
            output.WriteLine(
                "(The fit did NOT converge: this is the point that came nearest to a solution, and none itself.)");
        }

        Func<double?, string> number = NumberFormat.ColumnFormat(
            fit.Fixed.SelectMany(static e => new[] { e.Estimate, e.StdError }), 4);
        string[] probabilities = NumberFormat.Probabilities([.. fit.Fixed.Select(static effect => effect.P)]);
        var table = new TextTable();
        table.Add(["", "Estimate", "Std. Error", "z value", "Pr(>|z|)", ""]);
        foreach ((int j, FixedEntry effect) in fit.Fixed.Index())
        {
            table.Add([
                effect.Name,
                number(effect.Estimate),
                number(effect.StdError),
                NumberFormat.Fixed(effect.Z, 3),
                probabilities[j],
                fit.Converged ? Stars(effect.P) : "",
            ]);
        }

        table.Write(output, 0, 5);
        if (fit.Converged)
        {
            output.WriteLine("---");
            output.WriteLine("Signif. codes:  0 '***' 0.001 '**' 0.01 '*' 0.05 '.' 0.1 ' ' 1");
        }

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
        foreach (string warning in fit.Warnings.Where(warning => warning != fit.Message))
            output.WriteLine($"Warning: {warning}");
    }

    private static bool IsMarginal(FitDocument fit) => fit.Method switch
    {
        "pql" => false,
        "mql" => true,
        _ => throw new ArgumentOutOfRangeException(nameof(fit), fit.Method, "This method has no summary."),
    };

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

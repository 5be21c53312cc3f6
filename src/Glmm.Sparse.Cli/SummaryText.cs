using System.Globalization;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Cli;

/// <summary>Prints a fit for a person, laid out as lme4 users know it.</summary>
internal static class SummaryText
{
    public static void Write(TextWriter output, FitDocument fit, string dataPath)
    {
        WriteHeading(output, fit, dataPath);
        RandomEffectsText.Write(output, fit);
        WriteFixedEffects(output, fit);
        WriteVerdict(output, fit);
    }

    private static void WriteHeading(TextWriter output, FitDocument fit, string dataPath)
    {
        output.WriteLine($"Generalized linear mixed model fit by {Method(fit)}");
        string given = fit.Shape is { Estimated: false } shape
            ? $"({shape.Name} = {shape.Value?.ToString(CultureInfo.InvariantCulture)})"
            : "";
        output.WriteLine($" Family: {fit.Family}{given} ({fit.Link})");
        output.WriteLine($"Formula: {fit.Formula}");
        output.WriteLine($"   Data: {dataPath}");
        if (fit.Weights is not null) output.WriteLine($"Weights: {fit.Weights}");
        if (fit.FrequencyWeights is not null) output.WriteLine($"Frequency weights: {fit.FrequencyWeights}");
        if (fit.SamplingWeights is not null)
            output.WriteLine($"Sampling weights: {fit.SamplingWeights} (standard errors by the sandwich)");
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
        if (fit.Parameters is { } parameters)
            WriteLikelihood(output, fit, parameters);
        else
            WriteQuasiLikelihood(output, fit);
        output.WriteLine();
    }

    private static string Method(FitDocument fit) => fit.Method switch
    {
        "pql" => $"penalised quasi-likelihood (PQL{Order(fit)}, {fit.Criterion.ToUpperInvariant()})",
        "mql" => $"marginal quasi-likelihood (MQL{Order(fit)}, {fit.Criterion.ToUpperInvariant()})",
        "laplace" => $"maximum likelihood (Laplace approximation, {fit.Curvature} curvature)",
        "aghq" => $"maximum likelihood (adaptive Gauss-Hermite quadrature, {Nodes(fit)})",
        _ => throw new ArgumentOutOfRangeException(nameof(fit), fit.Method, "This method has no summary."),
    };

    private static string Order(FitDocument fit) => fit.Order == 2 ? ", second order" : "";

    private static string Nodes(FitDocument fit)
    {
        string nodes = fit.Nodes == 1 ? "1 node" : $"{fit.Nodes} nodes";
        return fit.Random.Sum(static random => random.Terms.Count) == 1 ? nodes : $"{nodes} for each random effect";
    }

    private static void WriteLikelihood(TextWriter output, FitDocument fit, int parameters)
    {
        var table = new TextTable();
        table.Add(["AIC", "BIC", "logLik", "-2*log(L)", "df.resid"]);
        table.Add([
            NumberFormat.Significant(fit.Aic, 6),
            NumberFormat.Significant(fit.Bic, 6),
            NumberFormat.Significant(fit.LogLikelihood, 6),
            NumberFormat.Significant(-2 * fit.LogLikelihood, 6),
            (fit.Observations - parameters).ToString(CultureInfo.InvariantCulture),
        ]);
        table.Write(output);
    }

    private static void WriteQuasiLikelihood(TextWriter output, FitDocument fit)
    {
        // The working model of a normal response with the identity link is the model itself.
        string likelihood = fit is { Family: "gaussian", Link: "identity" }
            ? $", log-likelihood ({fit.Criterion.ToUpperInvariant()}): "
                + NumberFormat.Significant(fit.WorkingLogLikelihood, 6)
            : "";
        output.WriteLine($"Deviance: {NumberFormat.Significant(fit.Deviance, 6)}, "
            + $"log quasi-likelihood: {NumberFormat.Significant(fit.LogQuasiLikelihood, 6)}{likelihood}");
    }

    private static void WriteFixedEffects(TextWriter output, FitDocument fit)
    {
        output.WriteLine(fit.Method == "mql" ? "Fixed effects of the marginal model:" : "Fixed effects:");
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
        if (fit.SamplingWeights is not null)
            output.WriteLine("Approximation risk: not assessed with sampling weights");
        if (fit.ApproximationRisk is { } risk && !fit.Warnings.Contains(risk.Statement))
            output.WriteLine(risk.Statement);
        foreach (string warning in fit.Warnings.Where(warning => warning != fit.Message))
            output.WriteLine($"Warning: {warning}");
    }

    private static string Stars(double? p) => p switch
    {
        < 0.001 => "***",
        < 0.01 => "**",
        < 0.05 => "*",
        < 0.1 => ".",
        _ => "",
    };
}

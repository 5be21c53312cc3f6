using System.Globalization;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Cli;

/// <summary>Prints a fit for a person: the blocks of lme4's summary in their order, then how the fit ended.</summary>
internal static class SummaryText
{
    private static readonly string[] s_residualNames = ["Min", "1Q", "Median", "3Q", "Max"];

    public static void Write(
        TextWriter output, FitDocument fit, string dataPath, ScaledResiduals? residuals = null, TextStyle? style = null)
    {
        style ??= TextStyle.Plain;
        WriteHeading(output, fit, dataPath, style);
        if (residuals is not null) WriteResiduals(output, residuals, style);
        RandomEffectsText.Write(output, fit, style);
        WriteFixedEffects(output, fit, style);
        FixedCorrelationText.Write(output, fit, style);
        VerdictText.Write(output, fit, style);
    }

    private static void WriteHeading(TextWriter output, FitDocument fit, string dataPath, TextStyle style)
    {
        (string title, string method) = ("Generalized linear mixed model fit by ", Method(fit));
        if (title.Length + method.Length > TextWrap.Width)
            method = method.Replace(" (", $"{output.NewLine} (", StringComparison.Ordinal);
        output.WriteLine(style.Heading(title + method));
        string given = fit.Shape is { Estimated: false } shape
            ? $"({shape.Name} = {shape.Value?.ToString(CultureInfo.InvariantCulture)})"
            : "";
        output.WriteLine($" Family: {fit.Family}{given} ({fit.Link})");
        TextWrap.Write(output, $"Formula: {fit.Formula}", indent: 9);
        output.WriteLine($"   Data: {dataPath}");
        if (fit.Weights is not null) output.WriteLine($"Weights: {fit.Weights}");
        if (fit.FrequencyWeights is not null) output.WriteLine($"Frequency weights: {fit.FrequencyWeights}");
        if (fit.SamplingWeights is not null)
            output.WriteLine($"Sampling weights: {fit.SamplingWeights} (standard errors by the sandwich)");
        if (fit.Offset is not null) output.WriteLine($" Offset: {fit.Offset}");
        if (fit.Factors.Count > 0)
        {
            IEnumerable<string> references = fit.Factors.Select(static factor => $"{factor.Name} = {factor.Levels[0]}");
            TextWrap.Write(output, $"Reference levels: {string.Join("; ", references)}", indent: 2);
        }

        output.WriteLine();
        if (fit.Parameters is { } parameters)
            WriteLikelihood(output, fit, parameters);
        else
            WriteQuasiLikelihood(output, fit);
        output.WriteLine();
    }

    private static void WriteResiduals(TextWriter output, ScaledResiduals residuals, TextStyle style)
    {
        output.WriteLine(style.Heading("Scaled residuals:"));
        var table = new TextTable();
        double[] values =
        [
            residuals.Minimum, residuals.LowerQuartile, residuals.Median, residuals.UpperQuartile, residuals.Maximum,
        ];
        table.Add([.. s_residualNames.Select(static name => name.PadLeft(7))]);
        table.Add([.. values.Select(static value => NumberFormat.Fixed(value, 4))]);
        table.Write(output);
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

    private static void WriteFixedEffects(TextWriter output, FitDocument fit, TextStyle style)
    {
        output.WriteLine(style.Heading(
            fit.Method == "mql" ? "Fixed effects of the marginal model:" : "Fixed effects:"));
        if (!fit.Converged)
        {
            output.WriteLine(
                "(The fit did NOT converge: this is the point that came nearest to a solution,");
            output.WriteLine("and none itself.)");
        }

        Func<double?, string> number = NumberFormat.ColumnFormat(
            fit.Fixed.SelectMany(static e => new[] { e.Estimate, e.StdError }), 4);
        string[] probabilities = NumberFormat.Probabilities([.. fit.Fixed.Select(static effect => effect.P)]);
        var table = new TextTable();
        table.Add(["", "Estimate", "Std. Error", "z value", "Pr(>|z|)"]);
        foreach ((int j, FixedEntry effect) in fit.Fixed.Index())
        {
            table.Add([
                effect.Name,
                number(effect.Estimate),
                number(effect.StdError),
                NumberFormat.Fixed(effect.Z, 3),
                probabilities[j],
            ]);
        }

        table.Write(output, 0);
        output.WriteLine();
    }
}

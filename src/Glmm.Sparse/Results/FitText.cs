using System.Globalization;

namespace Glmm.Sparse.Results;

/// <summary>Prints a fit for a person at a glance, laid out as lme4's users know it.</summary>
internal static class FitText
{
    /// <summary>The text, without a line end at its end.</summary>
    internal static string Of(GlmmFit fit)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        text.WriteLine($"{Method(fit)}: {fit.Family.Name} ({fit.Link.Name})");
        text.WriteLine($"Number of obs: {fit.Observations}, groups: {fit.GroupName}, {fit.GroupCount}");
        if (fit is LikelihoodFit likelihood)
        {
            text.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"logLik: {likelihood.LogLikelihood:F4}, AIC: {likelihood.Aic:F2}, BIC: {likelihood.Bic:F2}"));
        }

        text.WriteLine("Random effects:");
        RandomEffects(fit).Write(text, 0);
        text.WriteLine("Fixed effects:");
        FixedEffects(fit).Write(text, 0);
        if (fit.Singular) text.WriteLine("The fit is singular: D lies on the boundary of what it can be.");
        if (!fit.Converged) text.WriteLine($"NOT CONVERGED ({fit.Verdict}): {fit.Message}");
        return text.ToString().TrimEnd();
    }

    private static string Method(GlmmFit fit) => fit.Method switch
    {
        EstimationMethod.Laplace => "Maximum likelihood (Laplace)",
        EstimationMethod.Aghq => $"Maximum likelihood (quadrature, {((LikelihoodFit)fit).Nodes} nodes)",
        _ => $"{fit.Method.ToString().ToUpperInvariant()} ({fit.Criterion.ToString().ToUpperInvariant()}" +
             $"{(fit.Order == 2 ? ", second order" : "")})",
    };

    private static TextTable RandomEffects(GlmmFit fit)
    {
        double[,] covariance = fit.Covariance;
        int q = fit.RandomTerms.Count;
        var table = new TextTable();
        table.Add([" Name", "Variance", "Std.Dev.", .. q > 1 ? (string[])["Corr"] : []]);
        for (int a = 0; a < q; a++)
        {
            double variance = covariance[a, a];
            table.Add([
                $" {fit.RandomTerms[a]}", NumberFormat.Significant(variance, 5),
                NumberFormat.Significant(Math.Sqrt(variance), 5),
                .. Enumerable.Range(0, a).Select(b => NumberFormat.Fixed(
                    covariance[a, b] / Math.Sqrt(variance * covariance[b, b]), 2)),
            ]);
        }

        if (fit.DispersionEstimated)
        {
            table.Add([
                " Residual", NumberFormat.Significant(fit.Dispersion, 5),
                NumberFormat.Significant(Math.Sqrt(fit.Dispersion), 5),
            ]);
        }

        return table;
    }

    private static TextTable FixedEffects(GlmmFit fit)
    {
        Func<double?, string> number = NumberFormat.ColumnFormat(
            fit.FixedEffects.SelectMany(static e => new double?[] { e.Estimate, e.StandardError }), 4);
        var table = new TextTable();
        table.Add(["", "Estimate", "Std. Error", "z value"]);
        foreach (FixedEffect effect in fit.FixedEffects)
        {
            table.Add([
                $" {effect.Name}", number(effect.Estimate), number(effect.StandardError),
                NumberFormat.Fixed(effect.Z, 3),
            ]);
        }

        return table;
    }
}

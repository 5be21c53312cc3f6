using System.Globalization;
using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Model;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Inference;

/// <summary>Findings about α: columns left out, columns hardly told apart, estimates that may be running off.</summary>
internal static class ConvergenceReportFixed
{
    // Belsley, Kuh & Welsch (1980): condition indices above 30 are harmful collinearity.
    private const double HarmfulCondition = 30;
    private const double LargeShare = 0.3;

    // On the scale of a logit, a mean of 0.99966 or its complement, with an error as large again.
    private const double FarEstimate = 8;
    private const double FarError = 4;

    /// <summary>Adds the findings and returns the condition of the correlation of α̂.</summary>
    internal static double Add(GlmmFit fit, ClusteredDesign design, List<ConvergenceFinding> findings)
    {
        HashSet<int> kept = [.. fit.Outcome.FixedColumns];
        string[] dropped = [.. Enumerable.Range(0, design.FixedEffects.Count).Where(j => !kept.Contains(j))
            .Select(j => $"'{design.FixedEffects[j].Name}'")];
        if (dropped.Length > 0)
        {
            findings.Add(new ConvergenceFinding(
                ConvergenceSeverity.Warning, "fixed effects",
                $"{string.Join(", ", dropped)} {(dropped.Length == 1 ? "is a combination" : "are combinations")} of other " +
                "columns and was left out: the others' estimates are those given that it is 0."));
        }

        double condition = AddCondition(fit, findings);
        if (fit.Link.ReachesInfinity && !fit.Family.HasConstantVariance && fit.Converged) AddFar(fit, findings);
        return condition;
    }

    private static double AddCondition(GlmmFit fit, List<ConvergenceFinding> findings)
    {
        double[,] covariance = fit.Outcome.FixedCovariance;
        int p = covariance.GetLength(0);
        double[] correlation = new double[p * p], values = new double[p], vectors = new double[p * p];
        for (int i = 0; i < p; i++)
        {
            for (int j = 0; j < p; j++)
            {
                correlation[(i * p) + j] = covariance[i, j] / Math.Sqrt(covariance[i, i] * covariance[j, j]);
                if (!double.IsFinite(correlation[(i * p) + j])) return double.NaN;
            }
        }

        SymmetricEigen.Decompose(correlation, p, values, vectors);
        int worst = 0;
        for (int e = 1; e < p; e++)
        {
            if (values[e] > values[worst]) worst = e;
        }

        double least = values.Min();
        double condition = least > 0 ? Math.Sqrt(values[worst] / least) : double.PositiveInfinity;
        if (condition < HarmfulCondition) return condition;

        // What is badly determined is the combination whose variance is large: the leading eigenvector.
        IEnumerable<string> names = Enumerable.Range(0, p)
            .Where(j => Math.Abs(vectors[(j * p) + worst]) >= LargeShare).Select(j => $"'{fit.FixedEffects[j].Name}'");
        findings.Add(new ConvergenceFinding(
            ConvergenceSeverity.Warning, "fixed effects", string.Create(
                CultureInfo.InvariantCulture,
                $"The data hardly tell apart the fixed effects {string.Join(", ", names)} (condition {condition:F0} of ") +
            "their correlations): a sum of them is known, each alone is not. Centre covariates, or leave one out."));
        return condition;
    }

    private static void AddFar(GlmmFit fit, List<ConvergenceFinding> findings)
    {
        foreach (FixedEffect effect in fit.FixedEffects)
        {
            if (Math.Abs(effect.Estimate) < FarEstimate || effect.StandardError < FarError) continue;
            findings.Add(new ConvergenceFinding(
                ConvergenceSeverity.Warning, "separation", string.Create(
                    CultureInfo.InvariantCulture,
                    $"The fixed effect '{effect.Name}' is {effect.Estimate:G3} with standard error ") + string.Create(
                    CultureInfo.InvariantCulture, $"{effect.StandardError:G3} on the scale of the '{fit.Link.Name}' link: ") +
                "the response is nearly separated along it. Wald tests of it are worthless; compare likelihoods."));
        }
    }
}

using System.Globalization;
using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Model;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Diagnostics;

/// <summary>Findings about α: columns left out, columns hardly told apart, estimates that may be running off.</summary>
internal static class ConvergenceReportFixed
{
    // Belsley, Kuh & Welsch (1980): condition indices above 30 are harmful collinearity.
    private const double HarmfulCondition = 30;
    private const double LargeShare = 0.3;

    // For one standard deviation of the column: between the levels of an even 0/1 column the linear predictor moves by
    // 8, on the scale of a logit from 0.02 to 0.98, with an error half as large.
    private const double FarEstimate = 4;
    private const double FarError = 2;

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
                $"{string.Join(", ", dropped)} {(dropped.Length == 1 ? "is a combination" : "are combinations")} of " +
                "other columns and was left out: the others' estimates are those given that it is 0."));
        }

        double condition = AddCondition(fit, findings);
        if (fit.Link.ReachesInfinity && fit.Family.IsBinomial && fit.Converged) AddFar(fit, design, findings);
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
            ConvergenceSeverity.Warning, "fixed effects",
            $"The data hardly tell apart the fixed effects {string.Join(", ", names)} (condition " +
            string.Create(CultureInfo.InvariantCulture, $"{condition:F0} of their correlations): a sum of them is ") +
            "known, each alone is not. Centre covariates, or leave one out."));
        return condition;
    }

    // A column is judged by its spread: a constant one, such as the intercept, tells no outcomes apart, and its
    // estimate is large where covariates are far from 0.
    private static void AddFar(GlmmFit fit, ClusteredDesign design, List<ConvergenceFinding> findings)
    {
        for (int j = 0; j < fit.FixedEffects.Count; j++)
        {
            FixedEffect effect = fit.FixedEffects[j];
            double deviation = Deviation(design.FixedEffects[fit.Outcome.FixedColumns[j]].ToArray());
            bool isFar = Math.Abs(effect.Estimate) * deviation >= FarEstimate
                && effect.StandardError * deviation >= FarError;
            if (!isFar) continue;
            findings.Add(new ConvergenceFinding(
                ConvergenceSeverity.Warning, "separation", string.Create(
                    CultureInfo.InvariantCulture,
                    $"The fixed effect '{effect.Name}' is {effect.Estimate:G3} with standard error " +
                    $"{effect.StandardError:G3} on the scale of the '{fit.Link.Name}' link: ") +
                "the response is nearly separated along it. Wald tests of it are worthless; compare likelihoods."));
        }
    }

    private static double Deviation(double[] values)
    {
        double mean = values.Average();
        return Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
    }
}

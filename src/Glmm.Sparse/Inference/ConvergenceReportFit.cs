using System.Globalization;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Inference;

/// <summary>Findings that the fit itself knows: its verdict, gradient, warnings and approximation.</summary>
internal static class ConvergenceReportFit
{
    internal static void AddVerdict(GlmmFit fit, List<ConvergenceFinding> findings)
    {
        if (!fit.Converged)
        {
            string verdict = fit.Verdict switch
            {
                Verdict.Separated => "the response is separated",
                Verdict.NotIdentified => "the data do not determine some parameter",
                Verdict.Diverged => "the estimates ran away",
                _ => "the iterations made no progress",
            };
            findings.Add(new ConvergenceFinding(
                ConvergenceSeverity.Problem, fit.Verdict == Verdict.Separated ? "separation" : "convergence",
                $"Not converged: {verdict}. {fit.Message}".TrimEnd()));
            return;
        }

        findings.Add(new ConvergenceFinding(
            ConvergenceSeverity.Note, "convergence",
            string.Create(
                CultureInfo.InvariantCulture,
                $"Converged in {fit.Iterations} {(fit.Iterations == 1 ? "iteration" : "iterations")}; the next step would ") +
            string.Create(CultureInfo.InvariantCulture, $"be {fit.GradientNorm:G2} standard errors long.")));
    }

    internal static void AddRisk(GlmmFit fit, List<ConvergenceFinding> findings)
    {
        if (!fit.Converged || fit.ApproximationRisk is not { } risk) return;
        findings.Add(new ConvergenceFinding(
            risk.Level == RiskLevel.Low ? ConvergenceSeverity.Note : ConvergenceSeverity.Warning, "approximation",
            risk.Statement));
    }

    internal static void AddWarnings(GlmmFit fit, List<ConvergenceFinding> findings)
    {
        foreach (string warning in fit.Warnings)
        {
            // The approximation's own sentence has been said.
            bool said = warning == fit.Message || findings.Any(f => f.Text.Contains(warning, StringComparison.Ordinal));
            if (!said) findings.Add(new ConvergenceFinding(ConvergenceSeverity.Warning, "fit", warning));
        }
    }
}

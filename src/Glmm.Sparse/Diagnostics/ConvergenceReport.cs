using System.Globalization;
using System.Text;
using Glmm.Sparse.Model;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Diagnostics;

/// <summary>
/// Whether a fit converged and whether the data determine what it estimates, as findings in plain words, the gravest
/// first. Immutable.
/// </summary>
public sealed class ConvergenceReport
{
    private ConvergenceReport(IReadOnlyList<ConvergenceFinding> findings, double condition) =>
        (Findings, FixedEffectCondition) = (findings, condition);

    /// <summary>The findings, the gravest first, else in the order of their subjects.</summary>
    public IReadOnlyList<ConvergenceFinding> Findings { get; }

    /// <summary>The gravest of them.</summary>
    public ConvergenceSeverity Severity => Findings.Max(f => f.Severity);

    /// <summary>Condition of the fixed effects: √(largest/least eigenvalue) of the correlation of α̂; 1 where they are
    /// uncorrelated; NaN where there is no covariance.</summary>
    public double FixedEffectCondition { get; }

    /// <summary>Judges a fit.</summary>
    /// <param name="fit">The fit.</param>
    /// <param name="design">The design that was fitted.</param>
    /// <param name="approximationRisk">Whether to say how far the method's approximation has taken the estimates from
    /// maximum likelihood (<see cref="GlmmFit.ApproximationRisk"/>), which takes some hundredths of a second.</param>
    /// <returns>The report.</returns>
    /// <exception cref="InvalidModelDataException">The design has other columns or clusters.</exception>
    public static ConvergenceReport Of(GlmmFit fit, ClusteredDesign design, bool approximationRisk = true)
    {
        ArgumentNullException.ThrowIfNull(fit);
        ArgumentNullException.ThrowIfNull(design);
        RowPredictor.RequireFitted(fit.Outcome, design);
        var findings = new List<ConvergenceFinding>();
        ConvergenceReportFit.AddVerdict(fit, findings);
        ConvergenceReportCovariance.Add(fit, design, findings);
        double condition = ConvergenceReportFixed.Add(fit, design, findings);
        ConvergenceReportClusters.Add(fit, design, findings);
        if (approximationRisk) ConvergenceReportFit.AddRisk(fit, findings);
        ConvergenceReportFit.AddWarnings(fit, findings);
        return new ConvergenceReport([.. findings.OrderByDescending(f => f.Severity)], condition);
    }

    /// <summary>One finding a line, after a line with the verdict of them all.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        int warnings = Findings.Count(f => f.Severity == ConvergenceSeverity.Warning);
        text.Append(Severity switch
        {
            ConvergenceSeverity.Problem => "This fit should not be used.",
            ConvergenceSeverity.Warning => string.Create(
                CultureInfo.InvariantCulture,
                $"This fit converged, with {warnings} {(warnings == 1 ? "warning" : "warnings")}."),
            _ => "This fit converged, and nothing is wrong with how. Whether the model fits is for ModelDiagnostics.",
        }).Append('\n');
        foreach (ConvergenceFinding finding in Findings)
            text.Append(CultureInfo.InvariantCulture, $"  {finding}\n");
        return text.ToString().TrimEnd();
    }
}

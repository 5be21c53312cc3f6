using Glmm.Sparse.Diagnostics;

namespace Glmm.Sparse.Report.Content;

/// <summary>One thing that was looked at: what was found, what it means and what to do.</summary>
/// <param name="Severity">How much it matters.</param>
/// <param name="Title">A few words.</param>
/// <param name="Finding">What was found.</param>
/// <param name="Means">What that means, or empty.</param>
/// <param name="Remedy">What to do, or empty.</param>
internal sealed record Check(
    ConvergenceSeverity Severity, string Title, string Finding, string Means, string Remedy);

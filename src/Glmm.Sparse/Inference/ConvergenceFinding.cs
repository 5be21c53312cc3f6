namespace Glmm.Sparse.Inference;

/// <summary>One finding about a fit, in plain words.</summary>
/// <param name="Severity">How much it matters.</param>
/// <param name="Subject">What it is about: <c>convergence</c>, <c>boundary</c>, <c>random effects</c>, <c>fixed
/// effects</c>, <c>separation</c>, <c>clusters</c>, <c>approximation</c>, <c>dispersion</c> or <c>fit</c>.</param>
/// <param name="Text">The finding, and what to do.</param>
public sealed record ConvergenceFinding(ConvergenceSeverity Severity, string Subject, string Text)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Severity.ToString().ToUpperInvariant(),-8} {Subject}: {Text}";
}

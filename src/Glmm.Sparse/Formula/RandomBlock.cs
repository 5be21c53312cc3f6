namespace Glmm.Sparse.Formula;

/// <summary>Random effects that share a covariance structure and are independent of all others. Immutable.</summary>
/// <param name="Structure">The structure of their covariance.</param>
/// <param name="Effects">Their names, in the order of Z.</param>
public sealed record RandomBlock(CovarianceKind Structure, IReadOnlyList<string> Effects);

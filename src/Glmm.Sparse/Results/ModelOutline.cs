using Glmm.Sparse.Families;
using Glmm.Sparse.Model;
using Glmm.Sparse.Model.Covariance;

namespace Glmm.Sparse.Results;

/// <summary>What a likelihood-ratio comparison must know of a fit: which model it is, of which data, and how likely it
/// made them.</summary>
internal sealed record ModelOutline
{
    public required int Observations { get; init; }
    public required ResponseFacts Response { get; init; }
    public required string? Offset { get; init; }
    public required ulong Fingerprint { get; init; }
    public required Family Family { get; init; }
    public required Link Link { get; init; }
    public required IReadOnlyList<string> FixedNames { get; init; }
    public required double Dispersion { get; init; }
    public required bool DispersionEstimated { get; init; }
    public required double LogLikelihood { get; init; }
    public required bool Converged { get; init; }

    /// <summary>The structure of D; null for a model without random effects, which has none of what follows
    /// either.</summary>
    public CovarianceStructure? Structure { get; init; }
    public IReadOnlyList<string> RandomTerms { get; init; } = [];
    public string? GroupName { get; init; }
    public int GroupCount { get; init; }
    public bool Singular { get; init; }
    public int Nodes { get; init; }
    public bool Observed { get; init; }
}

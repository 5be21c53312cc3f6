using Glmm.Sparse.Families;
using Glmm.Sparse.Model;
using Glmm.Sparse.Model.Covariance;

namespace Glmm.Sparse.Results;

/// <summary>What a maximum likelihood fit says beyond the rest; see <see cref="LikelihoodFit"/>.</summary>
internal sealed record LikelihoodSummary
{
    public required double LogLikelihood { get; init; }
    public required int ParameterCount { get; init; }
    public required int Nodes { get; init; }
    public required bool Observed { get; init; }
    public required ShapeParameter? Shape { get; init; }
    public required double ShapeStandardError { get; init; }
    public required double DispersionStandardError { get; init; }
    public required double[,] CovarianceStandardErrors { get; init; }

    /// <summary>The inverse observed information on the user's scale: α, the lower triangle of D row by row, log φ and
    /// log ξ where they are estimated.</summary>
    public required double[,] ParameterCovariance { get; init; }
    public required CovarianceStructure Structure { get; init; }
    public required ResponseFacts Response { get; init; }
    public required string? Offset { get; init; }
    public required ulong Fingerprint { get; init; }
}

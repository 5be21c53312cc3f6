using Glmm.Sparse.Families;
using Glmm.Sparse.Model;

namespace Glmm.Sparse.Results;

/// <summary>What an estimator hands to its result; see <see cref="GlmmFit"/> for the meaning of each item.</summary>
internal sealed record FitSummary
{
    public required EstimationCriterion Criterion { get; init; }
    public required Family Family { get; init; }
    public required Link Link { get; init; }
    public required int Observations { get; init; }
    public required ClusterIndex Clusters { get; init; }
    public required Verdict Verdict { get; init; }
    public required bool Singular { get; init; }
    public required int Iterations { get; init; }
    public required double GradientNorm { get; init; }
    public required string? Message { get; init; }
    public required IReadOnlyList<string> Warnings { get; init; }
    public required IReadOnlyList<FixedEffect> FixedEffects { get; init; }
    public required int[] FixedColumns { get; init; }
    public required double[,] FixedCovariance { get; init; }
    public required IReadOnlyList<string> RandomTerms { get; init; }
    public required double[,] Covariance { get; init; }
    public required double Dispersion { get; init; }
    public required bool DispersionEstimated { get; init; }
    public required double LogQuasiLikelihood { get; init; }
    public required double WorkingLogLikelihood { get; init; }
    public required double Deviance { get; init; }
    public required int DataPasses { get; init; }
    public required double FitSeconds { get; init; }
    public required int Threads { get; init; }
    public int Order { get; init; } = 1;
    public LikelihoodSummary? Likelihood { get; init; }
}

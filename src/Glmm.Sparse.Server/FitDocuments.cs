namespace Glmm.Sparse.Server;

/// <summary>How far a fit is; once it succeeded, with its result.</summary>
internal sealed record FitJobDocument(
    string Id, string State, string Model, DateTimeOffset QueuedAt, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt,
    int Iteration, double? GradientNorm, string? Message, FitResultDocument? Fit);

/// <summary>What a fit found; the model has more.</summary>
internal sealed record FitResultDocument(
    string Verdict, bool Converged, bool Singular, int Iterations, int Observations, int Clusters,
    IReadOnlyList<CoefficientDocument> Fixed, IReadOnlyList<string> RandomTerms, double[][] Covariance,
    double? Dispersion, double? LogLikelihood, double FitSeconds, IReadOnlyList<string> Warnings);

/// <summary>The jobs that can be asked about, the newest first.</summary>
internal sealed record FitListDocument(IReadOnlyList<FitJobDocument> Fits);

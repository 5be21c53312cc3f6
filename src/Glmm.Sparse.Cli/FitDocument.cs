namespace Glmm.Sparse.Cli;

/// <summary>
/// A fit as <c>glmm fit</c> reports it, schema <c>glmm.fit/1</c>. What is not a finite number is null. The property
/// names in lower case with underscores are the names in JSON, and their order is the order there.
/// </summary>
internal sealed record FitDocument
{
    public const string CurrentSchema = "glmm.fit/1";

    public string Schema { get; init; } = CurrentSchema;
    public required string Version { get; init; }
    public required string Method { get; init; }
    public required string Criterion { get; init; }
    public required string Family { get; init; }
    public required string Link { get; init; }
    public required string Formula { get; init; }
    public required int Observations { get; init; }
    public required int RowsDroppedMissing { get; init; }
    public required IReadOnlyList<GroupEntry> Groups { get; init; }
    public required bool Converged { get; init; }
    public required bool Singular { get; init; }
    public required string Verdict { get; init; }
    public required int Iterations { get; init; }
    public required double? GradientNorm { get; init; }
    public required string? Message { get; init; }
    public required IReadOnlyList<string> Warnings { get; init; }
    public required IReadOnlyList<FixedEntry> Fixed { get; init; }
    public required double?[][] FixedCovariance { get; init; }
    public required IReadOnlyList<RandomEntry> Random { get; init; }
    public required DispersionEntry Dispersion { get; init; }
    public required double? LogLikelihood { get; init; }
    public required double? LogQuasiLikelihood { get; init; }
    public required double? Deviance { get; init; }
    public required double? Aic { get; init; }
    public required double? Bic { get; init; }
    public required TimingsEntry Timings { get; init; }
    public required int Threads { get; init; }
    public required double? Theta { get; init; }
    public required string? Weights { get; init; }
    public string? FrequencyWeights { get; init; }
    public string? SamplingWeights { get; init; }
    public required string? Offset { get; init; }
    public required string CovarianceStructure { get; init; }
    public required IReadOnlyList<FactorEntry> Factors { get; init; }
    public required double? WorkingLogLikelihood { get; init; }
    public required int? Parameters { get; init; }
    public required int? Nodes { get; init; }
    public required string? Curvature { get; init; }
    public required ShapeEntry? Shape { get; init; }
    public required RiskEntry? ApproximationRisk { get; init; }
    public required int Order { get; init; }
}

/// <summary>A grouping factor.</summary>
internal sealed record GroupEntry(string Name, int Levels);

/// <summary>A fixed effect with its Wald test.</summary>
internal sealed record FixedEntry(string Name, double? Estimate, double? StdError, double? Z, double? P);

/// <summary>
/// The random effects of a grouping factor: D with the terms in order, and the same as deviations and correlations; the
/// blocks are independent of each other. Standard errors of the elements of D where a likelihood was maximised.
/// </summary>
internal sealed record RandomEntry(
    string Group, IReadOnlyList<string> Terms, double?[][] Covariance, double?[] StdDev, double?[][] Correlation,
    IReadOnlyList<BlockEntry> Blocks, double?[][]? CovarianceStdError);

/// <summary>Random effects that share a covariance structure.</summary>
internal sealed record BlockEntry(string Structure, IReadOnlyList<string> Terms);

/// <summary>A factor with the levels that occur, the reference first.</summary>
internal sealed record FactorEntry(string Name, IReadOnlyList<string> Levels);

/// <summary>φ, and whether it was estimated; its standard error where that was by maximum likelihood.</summary>
internal sealed record DispersionEntry(double? Value, bool Estimated, double? StdError);

/// <summary>The family's parameter beyond mean and dispersion, given or estimated.</summary>
internal sealed record ShapeEntry(string Name, double? Value, double? StdError, bool Estimated);

/// <summary>How far from maximum likelihood the estimates are likely to be: one step of a better method.</summary>
internal sealed record RiskEntry(
    string Level, double? DeviationShift, string DeviationTerm, double? FixedShift, string FixedTerm,
    string BetterMethod, string Statement);

/// <summary>Where the time went; <c>FitSeconds</c> runs from finished design to finished result.</summary>
internal sealed record TimingsEntry(double ReadSeconds, double DesignSeconds, double FitSeconds, int DataPasses);

using System.Text.Json.Serialization;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Persistence;

/// <summary>The content of a model file as JSON has it; see <see cref="ModelFile"/>.</summary>
internal sealed record ModelDocument
{
    public required FactsSection Fit { get; init; }
    public required FamilySection Family { get; init; }
    public required string Link { get; init; }
    public required double Dispersion { get; init; }
    public required FixedSection Fixed { get; init; }
    public required RandomSection Random { get; init; }
    public required ClusterSection Clusters { get; init; }
    public required SchemaSection? Schema { get; init; }
}

internal sealed record FactsSection
{
    public required string Producer { get; init; }
    public required EstimationMethod Method { get; init; }
    public required int Order { get; init; }
    public required EstimationCriterion Criterion { get; init; }
    public required bool ObservedCurvature { get; init; }
    public required int Observations { get; init; }
    public required int Clusters { get; init; }
    public required Verdict Verdict { get; init; }
    public required string? Message { get; init; }
    public required string Structure { get; init; }
    public required bool Singular { get; init; }
    public required bool DispersionEstimated { get; init; }
    public required double Deviance { get; init; }
    public required double? LogLikelihood { get; init; }
    public required int? Parameters { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Nodes { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? FrequencyWeights { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? SamplingWeights { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ComparisonSection? Comparison { get; init; }
}

/// <summary>What a likelihood-ratio comparison needs beyond the rest: sums and fingerprint of the data, and the basis
/// of D (m matrices, q×q).</summary>
internal sealed record ComparisonSection
{
    public required ulong Fingerprint { get; init; }
    public required double Weight { get; init; }
    public required double WeightedSum { get; init; }
    public required double Squares { get; init; }
    public required string? Offset { get; init; }
    public required int Nodes { get; init; }
    public required int Components { get; init; }
    public required IReadOnlyList<byte[]> Basis { get; init; }
}

internal sealed record FamilySection
{
    public required string Name { get; init; }
    public required double? Shape { get; init; }
    public required bool ShapeEstimated { get; init; }
}

/// <summary>Names and estimates (p), and their covariance (p×p).</summary>
internal sealed record FixedSection
{
    public required IReadOnlyList<string> Names { get; init; }
    public required IReadOnlyList<byte[]> Estimates { get; init; }
    public required IReadOnlyList<byte[]> Covariance { get; init; }
}

/// <summary>The grouping factor, the names of the effects (q) and D (q×q).</summary>
internal sealed record RandomSection
{
    public required string Group { get; init; }
    public required IReadOnlyList<string> Terms { get; init; }
    public required IReadOnlyList<byte[]> Covariance { get; init; }
}

/// <summary>Labels and rows (k), modes (k×q), covariances (k×q(q+1)/2) and cross products (k×p×q).</summary>
internal sealed record ClusterSection
{
    public required IReadOnlyList<string> Labels { get; init; }
    public required IReadOnlyList<int> Rows { get; init; }
    public required IReadOnlyList<byte[]> Modes { get; init; }
    public required IReadOnlyList<byte[]> Covariances { get; init; }
    public required IReadOnlyList<byte[]> Crosses { get; init; }
}

internal sealed record SchemaSection
{
    public required string Formula { get; init; }
    public required IReadOnlyList<ColumnSection> Columns { get; init; }
    public required IReadOnlyList<ScaleSection> Scales { get; init; }
    public required string? Weights { get; init; }
    public required string? Offset { get; init; }
    public required IReadOnlyList<int> FixedColumns { get; init; }

    /// <summary>What other calls than scale() took from the data; absent where there are none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ConstantSection>? Constants { get; init; }
}

internal sealed record ColumnSection
{
    public required string Name { get; init; }
    public required string Kind { get; init; }
    public required bool IsFactor { get; init; }
    public required IReadOnlyList<string>? Levels { get; init; }
    public required double? Mean { get; init; }
}

internal sealed record ScaleSection
{
    public required string Expression { get; init; }
    public required double Mean { get; init; }
    public required double Deviation { get; init; }
}

/// <summary>A constant of one of the kinds poly, spline and levels, of which it has the members.</summary>
internal sealed record ConstantSection
{
    public required string Kind { get; init; }
    public required string Expression { get; init; }

    /// <summary>Of poly: α of each degree.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<double>? Alpha { get; init; }

    /// <summary>Of poly: Σ p² of degree 0 and each degree.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<double>? SquaredNorms { get; init; }

    /// <summary>Of spline: the knots between the boundaries.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<double>? Knots { get; init; }

    /// <summary>Of spline: the lower and the upper boundary.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<double>? Boundaries { get; init; }

    /// <summary>Of levels: their labels.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Levels { get; init; }
}

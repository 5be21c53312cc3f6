using System.Text.Json;

namespace Glmm.Sparse.Server;

/// <summary>The body of a request for a fit, in the words of <c>glmm fit</c>; what is left out has its defaults.
/// </summary>
internal sealed record FitBody
{
    /// <summary>Under which name the model is saved.</summary>
    public required string Name { get; init; }
    public required string Formula { get; init; }
    public required string Family { get; init; }
    public required FitDataBody Data { get; init; }
    public string? Link { get; init; }

    /// <summary>pql, the default, mql, laplace or aghq.</summary>
    public string? Method { get; init; }

    /// <summary>reml or ml.</summary>
    public string? Criterion { get; init; }

    /// <summary>The shape of the family; null to estimate it.</summary>
    public double? Theta { get; init; }

    /// <summary>The value at which the dispersion is held; null for the family's default.</summary>
    public double? Dispersion { get; init; }
    public int? Order { get; init; }
    public int? Nodes { get; init; }
    public int? MaxIterations { get; init; }
    public double? Tolerance { get; init; }
    public int? Threads { get; init; }
    public string? Weights { get; init; }
    public string? FrequencyWeights { get; init; }
    public string? Offset { get; init; }

    /// <summary>unstructured, diagonal, identity or compound-symmetry.</summary>
    public string? Covariance { get; init; }

    /// <summary>The reference level of some factors.</summary>
    public Dictionary<string, string>? References { get; init; }

    /// <summary>All levels of some factors, the reference first.</summary>
    public Dictionary<string, string[]>? Levels { get; init; }

    /// <summary>Leave the clusters out of the model that is saved.</summary>
    public bool WithoutClusters { get; init; }
}

/// <summary>The data of a fit: one of the three.</summary>
internal sealed record FitDataBody
{
    /// <summary>A CSV file within the server's folder of data.</summary>
    public string? Path { get; init; }

    /// <summary>The text of a CSV file.</summary>
    public string? Csv { get; init; }

    /// <summary>Columns by name, each an array of numbers, texts or truth values, null where one is missing.</summary>
    public Dictionary<string, JsonElement[]>? Columns { get; init; }
}

namespace Glmm.Sparse.Formula;

/// <summary>Where a grid of reference rows departs from all levels and means. Immutable.</summary>
public sealed record ReferenceGridOptions
{
    /// <summary>The values of some numbers instead of their means; several values multiply the rows.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<double>> Numbers { get; init; } =
        new Dictionary<string, IReadOnlyList<double>>();

    /// <summary>The levels of some factors instead of all they have.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Levels { get; init; } =
        new Dictionary<string, IReadOnlyList<string>>();
}

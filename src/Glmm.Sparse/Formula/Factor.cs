namespace Glmm.Sparse.Formula;

/// <summary>One level of a factor.</summary>
/// <param name="Label">The level's label.</param>
/// <param name="Indicator">1 in its rows, else 0.</param>
internal sealed record FactorLevel(string Label, RowEvaluator Indicator);

/// <summary>A factor: the levels that occur in the rows used, the reference first.</summary>
/// <param name="Name">What the factor is made of, as R spells it.</param>
/// <param name="Levels">At least one.</param>
internal sealed record Factor(string Name, IReadOnlyList<FactorLevel> Levels)
{
    /// <summary>Its levels are ordered, so that polynomials code it unless it says otherwise.</summary>
    public bool IsOrdered { get; init; }

    /// <summary>How it is coded beside an intercept, where it says so.</summary>
    public ContrastCoding? Coding { get; init; }

    /// <summary>The labels of the levels.</summary>
    public string[] Labels => [.. Levels.Select(static level => level.Label)];

    /// <summary>How it is coded beside an intercept.</summary>
    public ContrastCoding CodingUsed => Coding ?? (IsOrdered ? ContrastCoding.Polynomial : ContrastCoding.Treatment);

    /// <summary>The two levels of a truth value.</summary>
    public static FactorLevel[] TruthLevels(RowEvaluator truth) =>
        [new("FALSE", new UnaryEvaluator(truth, static value => 1 - value)), new("TRUE", truth)];
}

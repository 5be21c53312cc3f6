using Glmm.Sparse.Families;

namespace Glmm.Sparse.Estimation;

/// <summary>Whether the dispersion φ is held or estimated. Immutable.</summary>
public readonly record struct DispersionOption
{
    private DispersionOption(bool isDefault, bool isEstimated, double value)
    {
        IsDefault = isDefault;
        IsEstimated = isEstimated;
        Value = value;
    }

    /// <summary>The family decides: held at 1 for binomial, poisson and negative binomial, estimated for all others.</summary>
    public static DispersionOption FamilyDefault => new(true, false, 1);

    /// <summary>φ is estimated.</summary>
    public static DispersionOption Estimated => new(false, true, 1);

    /// <summary>Leaves the choice to the family.</summary>
    public bool IsDefault { get; }

    /// <summary>φ is estimated.</summary>
    public bool IsEstimated { get; }

    /// <summary>The value at which φ is held; meaningless when it is estimated.</summary>
    public double Value { get; }

    /// <summary>The value at which φ is held for a family, NaN where it is estimated.</summary>
    internal double HeldValue(Family family) =>
        (IsDefault ? family.EstimatesDispersionByDefault : IsEstimated) ? double.NaN : IsDefault ? 1 : Value;

    /// <summary>φ is held at a value.</summary>
    /// <param name="value">A finite number above 0.</param>
    /// <returns>The option.</returns>
    /// <exception cref="InvalidModelOptionException">The value is not a finite number above 0.</exception>
    public static DispersionOption Fixed(double value = 1) => double.IsFinite(value) && value > 0
        ? new(false, false, value)
        : throw new InvalidModelOptionException($"The dispersion must be a finite number above 0, not {value:R}.");
}

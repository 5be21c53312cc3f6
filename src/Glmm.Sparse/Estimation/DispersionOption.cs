using Glmm.Sparse.Families;

namespace Glmm.Sparse.Estimation;

/// <summary>Whether the dispersion φ is held or estimated. Immutable.</summary>
public readonly record struct DispersionOption
{
    // The zero value leaves the choice to the family, so that 'default' is harmless.
    private readonly double? _held;

    private DispersionOption(bool isEstimated, double? held)
    {
        IsEstimated = isEstimated;
        _held = held;
    }

    /// <summary>The family decides: held at 1 for binomial, poisson and negative binomial, estimated for all
    /// others.</summary>
    public static DispersionOption FamilyDefault => default;

    /// <summary>φ is estimated.</summary>
    public static DispersionOption Estimated => new(true, null);

    /// <summary>Leaves the choice to the family.</summary>
    public bool IsDefault => !IsEstimated && _held is null;

    /// <summary>φ is estimated.</summary>
    public bool IsEstimated { get; }

    /// <summary>The value at which φ is held; 1 where that is left to the family, meaningless where φ is
    /// estimated.</summary>
    public double Value => _held ?? 1;

    /// <summary>φ is held at a value.</summary>
    /// <param name="value">A finite number above 0.</param>
    /// <returns>The option.</returns>
    /// <exception cref="InvalidModelOptionException">The value is not a finite number above 0.</exception>
    public static DispersionOption Fixed(double value = 1) => double.IsFinite(value) && value > 0
        ? new(false, value)
        : throw new InvalidModelOptionException($"The dispersion must be a finite number above 0, not {value:R}.");

    /// <summary>The value at which φ is held for a family, NaN where it is estimated.</summary>
    internal double HeldValue(Family family) =>
        (IsDefault ? family.EstimatesDispersionByDefault : IsEstimated) ? double.NaN : Value;
}

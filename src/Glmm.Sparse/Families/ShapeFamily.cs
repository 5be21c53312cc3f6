using System.Diagnostics.CodeAnalysis;

namespace Glmm.Sparse.Families;

/// <summary>A built-in family with a parameter ξ of its own beside the mean.</summary>
internal abstract class ShapeFamily : StandardFamily
{
    private readonly ShapeParameter _shape;

    /// <summary>Makes the family.</summary>
    /// <exception cref="InvalidModelOptionException">ξ is not a finite number above 0.</exception>
    [SetsRequiredMembers]
    protected ShapeFamily(string name, VarianceKind kind, Link defaultLink, ShapeParameter shape)
        : base(name, kind, defaultLink)
    {
        if (!(shape.Value > 0) || !double.IsFinite(shape.Value))
        {
            throw new InvalidModelOptionException(FormattableString.Invariant(
                $"{Describe(shape)} of family {name} must be a finite number above 0, not {shape.Value}; ")
                + "give such a number, or none to have it estimated.");
        }

        _shape = shape;
        HasLikelihood = true;
        EstimatesDispersionByDefault = false;
    }

    /// <inheritdoc/>
    public sealed override ShapeParameter? Shape => _shape;

    /// <summary>ξ.</summary>
    protected double Value => _shape.Value;

    /// <inheritdoc/>
    internal sealed override Family WithShape(double value) => With(_shape with { Value = value });

    /// <inheritdoc/>
    internal sealed override double ShapeFromDispersion(double phi, double meanResponse)
    {
        (double least, double most) = StartingRange;
        double start = StartFrom(phi, meanResponse);
        return double.IsNaN(start) ? 1 : Math.Clamp(start, least, most);
    }

    /// <summary>Where an estimation of ξ may start.</summary>
    protected abstract (double Least, double Most) StartingRange { get; }

    /// <summary>The same family with another ξ.</summary>
    protected abstract Family With(ShapeParameter shape);

    /// <summary>The ξ whose variance at the mean response is that of the starting family with dispersion φ; outside the
    /// range where there is none.</summary>
    protected abstract double StartFrom(double phi, double meanResponse);

    private static string Describe(ShapeParameter shape) => shape.Name switch
    {
        "theta" => "The size theta",
        "phi" => "The parameter phi",
        _ => $"The {shape.Name}",
    };
}

using System.Diagnostics.CodeAnalysis;

namespace Glmm.Sparse.Families;

/// <summary>The negative binomial of size θ (NB2): V = μ + μ²/θ.</summary>
/// <remarks>With θ held it is an exponential family, which quasi-likelihood can fit.</remarks>
internal sealed class NegativeBinomialFamily : ShapeFamily
{
    /// <summary>Its name.</summary>
    public const string FamilyName = "negative-binomial";

    /// <summary>Makes the family; with no θ given, θ is estimated.</summary>
    /// <exception cref="InvalidModelOptionException">θ is not a finite number above 0.</exception>
    [SetsRequiredMembers]
    public NegativeBinomialFamily(double? theta)
        : this(new ShapeParameter("theta", theta ?? 1, IsEstimated: theta is null))
    {
    }

    [SetsRequiredMembers]
    private NegativeBinomialFamily(ShapeParameter shape)
        : base(FamilyName, VarianceKind.NegativeBinomial, Link.Log, shape)
    {
        Domain = MeanDomain.Positive;
        Response = ResponseKind.Count;
    }

    /// <inheritdoc/>
    public override double? Theta => Value;

    /// <inheritdoc/>
    internal override bool NeedsFullLikelihood => Shape is { IsEstimated: true };

    /// <inheritdoc/>
    internal override Family StartingFamily => NeedsFullLikelihood ? QuasiPoisson : this;

    /// <inheritdoc/>
    protected override (double Least, double Most) StartingRange => (1e-3, 1e4);

    /// <inheritdoc/>
    public override double Variance(double mean) => mean * (1 + (mean / Value));

    /// <inheritdoc/>
    public override double StartingMean(double response, double priorWeight) => response == 0 ? 1.0 / 6 : response;

    /// <inheritdoc/>
    protected override Family With(ShapeParameter shape) => new NegativeBinomialFamily(shape);

    /// <summary>φμ = μ + μ²/θ.</summary>
    protected override double StartFrom(double phi, double meanResponse) =>
        phi <= 1 ? double.PositiveInfinity : meanResponse / (phi - 1);
}

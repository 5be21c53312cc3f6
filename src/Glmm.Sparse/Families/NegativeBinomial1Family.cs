using System.Diagnostics.CodeAnalysis;

namespace Glmm.Sparse.Families;

/// <summary>The negative binomial of size μ/φ (NB1, glmmTMB's nbinom1): V = μ(1 + φ).</summary>
/// <remarks>
/// The variance is that of quasi-Poisson, but the size moves with the mean, so that the score is not (y − μ)δ/V: only a
/// full likelihood fits it (Cameron &amp; Trivedi 1986; Hardin &amp; Hilbe 2007).
/// </remarks>
internal sealed class NegativeBinomial1Family : ShapeFamily
{
    /// <summary>Its name.</summary>
    public const string FamilyName = "negative-binomial-1";

    /// <summary>Makes the family; with no φ given, φ is estimated.</summary>
    /// <exception cref="InvalidModelOptionException">φ is not a finite number above 0.</exception>
    [SetsRequiredMembers]
    public NegativeBinomial1Family(double? phi)
        : this(new ShapeParameter("phi", phi ?? 1, IsEstimated: phi is null))
    {
    }

    [SetsRequiredMembers]
    private NegativeBinomial1Family(ShapeParameter shape)
        : base(FamilyName, VarianceKind.NegativeBinomial1, Link.Log, shape)
    {
        Domain = MeanDomain.Positive;
        Response = ResponseKind.Count;
    }

    /// <inheritdoc/>
    internal override bool NeedsFullLikelihood => true;

    /// <inheritdoc/>
    internal override Family StartingFamily => QuasiPoisson;

    /// <inheritdoc/>
    protected override (double Least, double Most) StartingRange => (1e-3, 1e4);

    /// <inheritdoc/>
    public override double Variance(double mean) => mean * (1 + Value);

    /// <inheritdoc/>
    public override double StartingMean(double response, double priorWeight) => response == 0 ? 1.0 / 6 : response;

    /// <inheritdoc/>
    protected override Family With(ShapeParameter shape) => new NegativeBinomial1Family(shape);

    /// <summary>φ_quasi μ = μ(1 + φ).</summary>
    protected override double StartFrom(double phi, double meanResponse) => phi - 1;

    /// <inheritdoc/>
    internal override bool HasExpectedInformation => false;
}

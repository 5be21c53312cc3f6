using System.Diagnostics.CodeAnalysis;

namespace Glmm.Sparse.Families;

/// <summary>
/// The beta distribution of mean μ and precision φ, of shapes μφ and (1 − μ)φ (glmmTMB's beta_family):
/// V = μ(1 − μ)/(1 + φ).
/// </summary>
/// <remarks>
/// Ferrari &amp; Cribari-Neto (2004). Its score is linear in log(y/(1 − y)), not in y: only a full likelihood fits it.
/// </remarks>
internal sealed class BetaFamily : ShapeFamily
{
    /// <summary>Its name.</summary>
    public const string FamilyName = "beta";

    /// <summary>Makes the family; with no precision given, it is estimated.</summary>
    /// <exception cref="InvalidModelOptionException">The precision is not a finite number above 0.</exception>
    [SetsRequiredMembers]
    public BetaFamily(double? precision)
        : this(new ShapeParameter("precision", precision ?? 1, IsEstimated: precision is null))
    {
    }

    [SetsRequiredMembers]
    private BetaFamily(ShapeParameter shape)
        : base(FamilyName, VarianceKind.Beta, Link.Logit, shape)
    {
        Domain = MeanDomain.UnitInterval;
        Response = ResponseKind.OpenProportion;
    }

    /// <inheritdoc/>
    internal override bool NeedsFullLikelihood => true;

    /// <inheritdoc/>
    internal override Family StartingFamily => QuasiBinomial;

    /// <inheritdoc/>
    protected override (double Least, double Most) StartingRange => (0.1, 1e6);

    /// <inheritdoc/>
    public override double Variance(double mean) => mean * (1 - mean) / (1 + Value);

    /// <inheritdoc/>
    protected override Family With(ShapeParameter shape) => new BetaFamily(shape);

    /// <summary>φ_quasi μ(1 − μ) = μ(1 − μ)/(1 + φ).</summary>
    protected override double StartFrom(double phi, double meanResponse) => (1 / phi) - 1;
}

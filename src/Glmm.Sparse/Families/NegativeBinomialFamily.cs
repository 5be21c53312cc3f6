namespace Glmm.Sparse.Families;

/// <summary>The negative binomial of known size θ (NB2): V = μ + μ²/θ.</summary>
internal sealed class NegativeBinomialFamily : StandardFamily
{
    /// <summary>Its name.</summary>
    public const string FamilyName = "negative-binomial";

    private readonly double _theta;

    /// <summary>Makes the family.</summary>
    /// <exception cref="InvalidModelOptionException">θ is not a finite number above 0.</exception>
    [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    public NegativeBinomialFamily(double theta)
        : base(FamilyName, VarianceKind.NegativeBinomial, Link.Log)
    {
        if (!(theta > 0) || !double.IsFinite(theta))
        {
            throw new InvalidModelOptionException(FormattableString.Invariant(
                $"The size theta of family {FamilyName} must be a finite number above 0, not {theta}."));
        }

        _theta = theta;
        Domain = MeanDomain.Positive;
        Response = ResponseKind.Count;
        HasLikelihood = true;
        EstimatesDispersionByDefault = false;
    }

    /// <inheritdoc/>
    public override double? Theta => _theta;

    /// <inheritdoc/>
    public override double Variance(double mean) => mean * (1 + (mean / _theta));

    /// <inheritdoc/>
    public override double StartingMean(double response, double priorWeight) => response == 0 ? 1.0 / 6 : response;
}

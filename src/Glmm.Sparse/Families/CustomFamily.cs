namespace Glmm.Sparse.Families;

/// <summary>A family given by a variance function.</summary>
internal sealed class CustomFamily(
    string name, Func<double, double> variance, Link defaultLink, bool edgeResponses) : Family
{
    /// <inheritdoc/>
    public override string Name => name;

    /// <inheritdoc/>
    public override Link DefaultLink => defaultLink;

    /// <inheritdoc/>
    public override bool EstimatesDispersionByDefault { get; init; } = true;

    /// <inheritdoc/>
    public override bool HasLikelihood { get; init; }

    /// <inheritdoc/>
    public override required MeanDomain Domain { get; init; }

    /// <inheritdoc/>
    public override bool IsBinomial => false;

    /// <inheritdoc/>
    internal override VarianceKind Kind => VarianceKind.Custom;

    /// <inheritdoc/>
    public override string ResponseDomain => (Domain, edgeResponses) switch
    {
        (MeanDomain.Real, _) => "finite numbers",
        (MeanDomain.Positive, true) => "numbers of 0 or more",
        (MeanDomain.Positive, false) => "numbers above 0",
        (_, true) => "numbers from 0 to 1",
        (_, false) => "numbers between 0 and 1, both excluded",
    };

    /// <inheritdoc/>
    public override bool IsValidResponse(double response) => double.IsFinite(response) && (Domain switch
    {
        MeanDomain.Real => true,
        MeanDomain.Positive => response >= 0,
        _ => response is >= 0 and <= 1,
    }) && (edgeResponses || ResponseEdge(response) == DomainEdge.Interior);

    /// <summary>V(μ), checked.</summary>
    /// <exception cref="InvalidModelOptionException">The user's function gave no positive finite number.</exception>
    public override double Variance(double mean)
    {
        double v = variance(mean);
        return v > 0 && double.IsFinite(v)
            ? v
            : throw new InvalidModelOptionException(FormattableString.Invariant(
                $"The variance function of family {name} gave {v} at mean {mean}; ")
                + "it must be a finite number above 0 everywhere inside the domain of the mean.");
    }

    /// <inheritdoc/>
    public override double StartingMean(double response, double priorWeight) => Domain switch
    {
        MeanDomain.Positive when response <= 0 => 0.1,
        MeanDomain.UnitInterval => ((priorWeight * response) + 0.5) / (priorWeight + 1),
        _ => response,
    };
}

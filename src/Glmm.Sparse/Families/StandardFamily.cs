namespace Glmm.Sparse.Families;

/// <summary>A built-in family; one with a parameter of its own is a <see cref="ShapeFamily"/>.</summary>
internal class StandardFamily(string name, VarianceKind kind, Link defaultLink) : Family
{
    /// <inheritdoc/>
    public override string Name => name;

    /// <inheritdoc/>
    public override Link DefaultLink => defaultLink;

    /// <inheritdoc/>
    public override required bool EstimatesDispersionByDefault { get; init; }

    /// <inheritdoc/>
    public override required bool HasLikelihood { get; init; }

    /// <inheritdoc/>
    public override required MeanDomain Domain { get; init; }

    /// <summary>Which responses are allowed.</summary>
    public required ResponseKind Response { get; init; }

    /// <inheritdoc/>
    public override bool IsBinomial => kind == VarianceKind.Binomial;

    /// <inheritdoc/>
    internal override bool IsCount => Response == ResponseKind.Count;

    /// <inheritdoc/>
    internal override VarianceKind Kind => kind;

    /// <inheritdoc/>
    public override string ResponseDomain => Response switch
    {
        ResponseKind.Proportion => "proportions from 0 to 1",
        ResponseKind.OpenProportion => "proportions between 0 and 1, both excluded",
        ResponseKind.Count => "whole numbers of 0 or more",
        ResponseKind.NonNegative => "numbers of 0 or more",
        ResponseKind.Positive => "numbers above 0",
        _ => "finite numbers",
    };

    /// <inheritdoc/>
    public override bool IsValidResponse(double response) => double.IsFinite(response) && Response switch
    {
        ResponseKind.Proportion => response is >= 0 and <= 1,
        ResponseKind.OpenProportion => response is > 0 and < 1,
        ResponseKind.Count => response >= 0 && Math.Floor(response) == response,
        ResponseKind.NonNegative => response >= 0,
        ResponseKind.Positive => response > 0,
        _ => true,
    };

    /// <inheritdoc/>
    public override double Variance(double mean) => kind switch
    {
        VarianceKind.Constant => 1,
        VarianceKind.Binomial => mean * (1 - mean),
        VarianceKind.Poisson => mean,
        VarianceKind.Gamma => mean * mean,
        VarianceKind.InverseGaussian => mean * mean * mean,
        _ => throw new InvalidOperationException($"Variance {kind} is not built in."),
    };

    /// <inheritdoc/>
    public override double StartingMean(double response, double priorWeight) => kind switch
    {
        VarianceKind.Binomial => ((priorWeight * response) + 0.5) / (priorWeight + 1),
        VarianceKind.Poisson => response + 0.1,
        _ => response,
    };
}

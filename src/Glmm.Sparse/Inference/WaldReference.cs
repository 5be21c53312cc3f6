namespace Glmm.Sparse.Inference;

/// <summary>A covariance as it is and degrees of freedom that each column has; a contrast has the fewest of its
/// columns'.</summary>
/// <param name="covariance">Cov(α̂), p².</param>
/// <param name="degreesOfFreedom">Of each column, p.</param>
internal sealed class WaldReference(double[] covariance, double[] degreesOfFreedom) : FixedEffectReference
{
    internal override double[] Covariance => covariance;

    internal override (double Variance, double DegreesOfFreedom) Of(ReadOnlySpan<double> weights) =>
        (Form(weights, covariance, weights), Fewest(weights));

    internal override (double F, double DegreesOfFreedom, double Scale) Joint(
        FixedEffectContrasts set, double[] values)
    {
        double fewest = set.Rows.Min(row => Fewest(row));
        return (Quadratic(set.Independent, values, covariance) / set.Rank, fewest, 1);
    }

    private double Fewest(ReadOnlySpan<double> weights)
    {
        double fewest = double.PositiveInfinity;
        for (int j = 0; j < weights.Length; j++)
        {
            if (weights[j] != 0) fewest = Math.Min(fewest, degreesOfFreedom[j]);
        }

        return fewest;
    }
}

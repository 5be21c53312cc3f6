using System.Globalization;

namespace Glmm.Sparse.Results;

/// <summary>The score test of one direction of D away from 0.</summary>
/// <param name="Name">The variance component, or <c>overall</c>.</param>
/// <param name="Score">U = ½(Q − E Q), Q = Σ_i s_iᵀZ_iGZ_iᵀs_i: the derivative of the log-likelihood in that direction,
/// less its expectation at estimated fixed effects.</param>
/// <param name="Information">Var U, the information on the component that is left when the fixed effects, and φ where
/// it is estimated, are too.</param>
/// <param name="Skewness">Skewness of U.</param>
/// <param name="PValue">One-sided: the chance, under no variance, of a score as large as this.</param>
public readonly record struct VarianceScore(
    string Name, double Score, double Information, double Skewness, double PValue)
{
    /// <summary>U in its standard deviations.</summary>
    public double Z => Score / Math.Sqrt(Information);

    /// <summary>The variance that one scoring step from 0 gives, U over its information, at least 0: a rough size of
    /// the effect. For <c>overall</c> it is a multiple of the direction tested.</summary>
    public double OneStepVariance => Math.Max(0, Score / Information);

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Name}: U = {Score:G5}, z = {Z:F3}, p = {PValue:G3}");
}

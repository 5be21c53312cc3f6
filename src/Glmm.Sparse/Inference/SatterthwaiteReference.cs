using Glmm.Sparse.LinearAlgebra;

namespace Glmm.Sparse.Inference;

/// <summary>
/// Satterthwaite's degrees of freedom: v = wᵀΦw is taken for a multiple of chi-square with 2v²/Var(v), Var(v) = gᵀAg by
/// the delta method with g_l = ∂v/∂σ_l = wᵀΦP_lΦw and A = Cov(σ̂).
/// </summary>
/// <remarks>
/// For several contrasts at once the orthogonal ones are taken, each with its own degrees of freedom, and F has those
/// that match its mean (Fai &amp; Cornelius 1996), as in lmerTest. Orthogonal are the eigenvectors of LΦLᵀ, so that
/// these degrees of freedom, but not F, depend on how the rows of L are scaled.
/// </remarks>
internal sealed class SatterthwaiteReference : FixedEffectReference
{
    private readonly WorkingInformation _information;
    private readonly double[] _parameterCovariance;

    internal SatterthwaiteReference(WorkingInformation information)
    {
        _information = information;
        _parameterCovariance = information.ParameterCovariance(observed: true) ??
            throw new InvalidModelOptionException(
                "The observed information about the variance parameters is not positive definite at the estimates, " +
                "so Satterthwaite's degrees of freedom do not exist; use Wald z or the Kenward-Roger method.");
        Covariance = Unwhitened(information.Whitening, information.FixedCovariance, information.P);
    }

    internal override double[] Covariance { get; }

    internal override (double Variance, double DegreesOfFreedom) Of(ReadOnlySpan<double> weights) =>
        OfWhitened(Whitened(_information.Whitening, weights));

    internal override (double F, double DegreesOfFreedom, double Scale) Joint(
        FixedEffectContrasts set, double[] values)
    {
        double f = Quadratic(set.Independent, values, Covariance) / set.Rank;
        double[][] rows = [.. set.Rows.Select(row => Whitened(_information.Whitening, row))];
        int r = rows.Length, p = _information.P;
        var form = new double[r * r];
        for (int a = 0; a < r; a++)
        {
            for (int b = 0; b < r; b++) form[(a * r) + b] = Form(rows[a], _information.FixedCovariance, rows[b]);
        }

        double[] eigenvalues = new double[r], vectors = new double[r * r];
        SymmetricEigen.Decompose(form, r, eigenvalues, vectors);
        IEnumerable<double> each = Enumerable.Range(0, r).OrderByDescending(e => eigenvalues[e]).Take(set.Rank)
            .Select(e =>
            {
                var combined = new double[p];
                for (int a = 0; a < r; a++)
                {
                    for (int j = 0; j < p; j++) combined[j] += vectors[(a * r) + e] * rows[a][j];
                }

                return OfWhitened(combined).DegreesOfFreedom;
            });
        return (f, Together([.. each]), 1);
    }

    // E F = Σ ν/(ν − 2)/q must be that of an F with the degrees of freedom sought.
    private static double Together(double[] each)
    {
        if (each.Length == 1) return each[0];
        if (each.Any(nu => nu <= 2)) return 2;
        double excess = each.Sum(nu => 2 / (nu - 2));
        return excess > 0 ? 2 * (each.Length + excess) / excess : double.PositiveInfinity;
    }

    private (double Variance, double DegreesOfFreedom) OfWhitened(double[] weights)
    {
        int p = _information.P, count = _information.ParameterCount;
        double[] scaled = new double[p], gradient = new double[count];
        for (int i = 0; i < p; i++)
        {
            for (int j = 0; j < p; j++) scaled[i] += _information.FixedCovariance[(i * p) + j] * weights[j];
        }

        double variance = 0;
        for (int i = 0; i < p; i++) variance += weights[i] * scaled[i];
        for (int l = 0; l < count; l++)
            gradient[l] = Form(scaled, _information.FixedDerivative(l).ToArray(), scaled);
        double spread = Form(gradient, _parameterCovariance, gradient);
        return (variance, spread > 0 ? 2 * variance * variance / spread : double.PositiveInfinity);
    }
}

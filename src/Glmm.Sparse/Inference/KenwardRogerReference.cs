using Glmm.Sparse.LinearAlgebra;

namespace Glmm.Sparse.Inference;

/// <summary>
/// Kenward &amp; Roger's (1997) method: Φ_A = Φ + 2Φ(Σ W_lm(Q_lm − P_lΦP_m))Φ with W = Cov(σ̂) by the expected
/// information, and an F with Φ_A in its middle, scaled and with the degrees of freedom that match its first two
/// moments.
/// </summary>
/// <remarks>
/// V is linear in σ, so that the term in its second derivatives is 0. Where variance parameters lie on the boundary, W
/// is 0 for them. The moments are corrected so that Hotelling's T² and the balanced F are met exactly, as in the paper.
/// </remarks>
internal sealed class KenwardRogerReference : FixedEffectReference
{
    private readonly WorkingInformation _information;
    private readonly double[] _parameterCovariance;
    private readonly double[][] _moves;

    internal KenwardRogerReference(WorkingInformation information)
    {
        if (!information.Restricted)
        {
            throw new InvalidModelOptionException(
                "The Kenward-Roger method is for REML; this fit is by ML. Fit with the criterion REML, or take " +
                "Satterthwaite's degrees of freedom.");
        }

        _information = information;
        _parameterCovariance = information.ParameterCovariance(observed: false) ??
            throw new InvalidModelOptionException(
                "The expected information about the variance parameters is not positive definite at the estimates, " +
                "so the Kenward-Roger method cannot be used; use Wald z.");
        int p = information.P, count = information.ParameterCount;
        double[] phi = information.FixedCovariance, sum = new double[p * p];
        _moves = new double[count][];
        for (int l = 0; l < count; l++) _moves[l] = SmallMatrices.Congruence(phi, information.FixedDerivative(l), p);
        for (int l = 0; l < count; l++)
        {
            double[] left = SmallMatrices.Multiply(information.FixedDerivative(l), phi, p);
            for (int m = 0; m < count; m++)
            {
                double weight = _parameterCovariance[(l * count) + m];
                if (weight == 0) continue;
                double[] product = SmallMatrices.Multiply(left, information.FixedDerivative(m), p);
                ReadOnlySpan<double> pair = information.PairProduct(l, m);
                for (int i = 0; i < sum.Length; i++) sum[i] += weight * (pair[i] - product[i]);
            }
        }

        double[] adjustment = SmallMatrices.Congruence(phi, sum, p);
        double[] adjusted = [.. phi.Select((v, i) => v + (2 * adjustment[i]))];
        Covariance = Unwhitened(information.Whitening, adjusted, p);
    }

    /// <summary>Φ_A.</summary>
    internal override double[] Covariance { get; }

    internal override (double Variance, double DegreesOfFreedom) Of(ReadOnlySpan<double> weights)
    {
        double[] row = weights.ToArray();
        (double degrees, _) = Moments([Whitened(_information.Whitening, row)]);
        return (Form(row, Covariance, row), degrees);
    }

    internal override (double F, double DegreesOfFreedom, double Scale) Joint(
        FixedEffectContrasts set, double[] values)
    {
        double[][] rows = [.. set.Independent.Select(row => Whitened(_information.Whitening, row))];
        (double degrees, double scale) = Moments(rows);
        return (scale * Quadratic(set.Independent, values, Covariance) / set.Rank, degrees, scale);
    }

    // The letters are those of the paper, section 3.
    private (double DegreesOfFreedom, double Scale) Moments(double[][] rows)
    {
        (double a1, double a2) = Traces(rows);
        double q = rows.Length;
        if (!(a2 > 0)) return (double.PositiveInfinity, 1);
        double b = (a1 + (6 * a2)) / (2 * q);
        double g = (((q + 1) * a1) - ((q + 4) * a2)) / ((q + 2) * a2);
        double denominator = (3 * q) + (2 * (1 - g));
        double c1 = g / denominator, c2 = (q - g) / denominator, c3 = (q + 2 - g) / denominator;
        double v0 = 1 + (c1 * b), v1 = 1 - (c2 * b), v2 = 1 - (c3 * b), mean = 1 - (a2 / q);
        if (Math.Abs(v0) < 1e-10) v0 = 0;
        double ratio = Math.Abs(mean) < 1e-14 && Math.Abs(v1) < 1e-14 ? 1 : mean / v1;
        double rho = ratio * ratio * v0 / (v2 * q);
        double degrees = 4 + ((q + 2) / ((q * rho) - 1));

        // With one contrast this is 2/A₂ and λ = 1, and said so it loses nothing where A₂ is tiny.
        if (rows.Length == 1) return (2 / a2, 1);
        return (degrees, Math.Abs(degrees - 2) < 0.01 ? 1 : degrees * mean / (degrees - 2));
    }

    // A₁ = Σ W_lm tr(ΘΦP_lΦ) tr(ΘΦP_mΦ), A₂ = Σ W_lm tr(ΘΦP_lΦΘΦP_mΦ), Θ = Lᵀ(LΦLᵀ)⁻¹L.
    private (double A1, double A2) Traces(double[][] rows)
    {
        int q = rows.Length, count = _information.ParameterCount;
        double[] phi = _information.FixedCovariance;
        double[] inverse = WorkingInformation.Inverse(Project(rows, phi), q)!;
        double[][] parts = [.. _moves.Select(move => SmallMatrices.Multiply(inverse, Project(rows, move), q))];
        double[] traces = [.. parts.Select(part => Enumerable.Range(0, q).Sum(i => part[(i * q) + i]))];
        double a1 = 0, a2 = 0;
        for (int l = 0; l < count; l++)
        {
            for (int m = 0; m < count; m++)
            {
                double weight = _parameterCovariance[(l * count) + m], product = 0;
                for (int i = 0; i < q; i++)
                {
                    for (int j = 0; j < q; j++) product += parts[l][(i * q) + j] * parts[m][(j * q) + i];
                }

                a1 += weight * traces[l] * traces[m];
                a2 += weight * product;
            }
        }

        return (a1, a2);
    }

    private static double[] Project(double[][] rows, double[] matrix)
    {
        int q = rows.Length;
        var form = new double[q * q];
        for (int a = 0; a < q; a++)
        {
            for (int b = 0; b < q; b++) form[(a * q) + b] = Form(rows[a], matrix, rows[b]);
        }

        return form;
    }
}

using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Model;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Benchmarks;

/// <summary>
/// PQL with the variance of a random intercept corrected for its bias to first order, for canonical links: what the
/// second order is compared with (after Breslow &amp; Lin 1995, derived anew).
/// </summary>
/// <remarks>
/// As τ² → 0 both sides of PQL's equation for τ² are linear in it, P τ̂² = (P + B) τ² with P = Σ_i A_i², A_i the sum of
/// the cluster's weights, and B = ½ Σ w″ − ½ gᵀ(XᵀWX)⁻¹g, g = Xᵀw′: the mean weight differs from that at the mean, and
/// α̂ is off by what makes up for the curvature of the mean. Balanced, intercept only: τ̂²/τ² → 1 + (w″ − w′²/w)/2nw².
/// </remarks>
internal static class VarianceCorrection
{
    internal static BiasEstimate Apply(ClusteredDesign design, Family family, FitOptions options)
    {
        PqlFit fit = Pql.Fit(design, family, options: options);
        return new BiasEstimate(
            [.. fit.FixedEffects.Select(e => e.Estimate)], fit.Covariance[0, 0] * Factor(design, family, fit),
            fit.Converged, fit.DataPasses);
    }

    private static double Factor(ClusteredDesign design, Family family, PqlFit fit)
    {
        int n = design.Observations, p = design.FixedEffects.Count;
        int[] rows = [.. Enumerable.Range(0, n)];
        ReadOnlySpan<int> codes = design.Clusters.Codes.Span;
        var x = new double[p][];
        for (int j = 0; j < p; j++) design.FixedEffects[j].Gather(rows, x[j] = new double[n]);
        double[] cluster = new double[design.Clusters.Count], score = new double[p], omega = new double[n],
            offset = new double[n];
        var cross = new double[p, p];
        double curvature = 0;
        Array.Fill(omega, 1);
        design.PriorWeights?.Gather(rows, omega);
        design.Offset?.Gather(rows, offset);
        for (int r = 0; r < n; r++)
        {
            int code = codes[r];
            double eta = offset[r] + fit.RandomEffects[code];
            for (int j = 0; j < p; j++) eta += x[j][r] * fit.FixedEffects[j].Estimate;
            (double w, double slope, double bend) = Weight(family, eta);
            cluster[code] += omega[r] * w;
            curvature += omega[r] * bend;
            for (int j = 0; j < p; j++)
            {
                score[j] += omega[r] * slope * x[j][r];
                for (int l = 0; l < p; l++) cross[j, l] += omega[r] * w * x[j][r] * x[l][r];
            }
        }

        double squares = cluster.Sum(a => a * a);
        double bias = 0.5 * (curvature - Form(cross, score));
        return squares / Math.Max(squares + bias, 0.1 * squares);
    }

    // w, w′ and w″ in η.
    private static (double Weight, double Slope, double Bend) Weight(Family family, double eta)
    {
        if (!family.IsBinomial) return (Math.Exp(eta), Math.Exp(eta), Math.Exp(eta));
        double mu = 1 / (1 + Math.Exp(-eta)), w = mu * (1 - mu);
        return (w, w * (1 - (2 * mu)), w * (1 - (6 * w)));
    }

    // gᵀM⁻¹g by elimination.
    private static double Form(double[,] m, double[] g)
    {
        int p = g.Length;
        double form = 0;
        for (int j = 0; j < p; j++)
        {
            form += g[j] * g[j] / m[j, j];
            for (int i = j + 1; i < p; i++)
            {
                double factor = m[i, j] / m[j, j];
                for (int l = j; l < p; l++) m[i, l] -= factor * m[j, l];
                g[i] -= factor * g[j];
            }
        }

        return form;
    }
}

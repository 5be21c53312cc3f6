using Glmm.Sparse.Families;
using Glmm.Sparse.Kernels;
using Glmm.Sparse.Likelihood;
using Glmm.Sparse.Model;

namespace Glmm.Sparse.Estimation;

/// <summary>The log-likelihood of a model without random effects, all constants in; an estimated φ is put at its
/// maximum likelihood estimate.</summary>
internal static class NullLikelihood
{
    private const int BlockRows = 4096;
    private const int MostSteps = 200;

    /// <summary>Evaluates it.</summary>
    /// <param name="design">The data.</param>
    /// <param name="family">The family.</param>
    /// <param name="kernel">The family's kernel.</param>
    /// <param name="eta">The linear predictor of every row.</param>
    /// <param name="dispersion">φ, where it is held; Pearson's estimate, where it is not.</param>
    /// <param name="isHeld">Whether φ is held.</param>
    /// <returns>The log-likelihood; NaN where there is none.</returns>
    internal static double Of(
        ClusteredDesign design, Family family, WorkingKernel kernel, ReadOnlySpan<double> eta, double dispersion,
        bool isHeld)
    {
        if (!family.HasLikelihood || family.NeedsFullLikelihood) return double.NaN;
        if (!family.EstimatesDispersionByDefault && !(isHeld && dispersion == 1)) return double.NaN;
        double objective = Objective(design, kernel, eta);
        var constant = new ResponseConstant(design);
        double phi = isHeld ? dispersion : MostLikelyDispersion(constant, family, objective, dispersion);
        constant.Evaluate(family, phi);
        return constant.Value - (objective / phi);
    }

    // The slope in log φ, objective/φ + dc/dlog φ, falls from where φ is small to where it is large: bisection in log
    // φ.
    private static double MostLikelyDispersion(
        ResponseConstant constant, Family family, double objective, double start)
    {
        double Slope(double logPhi)
        {
            double phi = Math.Exp(logPhi);
            constant.Evaluate(family, phi);
            return (objective / phi) + constant.DispersionSlope;
        }

        if (!(start > 0) || !double.IsFinite(start)) return double.NaN;
        double low = Math.Log(start), high = low, reach = 0.1;
        double atLow = Slope(low), atHigh = atLow;
        for (int i = 0; i < MostSteps && atLow < 0; i++, reach *= 2) atLow = Slope(low -= reach);
        for (int i = 0; i < MostSteps && atHigh > 0; i++, reach *= 2) atHigh = Slope(high += reach);
        for (int i = 0; i < MostSteps && high - low > 1e-10; i++)
        {
            // The false position, with the middle in its place every third time.
            double middle = i % 3 == 2 || !(atLow > atHigh)
                ? 0.5 * (low + high)
                : low + ((high - low) * Math.Clamp(atLow / (atLow - atHigh), 0.001, 0.999));
            double slope = Slope(middle);
            if (slope >= 0) (low, atLow) = (middle, slope);
            else (high, atHigh) = (middle, slope);
        }

        return Math.Exp(0.5 * (low + high));
    }

    private static double Objective(ClusteredDesign design, WorkingKernel kernel, ReadOnlySpan<double> eta)
    {
        int[] rows = new int[Math.Min(eta.Length, BlockRows)];
        double[] y = new double[rows.Length], omega = new double[rows.Length], values = new double[rows.Length];
        double sum = 0;
        for (int start = 0; start < eta.Length; start += BlockRows)
        {
            int count = Math.Min(BlockRows, eta.Length - start);
            for (int i = 0; i < count; i++) rows[i] = start + i;
            design.Response.Gather(rows.AsSpan(0, count), y);
            design.RowWeights?.Gather(rows.AsSpan(0, count), omega);
            kernel.Objectives(
                eta.Slice(start, count), y.AsSpan(0, count),
                design.RowWeights is null ? [] : omega.AsSpan(0, count), values.AsSpan(0, count));
            for (int i = 0; i < count; i++) sum += values[i];
        }

        return sum;
    }
}

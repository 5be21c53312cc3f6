using Glmm.Sparse.Core;
using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Estimation;

/// <summary>From the core's state at the estimates to results on the user's scale.</summary>
internal static class FitSummaryBuilder
{
    /// <summary>α̂ with its covariance.</summary>
    /// <param name="work">The workspace.</param>
    /// <param name="alpha">α̂ on the engine's scale.</param>
    /// <param name="inverseSchur">S⁻¹.</param>
    /// <param name="dispersion">φ̂; NaN where the fit has none.</param>
    internal static (FixedEffect[] Effects, double[,] Covariance) FixedEffects(
        FitWorkspace work, ReadOnlySpan<double> alpha, ReadOnlySpan<double> inverseSchur, double dispersion)
    {
        double[] covariance = inverseSchur.ToArray();
        for (int e = 0; e < covariance.Length; e++) covariance[e] *= dispersion;
        double[,] user = work.Packed.FixedScale.CovarianceToUser(covariance);
        double[] estimates = alpha.ToArray();
        work.Packed.FixedScale.ToUser(estimates);
        var effects = new FixedEffect[estimates.Length];
        for (int j = 0; j < effects.Length; j++)
            effects[j] = new FixedEffect(work.Packed.FixedNames[j], estimates[j], Math.Sqrt(user[j, j]));
        return (effects, user);
    }

    /// <summary>β̂ with prediction standard errors, k×q row by row.</summary>
    internal static (double[] Modes, double[] Errors) RandomEffects(
        FitWorkspace work, AlignedBuffer beta, ReadOnlySpan<double> lambda, ReadOnlySpan<double> inverseSchur,
        double dispersion)
    {
        int length = checked(work.Blocks.Clusters * work.Blocks.RandomCount);
        double[] modes = new double[length], errors = new double[length];
        using var sweep = new RandomEffectErrors(work.Blocks, work.Team);
        sweep.Compute(
            beta, lambda, inverseSchur, dispersion, work.Packed.RandomScale, work.Packed.Order, modes, errors);
        return (modes, errors);
    }
}

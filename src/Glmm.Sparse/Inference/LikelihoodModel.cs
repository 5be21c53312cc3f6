using Glmm.Sparse.Core;
using Glmm.Sparse.Estimation;
using Glmm.Sparse.Likelihood;
using Glmm.Sparse.Model;
using Glmm.Sparse.Model.Covariance;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Inference;

/// <summary>
/// The marginal likelihood of a model that has been fitted, ready to be evaluated about the estimates: a workspace, the
/// likelihood, and where the estimates lie on the engine's scale. Not thread-safe.
/// </summary>
internal sealed class LikelihoodModel : IDisposable
{
    // The log-likelihood is that of the fit up to this, or the design is another.
    private const double SameLikelihood = 1e-6;

    /// <param name="design">The design that was fitted.</param>
    /// <param name="fit">The fit, converged.</param>
    /// <param name="options">Threads and cancellation are heeded.</param>
    /// <exception cref="InvalidModelOptionException">The fit did not converge, or is of other data.</exception>
    internal LikelihoodModel(ClusteredDesign design, LikelihoodFit fit, FitOptions options)
    {
        if (!fit.Converged)
        {
            throw new InvalidModelOptionException(
                "The fit did not converge, so there is no maximum to profile about; mend it first, as its message " +
                "says.");
        }

        Options = options;
        Work = new FitWorkspace(design, fit.Family, fit.Link, options.Threads, fit.DispersionEstimated);
        Work.Team.Cancellation = options.CancellationToken;
        try
        {
            RequireSameTerms(fit);
            Likelihood = new MarginalLikelihood(
                Work, fit.HasObservedCurvature, fit.Nodes, fit.DispersionEstimated ? double.NaN : fit.Dispersion);
            Structure = design.Covariance;
            (FixedCount, ComponentCount) = (Work.Blocks.FixedCount, Structure.ComponentCount);
            Estimates = new double[Likelihood.Count];
            Errors = new double[Likelihood.Count];
            Units = new double[Structure.Dimension];
            Take(fit);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The options.</summary>
    internal FitOptions Options { get; }

    /// <summary>The workspace.</summary>
    internal FitWorkspace Work { get; }

    /// <summary>The likelihood.</summary>
    internal MarginalLikelihood Likelihood { get; } = null!;

    /// <summary>The structure of D.</summary>
    internal CovarianceStructure Structure { get; } = null!;

    /// <summary>p.</summary>
    internal int FixedCount { get; }

    /// <summary>m.</summary>
    internal int ComponentCount { get; }

    /// <summary>ψ̂ = (α, θ[, log φ][, log ξ]).</summary>
    internal double[] Estimates { get; } = [];

    /// <summary>About a standard error of each.</summary>
    internal double[] Errors { get; } = [];

    /// <summary>q natural units of variance, of D̃.</summary>
    internal double[] Units { get; } = [];

    /// <inheritdoc/>
    public void Dispose()
    {
        Likelihood?.Dispose();
        Work.Dispose();
    }

    private void RequireSameTerms(LikelihoodFit fit)
    {
        bool same = fit.Observations == Work.Packed.Source.FrequencyTotal &&
                    fit.FixedEffects.Select(e => e.Name).SequenceEqual(Work.Packed.FixedNames) &&
                    fit.RandomTerms.SequenceEqual(Work.Packed.Source.RandomEffects.Select(c => c.Name)) &&
                    fit.Outline.Structure?.ComponentCount == Work.Packed.Source.Covariance.ComponentCount;
        if (!same) throw OtherData();
    }

    // The fit's estimates on the engine's scale.
    private void Take(LikelihoodFit fit)
    {
        int p = FixedCount, q = Structure.Dimension;
        for (int j = 0; j < p; j++) Estimates[j] = fit.FixedEffects[j].Estimate;
        Work.Packed.FixedScale.ToInternal(Estimates.AsSpan(0, p));
        double[,] relative = Work.Packed.RandomScale.CovarianceToInternal(Flat(fit.Covariance, 1 / fit.Dispersion));
        Structure.CoordinatesInto(Flat(relative, 1), Estimates.AsSpan(p, ComponentCount));
        if (Likelihood.DispersionAt >= 0) Estimates[Likelihood.DispersionAt] = Math.Log(fit.Dispersion);
        if (Likelihood.ShapeAt >= 0) Estimates[Likelihood.ShapeAt] = Math.Log(fit.Shape!.Value.Value);
        double tolerance = 1e-9 / Math.Sqrt((double)Work.UsedClusters * q);
        bool known = Likelihood.TryEvaluate(Estimates, tolerance, Options.CancellationToken);
        double value = Likelihood.Value;
        if (!known || !(Math.Abs(value - fit.LogLikelihood) <= SameLikelihood * (1 + Math.Abs(value))))
            throw OtherData();

        // A variance of 1 unit is one that the average cluster could just notice.
        Work.Blocks.MeanDiagonalInto(Units);
        for (int a = 0; a < q; a++) Units[a] = Units[a] > 0 && double.IsFinite(Units[a]) ? 1 / Units[a] : 1;
        double[,] fixedCovariance = Work.Packed.FixedScale.CovarianceToInternal(Flat(fit.FixedCovariance, 1));
        for (int j = 0; j < p; j++) Errors[j] = Math.Sqrt(fixedCovariance[j, j]);
        Span<double> theta = Errors.AsSpan(p, ComponentCount);
        Structure.UnitsInto(Units, theta);
        for (int l = 0; l < theta.Length; l++)
            theta[l] = Math.Max(theta[l], Math.Abs(Estimates[p + l])) / Math.Sqrt(Work.UsedClusters);
        for (int j = p + ComponentCount; j < Errors.Length; j++) Errors[j] = 1 / Math.Sqrt(Work.Packed.CountTotal);
    }

    private static double[] Flat(double[,] matrix, double scale) => [.. matrix.Cast<double>().Select(v => v * scale)];

    private static InvalidModelOptionException OtherData() => new(
        "The fit is not of this design: its rows, terms or log-likelihood are others. Give the design that was " +
        "fitted, unchanged.");
}

using Glmm.Sparse.Estimation;
using Glmm.Sparse.Kernels;
using Glmm.Sparse.Model;
using Glmm.Sparse.Resampling;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Diagnostics;

/// <summary>Simulates data sets from a fit with new random effects, fits each again by the same method, and takes the
/// statistics of the checks: their distribution where the model is true, estimation included.</summary>
internal static class ModelDiagnosticsSimulation
{
    /// <summary>The statistics of a data set.</summary>
    /// <param name="fit">A fit.</param>
    /// <param name="design">Its data.</param>
    internal static CheckStatistics Of(GlmmFit fit, ClusteredDesign design)
    {
        FittedValues fitted = fit.Fitted(design);
        double chiSquare = 0;
        foreach (double residual in fitted.PearsonResidual) chiSquare += residual * residual / fit.Dispersion;
        ResponseCumulative? cumulative = ResponseCumulative.Missing(fit.Family, fit.Dispersion) is null
            ? ResponseCumulative.Create(fit.Family, fit.Dispersion)
            : null;
        if (cumulative is not { IsDiscrete: true }) return new CheckStatistics(chiSquare, 0, 0, 0);
        double[] y = design.Response.ToArray(), omega = design.PriorWeights?.ToArray() ?? [];
        int zeros = 0;
        double expected = 0, variance = 0;
        for (int i = 0; i < y.Length; i++)
        {
            if (y[i] == 0) zeros++;
            double p = cumulative.Zero(fitted.Mean[i], omega.Length == 0 ? 1 : omega[i]);
            expected += p;
            variance += p * (1 - p);
        }

        return new CheckStatistics(chiSquare, zeros, expected, variance);
    }

    /// <summary>The statistics of simulated data sets, in their order, those whose fit failed left out.</summary>
    /// <exception cref="GlmmException">There is no distribution to draw from.</exception>
    internal static List<CheckStatistics> Run(GlmmFit fit, ClusteredDesign design, ModelDiagnosticsOptions options)
    {
        ResponseSimulation simulation = ResponseSimulation.FromFit(fit, design, options.Seed);
        FitOptions refit = OptionsOf(fit, options.CancellationToken);
        CheckStatistics?[] results = ReplicateLoop.Run(
            options.Simulations, options.Threads, options.Progress,
            index => Refit(fit, design.WithResponse(simulation.Draw(index)), refit), _ => null,
            options.CancellationToken);
        return [.. results.Where(r => r.HasValue).Select(r => r!.Value)];
    }

    private static CheckStatistics? Refit(GlmmFit fit, ClusteredDesign design, FitOptions options)
    {
        // A shape that was estimated is estimated again.
        GlmmFit again = GlmmEstimator.Fit(fit.Method, design, fit.Family, fit.Link, options);
        return again.Converged ? Of(again, design) : null;
    }

    private static FitOptions OptionsOf(GlmmFit fit, CancellationToken token) => new()
    {
        Criterion = fit.Criterion,
        Order = fit.Order,
        Dispersion = fit.DispersionEstimated ? DispersionOption.Estimated : DispersionOption.Fixed(fit.Dispersion),
        Nodes = fit is LikelihoodFit likelihood ? likelihood.Nodes : FitOptions.Default.Nodes,
        Curvature = fit is not LikelihoodFit own ? Curvature.FamilyDefault
            : own.HasObservedCurvature ? Curvature.Observed : Curvature.Expected,
        Threads = 1,
        IsWatched = false,
        CancellationToken = token,
    };
}

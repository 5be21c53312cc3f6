using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Kernels;
using Glmm.Sparse.Model;
using Glmm.Sparse.Resampling;
using Glmm.Sparse.Results;
using Glmm.Sparse.Threading;

namespace Glmm.Sparse.Diagnostics;

/// <summary>What a check looks at in one data set and its fit.</summary>
/// <param name="ChiSquare">Σ Pearson residuals squared over φ̂.</param>
/// <param name="Zeros">Responses that are 0.</param>
/// <param name="ExpectedZeros">Σ P(Y = 0).</param>
/// <param name="ZeroVariance">Σ P(1 − P).</param>
internal readonly record struct CheckStatistics(
    double ChiSquare, int Zeros, double ExpectedZeros, double ZeroVariance);

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
        var sampler = new ResponseSampler(
            design, fit.Outcome.FixedColumns, fit.Family, fit.Link, options.Seed);
        sampler.MoveTo(
            [.. fit.FixedEffects.Select(e => e.Estimate)], [.. fit.Covariance.Cast<double>()], fit.Dispersion);
        FitOptions refit = OptionsOf(fit, options.CancellationToken);
        var results = new CheckStatistics?[options.Simulations];
        int threads = WorkerTeam.Count(options.Threads), done = 0;
        using var team = new WorkerTeam(Math.Min(threads, Math.Max(1, results.Length)));
        team.Run(results.Length, new PartitionedAction(index =>
        {
            options.CancellationToken.ThrowIfCancellationRequested();
            var response = new double[design.Observations];
            sampler.Draw(index, response);
            results[index] = Refit(fit, Redrawn(design, response), refit);
            options.Progress?.Report(Interlocked.Increment(ref done));
        }));
        return [.. results.Where(r => r.HasValue).Select(r => r!.Value)];
    }

    private static CheckStatistics? Refit(GlmmFit fit, ClusteredDesign design, FitOptions options)
    {
        try
        {
            // A shape that was estimated is estimated again.
            Family family = fit.Family;
            GlmmFit again = fit.Method switch
            {
                EstimationMethod.Mql => Mql.Fit(design, family, fit.Link, options),
                EstimationMethod.Laplace => Laplace.Fit(design, family, fit.Link, options),
                EstimationMethod.Aghq => AdaptiveQuadrature.Fit(design, family, fit.Link, options),
                _ => Pql.Fit(design, family, fit.Link, options),
            };
            return again.Converged ? Of(again, design) : null;
        }
        catch (InvalidModelDataException)
        {
            // A simulated response may be all zeros.
            return null;
        }
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
        CancellationToken = token,
    };

    private static ClusteredDesign Redrawn(ClusteredDesign design, double[] response) => ClusteredDesign.Create(
        DesignColumn.FromValues(design.Response.Name, response), design.FixedEffects, design.RandomEffects,
        design.Clusters, design.PriorWeights, design.Offset, design.Covariance, design.RowLabel);
}

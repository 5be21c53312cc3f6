using System.Globalization;
using System.Text;
using Glmm.Sparse.Inference;
using Glmm.Sparse.Kernels;
using Glmm.Sparse.Model;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Diagnostics;

/// <summary>
/// The usual checks of a fit at once: residuals, dispersion, zeros, leverage and influence of clusters. Immutable and
/// thread-safe. <see cref="ConvergenceReport"/> says whether there is a fit to check.
/// </summary>
public sealed class ModelDiagnostics
{
    private ModelDiagnostics(
        ResidualSet residuals, ClusterInfluence influence, DispersionCheck dispersion, ZeroInflationCheck? zeros) =>
        (Residuals, Influence, Dispersion, Zeros) = (residuals, influence, dispersion, zeros);

    /// <summary>The residuals of every row.</summary>
    public ResidualSet Residuals { get; }

    /// <summary>Leverage of rows and clusters, Cook's distance and DFBETAS of clusters.</summary>
    public ClusterInfluence Influence { get; }

    /// <summary>Whether the response varies as the family says.</summary>
    public DispersionCheck Dispersion { get; }

    /// <summary>Whether there are as many zeros as the model expects; null for a response that is not a count, for
    /// binary rows, whose zeros say nothing of that kind, and where the family has no distribution.</summary>
    public ZeroInflationCheck? Zeros { get; }

    /// <summary>Checks a fit.</summary>
    /// <param name="fit">The fit.</param>
    /// <param name="design">The design that was fitted.</param>
    /// <param name="options">The options; the defaults when null.</param>
    /// <returns>The checks.</returns>
    /// <exception cref="InvalidModelDataException">The design has other columns or clusters.</exception>
    /// <exception cref="InvalidModelOptionException">The fit has no covariance of its fixed effects, or simulations are
    /// asked for and there is no distribution to draw from.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled.</exception>
    public static ModelDiagnostics Of(GlmmFit fit, ClusteredDesign design, ModelDiagnosticsOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(fit);
        ArgumentNullException.ThrowIfNull(design);
        InferenceChecks.RequireConverged(fit);
        InferenceChecks.RequireRowsOnce(design, "A diagnosis");
        options ??= ModelDiagnosticsOptions.Default;
        options.Validate();
        ClusterInfluence influence = ClusterInfluence.Of(fit, design, options.Threads, options.CancellationToken);
        ResidualSet residuals = ResidualSet.Of(fit, design, new ResidualOptions
        {
            Seed = options.Seed,
            Threads = options.Threads,
            CancellationToken = options.CancellationToken,
        });
        CheckStatistics own = ModelDiagnosticsSimulation.Of(fit, design);
        List<CheckStatistics> simulated =
            options.Simulations > 0 ? ModelDiagnosticsSimulation.Run(fit, design, options) : [];
        bool isBinary = fit.Family.IsBinomial && !HasTrials(design);
        DispersionCheck dispersion = Check(fit, own, influence.EffectiveParameters, simulated) with
        {
            IsBinary = isBinary,
        };
        return new ModelDiagnostics(
            residuals, influence, dispersion, HasZeros(fit, design) ? Check(own, simulated) : null);
    }

    /// <summary>All checks.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Residuals}{Dispersion}\n");
        if (Zeros is not null) text.Append(CultureInfo.InvariantCulture, $"{Zeros}\n");
        text.Append(Influence);
        return text.ToString();
    }

    private static bool HasZeros(GlmmFit fit, ClusteredDesign design) =>
        ResponseCumulative.Missing(fit.Family, fit.Dispersion) is null &&
        (fit.Family.IsCount || (fit.Family.IsBinomial && HasTrials(design)));

    private static bool HasTrials(ClusteredDesign design) => design.PriorWeights?.ToArray().Any(w => w > 1) == true;

    private static DispersionCheck Check(
        GlmmFit fit, CheckStatistics own, double effective, List<CheckStatistics> simulated)
    {
        double degrees = fit.Observations - fit.FixedEffects.Count, left = fit.Observations - effective;
        int larger = simulated.Count(s => s.ChiSquare >= own.ChiSquare);
        return new DispersionCheck
        {
            PearsonChiSquare = own.ChiSquare,
            DegreesOfFreedom = degrees,
            EffectiveDegreesOfFreedom = left,
            DispersionEstimated = fit.DispersionEstimated,
            IsBinary = false,
            ChiSquarePValue = UpperTail(own.ChiSquare, degrees),
            EffectiveChiSquarePValue = UpperTail(own.ChiSquare, left),
            Simulations = simulated.Count,
            SimulatedRatio = simulated.Count == 0 ? double.NaN : simulated.Average(s => s.ChiSquare) / degrees,
            SimulatedPValue = simulated.Count == 0 ? double.NaN : (1.0 + larger) / (1 + simulated.Count),
        };
    }

    private static double UpperTail(double chiSquare, double degrees) =>
        degrees > 0 ? ChiSquareDistribution.UpperTail(chiSquare, degrees) : double.NaN;

    private static ZeroInflationCheck Check(CheckStatistics own, List<CheckStatistics> simulated)
    {
        double deviation = Math.Sqrt(own.ZeroVariance), excess = own.Zeros - own.ExpectedZeros;
        int count = simulated.Count, above = simulated.Count(s => s.Zeros - s.ExpectedZeros >= excess);
        int below = simulated.Count(s => s.Zeros - s.ExpectedZeros <= excess);
        return new ZeroInflationCheck
        {
            Observed = own.Zeros,
            Expected = own.ExpectedZeros,
            StandardDeviation = deviation,
            NormalPValue = NormalDistribution.TwoSidedPValue(excess / deviation),
            Simulations = count,
            SimulatedExcess = count == 0 ? double.NaN : simulated.Average(s => s.Zeros - s.ExpectedZeros),
            SimulatedPValue = count == 0 ? double.NaN : Math.Min(1, 2.0 * (1 + Math.Min(above, below)) / (1 + count)),
        };
    }
}

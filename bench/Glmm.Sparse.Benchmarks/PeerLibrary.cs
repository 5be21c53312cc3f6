using System.Diagnostics;
using Glmm.Sparse.Data;
using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Formula;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Benchmarks;

/// <summary>Ours as a library, in a process where the compiler has finished with it, as in a service.</summary>
internal sealed class PeerLibrary
{
    private readonly ModelFrame _frame;

    private readonly Family _family;

    public PeerLibrary(PeerData data)
    {
        _family = Family.Parse(data.Family);
        var formula = ModelFormula.Parse(data.Formula);
        var options = new ModelFrameOptions();
        _frame = ModelFrame.Create(
            CsvTable.Read(data.Path, options.ColumnsUsed(formula)), formula, _family, options);
    }

    /// <summary>The median of fits for a second, at least nine, after others for as long.</summary>
    public PeerRun Fit(string name, PeerSetting setting)
    {
        FitForASecond(setting);
        List<GlmmFit> fits = FitForASecond(setting);
        fits.Sort(static (x, y) => x.FitSeconds.CompareTo(y.FitSeconds));
        GlmmFit fit = fits[fits.Count / 2];
        double[] deviations = [.. fit.RandomTerms.Select((_, i) => Math.Sqrt(fit.Covariance[i, i]))];
        return new PeerRun(name)
        {
            Seconds = fit.FitSeconds,
            DataPasses = fit.DataPasses,
            Estimates = new PeerEstimates
            {
                Fixed = [.. fit.FixedEffects.Select(static effect => (effect.Name, effect.Estimate))],
                StandardDeviations = [.. fit.RandomTerms.Zip(deviations)],
                Correlation = deviations.Length == 2 ? fit.Covariance[1, 0] / (deviations[0] * deviations[1]) : null,
                Dispersion = fit.Dispersion,
            },
        };
    }

    private List<GlmmFit> FitForASecond(PeerSetting setting)
    {
        FitOptions options = setting.Estimator.Options with { Threads = setting.Threads };
        var fits = new List<GlmmFit>();
        long start = Stopwatch.GetTimestamp();
        while (fits.Count < 9 || Stopwatch.GetElapsedTime(start).TotalSeconds < 1)
            fits.Add(GlmmEstimator.Fit(setting.Estimator.Method, _frame.Design, _family, null, options));
        return fits;
    }
}

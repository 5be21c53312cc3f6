using System.Diagnostics;
using System.Diagnostics.Metrics;
using Glmm.Sparse.Families;
using Glmm.Sparse.Model;
using Glmm.Sparse.Results;
using Microsoft.Extensions.Logging;

namespace Glmm.Sparse.Estimation;

/// <summary>
/// What services can watch: a <see cref="Meter"/> and an <see cref="ActivitySource"/>, both named
/// <see cref="Name"/>, and the messages of <see cref="FitOptions.Logger"/>. Nobody listening, a fit pays nothing that
/// could be measured.
/// </summary>
/// <remarks>
/// Instruments: <c>glmm.fits</c> (counter), <c>glmm.fit.duration</c> (histogram, seconds) and <c>glmm.fit.passes</c>
/// (histogram, passes over the data), each with the tags <c>method</c>, <c>family</c> and <c>verdict</c>;
/// <c>glmm.refits</c> (counter, tag <c>method</c>). A fit is an activity <c>glmm.fit</c> with these tags and
/// <c>observations</c> and <c>clusters</c>.
/// </remarks>
public static partial class FitTelemetry
{
    /// <summary>Name of the meter and of the activity source.</summary>
    public const string Name = "Glmm.Sparse";

    private static readonly ActivitySource Activities = new(Name);
    private static readonly Meter Meter = new(Name);
    private static readonly Counter<long> Fits = Meter.CreateCounter<long>("glmm.fits", "{fit}", "Fits ended.");
    private static readonly Counter<long> Refits =
        Meter.CreateCounter<long>("glmm.refits", "{refit}", "Refits of a plan ended.");
    private static readonly Histogram<double> Duration =
        Meter.CreateHistogram<double>("glmm.fit.duration", "s", "From the finished design to the result.");
    private static readonly Histogram<int> Passes =
        Meter.CreateHistogram<int>("glmm.fit.passes", "{pass}", "Passes over the data.");

    /// <summary>Runs a fit that is watched.</summary>
    internal static TFit Watch<TFit>(
        EstimationMethod method, ClusteredDesign design, Family family, FitOptions? options, Func<TFit> fit)
        where TFit : GlmmFit
    {
        ArgumentNullException.ThrowIfNull(design);
        ArgumentNullException.ThrowIfNull(family);
        if (options is { IsWatched: false }) return fit();
        ILogger? logger = options?.Logger;
        if (logger is not null)
            LogStart(logger, method, family.Name, design.Observations, design.Clusters.Count);
        using Activity? activity = Activities.StartActivity("glmm.fit");
        TFit result;
        try
        {
            result = fit();
        }
        catch (Exception failure) when (Failed(activity, failure))
        {
            throw;
        }

        Tell(result, activity, logger);
        return result;
    }

    /// <summary>Counts the refits of a plan.</summary>
    internal static void CountRefits(int count, EstimationMethod method)
    {
        if (Refits.Enabled) Refits.Add(count, new KeyValuePair<string, object?>("method", method.ToString()));
    }

    // A filter that only looks: the failure goes on to the caller.
    private static bool Failed(Activity? activity, Exception failure)
    {
        activity?.SetStatus(ActivityStatusCode.Error, failure.Message);
        return false;
    }

    private static void Tell(GlmmFit fit, Activity? activity, ILogger? logger)
    {
        if (Fits.Enabled || Duration.Enabled || Passes.Enabled)
        {
            var tags = new TagList
            {
                { "method", fit.Method.ToString() },
                { "family", fit.Family.Name },
                { "verdict", fit.Verdict.ToString() },
            };
            Fits.Add(1, tags);
            Duration.Record(fit.FitSeconds, tags);
            Passes.Record(fit.DataPasses, tags);
        }

        if (activity is not null)
        {
            activity.SetTag("method", fit.Method.ToString()).SetTag("family", fit.Family.Name)
                .SetTag("verdict", fit.Verdict.ToString()).SetTag("observations", fit.Observations)
                .SetTag("clusters", fit.GroupCount);
        }

        if (logger is null) return;
        foreach (string warning in fit.Warnings) LogWarning(logger, warning);
        if (fit.Converged) LogEnd(logger, fit.Method, fit.Verdict, fit.Iterations, fit.DataPasses, fit.FitSeconds);
        else LogNotConverged(logger, fit.Method, fit.Verdict, fit.Message ?? "");
    }

    /// <summary>Tells of an iteration.</summary>
    internal static void Report(FitOptions options, in FitProgress progress)
    {
        options.Progress?.Report(progress);
        if (options.Logger is { } logger) LogIteration(logger, progress.Iteration, progress.GradientNorm);
    }

    [LoggerMessage(1, LogLevel.Debug, "Fitting by {Method}, family {Family}: {Observations} rows, {Clusters} clusters")]
    private static partial void LogStart(
        ILogger logger, EstimationMethod method, string family, int observations, int clusters);

    [LoggerMessage(2, LogLevel.Trace, "Iteration {Iteration}: next step {GradientNorm} standard errors")]
    private static partial void LogIteration(ILogger logger, int iteration, double gradientNorm);

    [LoggerMessage(
        3, LogLevel.Information,
        "Fitted by {Method}: {Verdict} after {Iterations} iterations, {Passes} passes, {Seconds} s")]
    private static partial void LogEnd(
        ILogger logger, EstimationMethod method, Verdict verdict, int iterations, int passes, double seconds);

    [LoggerMessage(4, LogLevel.Warning, "{Warning}")]
    private static partial void LogWarning(ILogger logger, string warning);

    [LoggerMessage(5, LogLevel.Warning, "The fit by {Method} did not converge ({Verdict}): {Reason}")]
    private static partial void LogNotConverged(
        ILogger logger, EstimationMethod method, Verdict verdict, string reason);
}

using Glmm.Sparse.Estimation;
using Glmm.Sparse.Formula;
using Glmm.Sparse.Persistence;
using Glmm.Sparse.Results;
using Glmm.Sparse.Tables;
using Glmm.Sparse.Threading;
using Microsoft.Extensions.Options;

namespace Glmm.Sparse.Server;

/// <summary>Runs the jobs, so many at a time, each on a thread of its own: requests are answered meanwhile.</summary>
internal sealed partial class FitWorkers(
    FitQueue queue, ModelStore models, IOptions<ServerSettings> settings, ILogger<FitWorkers> logger)
    : BackgroundService
{
    public override Task StopAsync(CancellationToken cancellationToken)
    {
        queue.Stop();
        return base.StopAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        Enumerable.Range(0, settings.Value.Workers).Select(_ => Work(stoppingToken)));

    private async Task Work(CancellationToken stopping)
    {
        try
        {
            await foreach (FitJob job in queue.Waiting.ReadAllAsync(stopping))
            {
                await Task.Factory.StartNew(
                    () => Run(job), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops; the jobs were cancelled.
        }
    }

    private void Run(FitJob job)
    {
        if (job.Start() is not { } request) return;
        LogStart(logger, job.Id, request.ModelName, request.Formula.Text);
        try
        {
            FitResultDocument result = Fit(job, request);
            queue.End(job, FitState.Succeeded, null, result);
            LogEnd(logger, job.Id, result.Verdict, result.Iterations, result.FitSeconds);
        }
        catch (OperationCanceledException)
        {
            queue.End(job, FitState.Cancelled, "Cancelled; nothing was saved.");
            LogCancelled(logger, job.Id);
        }
        catch (Exception error) when (error is GlmmException or RequestException)
        {
            queue.End(job, FitState.Failed, error.Message);
            LogRefused(logger, job.Id, error.Message);
        }
        catch (Exception error)
        {
            // Whatever a fit does, the worker goes on to the next.
            queue.End(job, FitState.Failed, "The server failed; that is a defect of it. Its log says more.");
            LogDefect(logger, job.Id, error);
        }
    }

    private FitResultDocument Fit(FitJob job, FitRequest request)
    {
        ColumnTable table = request.Data.Read(request.FrameOptions.ColumnsUsed(request.Formula));
        job.Cancellation.ThrowIfCancellationRequested();
        ModelFrame frame = ModelFrame.Create(table, request.Formula, request.Family, request.FrameOptions);
        RefuseTooManyNodes(request, frame.Design.RandomEffects.Count);
        FitOptions options = request.Options with
        {
            Progress = new ImmediateProgress<FitProgress>(job.Report),
            CancellationToken = job.Cancellation,
            Logger = logger,
        };
        GlmmFit fit = GlmmEstimator.Fit(request.Method, frame.Design, request.Family, request.Link, options);
        var model = GlmmModel.Create(fit, frame);
        job.Cancellation.ThrowIfCancellationRequested();
        models.Add(request.ModelName, request.WithoutClusters ? model.WithoutClusters() : model);
        return Describe(fit, frame);
    }

    private void RefuseTooManyNodes(FitRequest request, int effects)
    {
        int most = settings.Value.MaxQuadratureNodes, nodes = request.Options.Nodes;
        if (request.Method != EstimationMethod.Aghq || Math.Pow(nodes, effects) <= most) return;
        int fewer = 1;
        while (Math.Pow(fewer + 1, effects) <= most) fewer++;
        throw RequestException.Bad(
            $"{nodes} nodes for each of {effects} random effects are {Math.Pow(nodes, effects):N0} for each cluster, "
            + $"and this server takes at most {most:N0}. Ask for {fewer} nodes, fewer random effects, or the method "
            + "laplace.");
    }

    private static FitResultDocument Describe(GlmmFit fit, ModelFrame frame)
    {
        double[,] covariance = fit.Covariance;
        int q = covariance.GetLength(0);
        return new FitResultDocument(
            Words.Of(fit.Verdict), fit.Converged, fit.Singular, fit.Iterations, fit.Observations, fit.GroupCount,
            [
                .. fit.FixedEffects.Select(static effect => new CoefficientDocument(
                    effect.Name, Finite(effect.Estimate), Finite(effect.StandardError))),
            ],
            fit.RandomTerms, [.. covariance.Cast<double>().Chunk(Math.Max(q, 1))], Finite(fit.Dispersion),
            Finite((fit as LikelihoodFit)?.LogLikelihood ?? double.NaN), fit.FitSeconds,
            [.. frame.Warnings, .. fit.Warnings]);
    }

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;

    [LoggerMessage(Level = LogLevel.Information, Message = "Fit {Id} of {Model} begins: {Formula}")]
    private static partial void LogStart(ILogger logger, string id, string model, string formula);

    [LoggerMessage(
        Level = LogLevel.Information, Message = "Fit {Id}: {Verdict} after {Iterations} iterations, {Seconds} s.")]
    private static partial void LogEnd(ILogger logger, string id, string verdict, int iterations, double seconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "Fit {Id} was cancelled.")]
    private static partial void LogCancelled(ILogger logger, string id);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Fit {Id} failed: {Reason}")]
    private static partial void LogRefused(ILogger logger, string id, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Fit {Id} failed by a defect.")]
    private static partial void LogDefect(ILogger logger, string id, Exception error);
}

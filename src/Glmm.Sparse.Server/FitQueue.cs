using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Options;

namespace Glmm.Sparse.Server;

/// <summary>The jobs: some run, some wait, and what is beyond that is refused. Thread-safe.</summary>
internal sealed class FitQueue : IDisposable
{
    private readonly ServerSettings _settings;
    private readonly ServerMetrics _metrics;
    private readonly ModelStore _models;
    private readonly Channel<FitJob> _waiting;
    private readonly ConcurrentDictionary<string, FitJob> _jobs = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<FitJob> _ended = new();
    private readonly HashSet<string> _promised = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private int _active;

    public FitQueue(IOptions<ServerSettings> settings, ServerMetrics metrics, ModelStore models)
    {
        (_settings, _metrics, _models) = (settings.Value, metrics, models);
        // How many may wait is counted here: a job that was cancelled in the queue leaves its place at once.
        _waiting = Channel.CreateUnbounded<FitJob>();
        metrics.Watch("glmm.server.fits.active", "Fits that wait or run.", () => Volatile.Read(ref _active));
    }

    public ChannelReader<FitJob> Waiting => _waiting.Reader;

    /// <summary>Takes a job, unless there are too many or its model's name is taken or promised.</summary>
    /// <exception cref="RequestException">It is not taken.</exception>
    public FitJob Add(FitRequest request)
    {
        FitJob job;
        lock (_lock)
        {
            if (_models.Exists(request.ModelName) || _promised.Contains(request.ModelName))
                throw ModelStore.Taken(request.ModelName);
            if (_active >= _settings.Workers + _settings.FitQueue)
            {
                throw new RequestException(
                    StatusCodes.Status429TooManyRequests,
                    $"There are {_active} fits waiting or running, as many as this server takes; try again later.");
            }

            _promised.Add(request.ModelName);
            _active++;
            job = new FitJob(Guid.CreateVersion7().ToString("N"), request);
            _jobs[job.Id] = job;
        }

        _waiting.Writer.TryWrite(job);
        return job;
    }

    /// <exception cref="RequestException">There is no such job.</exception>
    public FitJob Get(string id) => _jobs.TryGetValue(id, out FitJob? job)
        ? job
        : throw RequestException.NotFound("There is no such fit, or it ended so long ago that it is forgotten.");

    /// <summary>All jobs, the newest first.</summary>
    public FitListDocument List() => new(
        [.. _jobs.Values.Select(static job => job.Document).OrderByDescending(static job => job.QueuedAt)]);

    /// <summary>Asks a job to end.</summary>
    public void Cancel(FitJob job)
    {
        if (job.Cancel()) Leave(job);
    }

    /// <summary>Ends a job.</summary>
    public void End(FitJob job, FitState state, string? message, FitResultDocument? result = null)
    {
        if (job.End(state, message, result)) Leave(job);
    }

    /// <summary>Takes no more, and cancels all that wait or run.</summary>
    public void Stop()
    {
        _waiting.Writer.TryComplete();
        foreach (FitJob job in _jobs.Values.Where(static job => !job.IsEnded)) Cancel(job);
    }

    public void Dispose()
    {
        foreach (FitJob job in _jobs.Values) job.Dispose();
    }

    private void Leave(FitJob job)
    {
        lock (_lock)
        {
            _promised.Remove(job.ModelName);
            _active--;
            _ended.Enqueue(job);
            while (_ended.Count > _settings.JobsKept && _ended.TryDequeue(out FitJob? oldest))
                _jobs.TryRemove(oldest.Id, out _);
        }

        _metrics.JobEnded(job.State);
    }
}

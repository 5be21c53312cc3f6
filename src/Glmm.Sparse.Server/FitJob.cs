using Glmm.Sparse.Estimation;

namespace Glmm.Sparse.Server;

/// <summary>A fit that was asked for. Thread-safe.</summary>
internal sealed class FitJob(string id, FitRequest request) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _cancellation = new();
    private FitJobDocument _document = new(
        id, Words.Of(FitState.Queued), request.ModelName, DateTimeOffset.UtcNow, null, null, 0, null, null, null);
    private FitRequest? _request = request;

    public string Id => id;

    public string ModelName { get; } = request.ModelName;

    public FitState State { get; private set; } = FitState.Queued;

    public bool IsEnded => State is not (FitState.Queued or FitState.Running);

    public CancellationToken Cancellation => _cancellation.Token;

    /// <summary>What there is to know of it now.</summary>
    public FitJobDocument Document
    {
        get
        {
            lock (_lock) return _document;
        }
    }

    /// <summary>Begins it.</summary>
    /// <returns>The request, or null where the job was cancelled before.</returns>
    public FitRequest? Start()
    {
        lock (_lock)
        {
            if (State != FitState.Queued) return null;
            State = FitState.Running;
            _document = _document with { State = Words.Of(State), StartedAt = DateTimeOffset.UtcNow };
            return _request;
        }
    }

    public void Report(FitProgress progress)
    {
        lock (_lock)
        {
            double? norm = double.IsFinite(progress.GradientNorm) ? progress.GradientNorm : null;
            _document = _document with { Iteration = progress.Iteration, GradientNorm = norm };
        }
    }

    /// <summary>Ends it once; later ends are passed over.</summary>
    /// <returns>Whether this was its end.</returns>
    public bool End(FitState state, string? message, FitResultDocument? result = null)
    {
        lock (_lock)
        {
            if (IsEnded) return false;
            State = state;
            // The data of a job that ended are not kept.
            _request = null;
            _document = _document with
            {
                State = Words.Of(state),
                EndedAt = DateTimeOffset.UtcNow,
                Message = message,
                Fit = result,
            };
            return true;
        }
    }

    /// <summary>Asks it to end: at once where it waits, else within a pass over the data.</summary>
    /// <returns>Whether it ended by this.</returns>
    public bool Cancel()
    {
        lock (_lock)
        {
            if (State == FitState.Queued) return End(FitState.Cancelled, "Cancelled before it began.");
        }

        _cancellation.Cancel();
        return false;
    }

    public void Dispose() => _cancellation.Dispose();
}

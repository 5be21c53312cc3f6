namespace Glmm.Sparse.Threading;

/// <summary>Counts what many threads have done, and tells a listener about every hundredth part.</summary>
/// <param name="progress">The listener, or null.</param>
/// <param name="count">How many there are in all.</param>
internal sealed class ProgressCounter(IProgress<int>? progress, int count)
{
    private readonly int _portion = Math.Max(1, count / 100);
    private int _done;

    /// <summary>One more is done; thread-safe.</summary>
    internal void Add()
    {
        if (progress is null) return;
        int done = Interlocked.Increment(ref _done);
        if (done % _portion == 0 || done == count) progress.Report(done);
    }
}

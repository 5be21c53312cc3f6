namespace Glmm.Sparse.Threading;

/// <summary>
/// Progress that is told at once, on the thread that reports it. <see cref="Progress{T}"/> posts to the thread it was
/// made on, or to the pool, and may come late and out of order.
/// </summary>
/// <typeparam name="T">What is reported.</typeparam>
/// <param name="report">Called for every report; it must be quick, and thread-safe where several threads
/// report.</param>
public sealed class ImmediateProgress<T>(Action<T> report) : IProgress<T>
{
    /// <inheritdoc/>
    public void Report(T value) => report(value);
}

using Glmm.Sparse.Threading;

namespace Glmm.Sparse.Resampling;

/// <summary>Makes replicates side by side: each is fitted on one thread, and the threads share the
/// replicates.</summary>
internal static class ReplicateLoop
{
    /// <summary>Makes every replicate once.</summary>
    /// <typeparam name="TOutcome">What comes of one.</typeparam>
    /// <param name="count">Number of replicates.</param>
    /// <param name="threads">Threads; 0 for all processors.</param>
    /// <param name="progress">Told, now and then, how many are done; null for nobody.</param>
    /// <param name="make">Makes the replicate of a number; called from several threads at once.</param>
    /// <param name="fail">What comes of a sample that cannot be fitted at all, every response 0, say.</param>
    /// <param name="cancellation">Asked before each.</param>
    /// <returns>The outcomes, in the order of their numbers.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    internal static TOutcome[] Run<TOutcome>(
        int count, int threads, IProgress<int>? progress, Func<int, TOutcome> make,
        Func<InvalidModelDataException, TOutcome> fail, CancellationToken cancellation)
    {
        var outcomes = new TOutcome[count];
        var counter = new ProgressCounter(progress, count);
        using var team = new WorkerTeam(WorkerTeam.Count(threads))
        {
            Cancellation = cancellation,
        };
        team.Run(count, new PartitionedAction(index =>
        {
            try
            {
                outcomes[index] = make(index);
            }
            catch (InvalidModelDataException exception)
            {
                outcomes[index] = fail(exception);
            }

            counter.Add();
        }));
        return outcomes;
    }
}

using System.Runtime.ExceptionServices;

namespace Glmm.Sparse.Threading;

/// <summary>
/// Runs the partitions of an <see cref="IPartitionedWork"/> on a fixed number of threads: the caller and helpers of the
/// thread pool. The caller claims partitions like any helper, so a pool too busy to help slows it but never stalls it.
/// </summary>
/// <remarks>
/// <para>Which thread runs a partition is left to chance; what a partition is, is not: results stay the same bits for
/// any number of threads as long as partitions are cut without regard to <see cref="Threads"/>.</para>
/// <para>A run allocates nothing once the first has warmed up. One run at a time: not thread-safe itself.</para>
/// </remarks>
public sealed class WorkerTeam : IDisposable
{
    private const int NoFailure = int.MaxValue;

    private readonly Helper[] _helpers;
    private readonly object _gate = new();

    // Partition count in the high half, claims so far in the low half: one atomic step claims a partition *of the run
    // it belongs to*, so a helper that wakes up late can neither repeat nor steal a partition.
    private long _claims;
    private int _completed;
    private IPartitionedWork? _work;
    private int _running;
    private bool _disposed;

    // The lowest partition that failed so far; partitions above it need not run any more.
    private int _failedPartition = NoFailure;
    private ExceptionDispatchInfo? _failure;

    /// <summary>Makes a team.</summary>
    /// <param name="threads">Threads that may work at once, the caller included; 1 means a plain loop.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is below 1.</exception>
    public WorkerTeam(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        Threads = threads;
        _helpers = new Helper[threads - 1];
        for (int i = 0; i < _helpers.Length; i++)
            _helpers[i] = new Helper(this);
    }

    /// <summary>Threads that may work at once, the caller included.</summary>
    public int Threads { get; }

    /// <summary>How many threads an option means.</summary>
    /// <param name="threads">Threads; 0 for all processors.</param>
    /// <exception cref="InvalidModelOptionException"><paramref name="threads"/> is negative.</exception>
    internal static int Count(int threads) => threads switch
    {
        < 0 => throw new InvalidModelOptionException(
            $"The number of threads must be 0 (all processors) or more, not {threads}."),
        0 => Environment.ProcessorCount,
        _ => threads,
    };

    /// <summary>Asked before every partition: what runs long stops within one.</summary>
    internal CancellationToken Cancellation { get; set; }

    /// <summary>Executes every partition once and returns when all are done.</summary>
    /// <param name="partitions">Number of partitions; 0 does nothing.</param>
    /// <param name="work">The work.</param>
    /// <exception cref="InvalidOperationException">
    /// The team is already running, also when a partition calls it.
    /// </exception>
    /// <exception cref="Exception">
    /// Whatever a partition threw; of several, that of the lowest partition, whatever the number of threads.
    /// </exception>
    public void Run(int partitions, IPartitionedWork work)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(partitions);
        ArgumentNullException.ThrowIfNull(work);
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (Interlocked.Exchange(ref _running, 1) != 0)
            throw new InvalidOperationException("A worker team does one run at a time; give each user a team.");
        try
        {
            if (_helpers.Length == 0 || partitions <= 1)
            {
                for (int partition = 0; partition < partitions; partition++)
                {
                    Cancellation.ThrowIfCancellationRequested();
                    work.Execute(partition);
                }

                return;
            }

            RunWithHelpers(partitions, work);
        }
        finally
        {
            Volatile.Write(ref _running, 0);
        }
    }

    /// <summary>
    /// Refuses further runs. Nothing is left running: a run returns only when all its partitions are done.
    /// </summary>
    public void Dispose() => _disposed = true;

    private void RunWithHelpers(int partitions, IPartitionedWork work)
    {
        _failedPartition = NoFailure;
        _failure = null;
        _work = work;
        _completed = 0;
        Interlocked.Exchange(ref _claims, (long)partitions << 32); // publishes all of the above

        for (int i = 0; i < Math.Min(_helpers.Length, partitions - 1); i++)
            _helpers[i].Wake();
        ClaimPartitions();
        WaitFor(partitions);

        _work = null;
        _failure?.Throw();
    }

    private void ClaimPartitions()
    {
        while (true)
        {
            long claim = Interlocked.Increment(ref _claims);
            int partitions = (int)(claim >> 32);
            int partition = (int)(uint)claim - 1;
            if (partition >= partitions)
                return;

            // The run cannot end before this partition is counted, so _work is this run's.
            if (partition < Volatile.Read(ref _failedPartition))
                Execute(partition);
            if (Interlocked.Increment(ref _completed) == partitions)
                AnnounceCompletion();
        }
    }

    private void Execute(int partition)
    {
        try
        {
            Cancellation.ThrowIfCancellationRequested();
            _work!.Execute(partition);
        }
#pragma warning disable CA1031 // Nothing is swallowed: the caller of Run gets it.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            lock (_gate)
            {
                if (partition >= _failedPartition)
                    return;
                _failure = ExceptionDispatchInfo.Capture(exception);
                Volatile.Write(ref _failedPartition, partition);
            }
        }
    }

    // Possibly late, when the caller saw the count and left: then nobody waits, or a waiter looks once more in vain.
    private void AnnounceCompletion()
    {
        lock (_gate)
            Monitor.PulseAll(_gate);
    }

    private void WaitFor(int partitions)
    {
        // Partitions are short and the caller has just finished one: the others are about to end.
        var spinner = new SpinWait();
        while (spinner.Count < 30 && Volatile.Read(ref _completed) != partitions)
            spinner.SpinOnce(sleep1Threshold: -1);

        lock (_gate)
        {
            while (Volatile.Read(ref _completed) != partitions)
                Monitor.Wait(_gate);
        }
    }

    private sealed class Helper(WorkerTeam team) : IThreadPoolWorkItem
    {
        private int _queued;

        public void Wake()
        {
            // One still in the queue will find this run when its turn comes.
            if (Interlocked.Exchange(ref _queued, 1) == 0)
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        void IThreadPoolWorkItem.Execute()
        {
            Interlocked.Exchange(ref _queued, 0);
            team.ClaimPartitions();
        }
    }
}

using Glmm.Sparse.Threading;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Threading;

[TestFixture]
public sealed class WorkerTeamTests
{
    [Test]
    public void EveryPartitionRunsOnce([Values(1, 2, 3, 8)] int threads, [Values(0, 1, 2, 7, 1000)] int partitions)
    {
        using var team = new WorkerTeam(threads);
        for (int round = 0; round < 50; round++)
        {
            var counts = new int[partitions];
            team.Run(partitions, new Work(partition => Interlocked.Increment(ref counts[partition])));
            Assert.That(counts, Has.All.EqualTo(1));
        }
    }

    [Test]
    public void RunsOfManySizesInTurnNeverMixUp()
    {
        using var team = new WorkerTeam(4);
        for (int round = 0; round < 20_000; round++)
        {
            int partitions = round * 7 % 13;
            int sum = 0;
            team.Run(partitions, new Work(partition => Interlocked.Add(ref sum, partition + 1)));
            Assert.That(sum, Is.EqualTo(partitions * (partitions + 1) / 2));
        }
    }

    [Test]
    public void MoreThanOneThreadWorks()
    {
        using var team = new WorkerTeam(2);
        using var both = new Barrier(2);
        // Each of two partitions waits for the other: one thread alone could not finish.
        team.Run(2, new Work(_ => Assert.That(both.SignalAndWait(TimeSpan.FromMinutes(1)), Is.True)));
        Assert.That(both.CurrentPhaseNumber, Is.EqualTo(1));
    }

    [Test]
    public void TheFailureOfTheLowestPartitionReachesTheCaller([Values(1, 2, 4)] int threads)
    {
        using var team = new WorkerTeam(threads);
        for (int round = 0; round < 200; round++)
        {
            Assert.That(
                () => team.Run(100, new Work(partition =>
                {
                    if (partition is 13 or 57 or 90)
                        throw new InvalidDataException($"partition {partition}");
                })),
                Throws.TypeOf<InvalidDataException>().With.Message.EqualTo("partition 13"));
        }

        int after = 0;
        team.Run(100, new Work(_ => Interlocked.Increment(ref after)));
        Assert.That(after, Is.EqualTo(100), "a team survives a failure");
    }

    [Test]
    public void ARunWithinARunIsRefused([Values(1, 2)] int threads)
    {
        using var team = new WorkerTeam(threads);
        Assert.That(() => team.Run(2, new Work(_ => team.Run(2, new Work(_ => { })))),
            Throws.InvalidOperationException.With.Message.Contains("one run at a time"));
    }

    [Test]
    public void SteadyRunsAllocateNothing()
    {
        using var team = new WorkerTeam(2);
        var work = new Work(static _ => { });
        for (int round = 0; round < 2000; round++)
            team.Run(64, work);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int round = 0; round < 2000; round++)
            team.Run(64, work);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        // The pool's queue may grow a segment once; per run nothing is left over.
        Assert.That(allocated, Is.LessThan(2000 * 8));
    }

    [Test]
    public void AStarvedPoolStallsNobody()
    {
        var release = new TaskCompletionSource();
        int blocked = ThreadPool.ThreadCount + Environment.ProcessorCount + 8;
        for (int i = 0; i < blocked; i++)
            ThreadPool.QueueUserWorkItem(_ => release.Task.Wait(), null);
        using var team = new WorkerTeam(8);
        int count = 0;
        try
        {
            for (int round = 0; round < 100; round++)
                team.Run(10, new Work(_ => Interlocked.Increment(ref count)));
        }
        finally
        {
            release.SetResult();
        }

        Assert.That(count, Is.EqualTo(1000));
    }

    [Test]
    public void NonsenseIsRefused()
    {
        Assert.That(() => new WorkerTeam(0).Dispose(), Throws.InstanceOf<ArgumentOutOfRangeException>());
        var team = new WorkerTeam(2);
        Assert.That(() => team.Run(-1, new Work(_ => { })), Throws.InstanceOf<ArgumentOutOfRangeException>());
        team.Dispose();
        Assert.That(() => team.Run(1, new Work(_ => { })), Throws.InstanceOf<ObjectDisposedException>());
    }

    private sealed class Work(Action<int> body) : IPartitionedWork
    {
        public void Execute(int partition) => body(partition);
    }
}

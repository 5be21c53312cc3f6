using System.Runtime.CompilerServices;
using Glmm.Sparse.LinearAlgebra;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.LinearAlgebra;

[TestFixture]
public sealed unsafe class AlignedBufferTests
{
    [Test]
    public void MemoryIsZeroedAndStartsACacheLine([Values(0, 1, 7, 8, 1000)] int length)
    {
        for (int round = 0; round < 5; round++)
        {
            using var buffer = new AlignedBuffer(length);
            Assert.That((nuint)buffer.Start % AlignedBuffer.Alignment, Is.EqualTo((nuint)0));
            Assert.That(buffer.Span(0, length).ToArray(), Has.All.Zero);
            buffer.Span(0, length).Fill(1); // dirty for the next round
            Assert.That(buffer.Length, Is.EqualTo(length));
        }
    }

    [Test]
    public void ClearZeroesAgain()
    {
        using var buffer = new AlignedBuffer(20);
        buffer.Span(0, 20).Fill(3);
        buffer.Clear();
        Assert.That(buffer.Span(0, 20).ToArray(), Has.All.Zero);
    }

    [TestCase(-1, 1)]
    [TestCase(0, 11)]
    [TestCase(10, 1)]
    [TestCase(0, -1)]
    [TestCase(long.MaxValue, 1)]
    public void SpansOutsideAreRefused(long start, int length)
    {
        using var buffer = new AlignedBuffer(10);
        Assert.That(() => { buffer.Span(start, length); }, Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [TestCase(long.MaxValue)]
    [TestCase(1L << 50)]
    public void TooMuchMemoryIsRefusedInWords(long length) =>
        Assert.That(() => new AlignedBuffer(length).Dispose(),
            Throws.InstanceOf<InsufficientMemoryException>().With.Message.Contains("GiB"));

    [Test]
    public void AFreedBufferCannotBeUsed()
    {
        var buffer = new AlignedBuffer(10);
        buffer.Dispose();
        buffer.Dispose();
        Assert.That(() => { buffer.Span(0, 1); }, Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(() => buffer.Clear(), Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public void AForgottenBufferIsFreed()
    {
        WeakReference forgotten = Forget();
        for (int attempt = 0; attempt < 20 && forgotten.IsAlive; attempt++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.That(forgotten.IsAlive, Is.False);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Forget() => new(new AlignedBuffer(1000), trackResurrection: true);
}

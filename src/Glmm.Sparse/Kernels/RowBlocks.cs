using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Glmm.Sparse.Kernels;

/// <summary>Moves blocks of four rows between spans and lanes, padding the last block.</summary>
internal static class RowBlocks
{
    /// <summary>Rows in a block, on every hardware: it fixes the order of sums.</summary>
    public const int Size = 4;

    /// <summary>Loads rows; past the end, copies of the last row, so that padding is as harmless as data.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Load(
        ReadOnlySpan<double> rows, int start, int count, Vector256<double> whenEmpty)
    {
        if (rows.IsEmpty)
            return whenEmpty;

        // In bounds: the caller checked that rows holds start + count, and a whole block has count = Size.
        return count == Size
            ? Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(rows), (nuint)start)
            : LoadPart(rows.Slice(start, count));
    }

    /// <summary>Stores the first rows of a block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<double> block, Span<double> rows, int start, int count)
    {
        // In bounds: as for Load.
        if (count == Size)
            block.StoreUnsafe(ref MemoryMarshal.GetReference(rows), (nuint)start);
        else
            StorePart(block, rows.Slice(start, count));
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

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector256<double> LoadPart(ReadOnlySpan<double> rows)
    {
        Span<double> block = stackalloc double[Size];
        block.Fill(rows[^1]);
        rows.CopyTo(block);
        return Vector256.Create<double>(block);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void StorePart(Vector256<double> block, Span<double> rows)
    {
        Span<double> whole = stackalloc double[Size];
        block.CopyTo(whole);
        whole[..rows.Length].CopyTo(rows);
    }
}

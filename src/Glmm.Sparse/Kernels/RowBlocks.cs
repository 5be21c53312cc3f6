using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Glmm.Sparse.Kernels;

/// <summary>Moves blocks of rows between spans and vectors, padding the last block.</summary>
internal static class RowBlocks<T>
    where T : struct, IRowVector<T>
{
    // A field, since unoptimised code allocates for a span of constants.
    private static readonly double[] Numbers = [0, 1, 2, 3, 4, 5, 6, 7];

    /// <summary>Loads a block of rows from <paramref name="start"/> on, unchecked: the caller knows of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Load(ReadOnlySpan<double> rows, nuint start) =>
        T.Load(ref MemoryMarshal.GetReference(rows), start);

    /// <summary>Stores a block of rows from <paramref name="start"/> on, unchecked likewise.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(T block, Span<double> rows, nuint start) =>
        T.Store(block, ref MemoryMarshal.GetReference(rows), start);

    /// <summary>The block of scratch memory with the given index.</summary>
    public static Span<double> Part(Span<double> scratch, int index) => scratch.Slice(index * T.Count, T.Count);

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

    /// <summary>All bits set in the rows that exist.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Existing(int count) =>
        T.LessThan(Load(Numbers, 0), T.Create(count));

    /// <summary>Adds non-negative lanes, the first to the last; at most the largest finite number.</summary>
    public static double Sum(T block)
    {
        double sum = 0;
        for (int lane = 0; lane < T.Count; lane++)
        {
            sum += T.Get(block, lane);
        }

        return Math.Min(sum, double.MaxValue);
    }
}

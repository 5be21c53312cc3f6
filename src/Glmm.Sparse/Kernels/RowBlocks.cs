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

    /// <summary>The block of scratch memory with the given index, to stand for a span; nothing for nothing.</summary>
    public static Span<double> Part(Span<double> scratch, ReadOnlySpan<double> standsFor, int index) =>
        standsFor.IsEmpty ? [] : scratch.Slice(index * T.Count, T.Count);

    /// <summary>Copies rows into a block and fills it with copies of the last. Nothing for nothing.</summary>
    public static Span<double> Padded(ReadOnlySpan<double> rows, Span<double> block)
    {
        for (int row = 0; row < block.Length; row++)
            block[row] = rows[Math.Min(row, rows.Length - 1)];
        return block;
    }

    /// <summary>All bits set in the rows before the given one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Before(int row) => T.LessThan(Load(Numbers, 0), T.Create(row));

    /// <summary>
    /// The sum of the rows, at most the largest finite number of either sign: where rows overflow, the largest.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Sum(T block)
    {
        double sum = T.Sum(block);
        return double.IsNaN(sum) ? double.MaxValue : Math.Clamp(sum, double.MinValue, double.MaxValue);
    }
}

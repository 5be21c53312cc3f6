using System.Numerics;

namespace Glmm.Sparse.Model;

/// <summary>A number that tells the data of two designs apart: responses, weights, offsets and clusters, row by
/// row.</summary>
internal static class DataFingerprint
{
    private const int BlockRows = 4096;

    /// <summary>The fingerprint; equal for equal data in equal order, and else equal only by a chance of one in
    /// 2⁶⁴.</summary>
    internal static ulong Of(ClusteredDesign design)
    {
        ulong hash = 14695981039346656037;
        foreach (int code in design.Clusters.Codes.Span) hash = Mix(hash, (uint)code);
        hash = Mix(hash, design.Response);
        hash = Mix(hash, design.PriorWeights);
        if (design.Counts is not null) hash = Mix(hash, design.Counts.Column);
        return Mix(hash, design.Offset);
    }

    private static ulong Mix(ulong hash, DesignColumn? column)
    {
        if (column is null) return Mix(hash, 1);
        Span<int> rows = stackalloc int[BlockRows];
        var scratch = new double[BlockRows];
        for (int start = 0; start < column.Length; start += BlockRows)
        {
            int count = Math.Min(BlockRows, column.Length - start);
            foreach (double value in column.Slice(start, count, rows, scratch))
                hash = Mix(hash, BitConverter.DoubleToUInt64Bits(value));
        }

        return hash;
    }

    private static ulong Mix(ulong hash, ulong value) =>
        BitOperations.RotateLeft((hash ^ value) * 0x9E3779B97F4A7C15, 29);
}

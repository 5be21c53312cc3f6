using System.Buffers.Binary;

namespace Glmm.Sparse.Persistence;

/// <summary>Arrays of doubles as blocks of bytes, least significant byte first, which JSON holds as base64.</summary>
internal static class NumberBlocks
{
    /// <summary>A JSON string has a greatest length, an array of them has none.</summary>
    private const int MostPerBlock = 1 << 16;

    /// <summary>The blocks of an array.</summary>
    public static byte[][] Encode(ReadOnlySpan<double> values)
    {
        var blocks = new byte[(values.Length + MostPerBlock - 1) / MostPerBlock][];
        for (int b = 0; b < blocks.Length; b++)
        {
            int start = b * MostPerBlock;
            ReadOnlySpan<double> part = values[start..Math.Min(values.Length, start + MostPerBlock)];
            byte[] bytes = blocks[b] = new byte[part.Length * sizeof(double)];
            for (int i = 0; i < part.Length; i++)
                BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(i * sizeof(double)), part[i]);
        }

        return blocks;
    }

    /// <summary>The array of some blocks, whose length is known beforehand.</summary>
    /// <param name="blocks">The blocks.</param>
    /// <param name="count">Its length; memory is taken only where the blocks have as much.</param>
    /// <param name="what">What it is, for messages.</param>
    /// <exception cref="ModelFileException">The blocks hold another number of values.</exception>
    public static double[] Decode(IReadOnlyList<byte[]> blocks, Int128 count, string what)
    {
        long bytes = 0;
        foreach (byte[]? block in blocks)
        {
            if (block is null || block.Length % sizeof(double) != 0) throw ModelFile.Damaged($"{what} is cut short");
            bytes += block.Length;
        }

        if (bytes != count * sizeof(double))
            throw ModelFile.Damaged($"{what} has {bytes / sizeof(double)} numbers and should have {count}");
        var values = new double[(int)count];
        int at = 0;
        foreach (byte[] block in blocks)
        {
            for (int i = 0; i < block.Length; i += sizeof(double))
                values[at++] = BinaryPrimitives.ReadDoubleLittleEndian(block.AsSpan(i));
        }

        return values;
    }
}

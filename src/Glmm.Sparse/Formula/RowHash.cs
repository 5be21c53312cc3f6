using System.Buffers.Binary;
using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Formula;

/// <summary>Mixes what a column holds into hashes of rows; equal values of any table mix alike. Immutable.</summary>
internal sealed class RowHash
{
    private const int BlockRows = 512;

    private readonly TableColumn _column;

    // Codes of texts depend on the order of the rows; their hashes do not.
    private readonly ulong[]? _ofCode;

    /// <param name="column">The column.</param>
    public RowHash(TableColumn column)
    {
        _column = column;
        if (column is not TextColumn text) return;
        _ofCode = new ulong[text.Texts.Count];
        for (int code = 0; code < _ofCode.Length; code++) _ofCode[code] = Of(text.Utf8(code));
    }

    /// <summary>Mixes the values of some rows into their hashes.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="hashes">Changed; as many.</param>
    public void Mix(ReadOnlySpan<int> rows, Span<ulong> hashes)
    {
        for (int start = 0; start < rows.Length; start += BlockRows)
        {
            int count = Math.Min(BlockRows, rows.Length - start);
            MixBlock(rows.Slice(start, count), hashes.Slice(start, count));
        }
    }

    private void MixBlock(ReadOnlySpan<int> rows, Span<ulong> hashes)
    {
        switch (_column)
        {
            case NumericColumn numbers:
                Span<double> values = stackalloc double[BlockRows];
                numbers.Gather(rows, values);
                // −0 and 0 are equal numbers.
                for (int i = 0; i < hashes.Length; i++)
                    hashes[i] = Mix(hashes[i], BitConverter.DoubleToUInt64Bits(values[i] + 0.0));
                break;
            case TextColumn texts:
                Span<int> codes = stackalloc int[BlockRows];
                texts.Gather(rows, codes);
                for (int i = 0; i < hashes.Length; i++)
                    hashes[i] = Mix(hashes[i], codes[i] == TextColumn.MissingCode ? 0 : _ofCode![codes[i]]);
                break;
            case BooleanColumn truths:
                Span<int> bits = stackalloc int[BlockRows];
                truths.Gather(rows, bits);
                for (int i = 0; i < hashes.Length; i++) hashes[i] = Mix(hashes[i], (ulong)(bits[i] + 1));
                break;
            default:
                throw new InvalidOperationException($"Unknown kind of column: {_column.Kind}.");
        }
    }

    // Each step is one to one in the hash and in the value; the constants are those of MurmurHash3's finalizer.
    private static ulong Mix(ulong hash, ulong value)
    {
        hash = (hash ^ value ^ (value >> 32)) * 0xFF51AFD7ED558CCD;
        hash = (hash ^ (hash >> 33)) * 0xC4CEB9FE1A85EC53;
        return hash ^ (hash >> 29);
    }

    private static ulong Of(ReadOnlySpan<byte> text)
    {
        ulong hash = (ulong)text.Length + 1;
        for (; text.Length >= sizeof(ulong); text = text[sizeof(ulong)..])
            hash = Mix(hash, BinaryPrimitives.ReadUInt64LittleEndian(text));
        foreach (byte one in text) hash = Mix(hash, one);
        return hash;
    }
}

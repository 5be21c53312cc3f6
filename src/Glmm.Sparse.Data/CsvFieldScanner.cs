using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Glmm.Sparse.Data;

/// <summary>Finds where the fields of whole records end, 64 bytes at a time.</summary>
/// <remarks>
/// Every mask has a bit a byte. A byte is quoted where the number of quotes up to it is odd (Langdale and Lemire 2019,
/// §3.1.1); that holds only where quotes stand as RFC 4180 says, which is checked along the way. Here and in what reads
/// the
/// fields, loops are compiled fully at once: a file is read in less time than the tiered compiler takes to come to
/// them.
/// </remarks>
internal ref struct CsvFieldScanner
{
    /// <summary>Bytes behind the records that are read along with them.</summary>
    public const int Padding = 64;

    private const int Width = 64;

    private readonly Vector512<byte> _separator;
    private int[] _ends;
    private int _count;

    // What the last bytes of the words before were, in bit 0 each; quotedBefore in all bits.
    private ulong _quotedBefore;
    private ulong _mayOpen = 1;
    private ulong _mustClose;
    private ulong _mustBreak;

    /// <summary>Starts.</summary>
    /// <param name="separator">What separates fields.</param>
    /// <param name="ends">Memory for the ends.</param>
    public CsvFieldScanner(byte separator, int[] ends)
    {
        _separator = Vector512.Create(separator);
        _ends = ends;
    }

    /// <summary>Where each field ends: the places of the separators and line feeds outside quotes.</summary>
    public readonly int[] Ends => _ends;

    /// <summary>How many fields there are.</summary>
    public readonly int Count => _count;

    /// <summary>Line feeds, those inside quotes included.</summary>
    public long Lines { get; private set; }

    /// <summary>There are quotes.</summary>
    public bool HasQuotes { get; private set; }

    /// <summary>Scans whole records.</summary>
    /// <param name="bytes">The records, and behind them <see cref="Padding"/> bytes that are not looked at.</param>
    /// <param name="start">Where the first record starts.</param>
    /// <param name="end">Behind the line feed that ends the last.</param>
    /// <returns>
    /// False where a quote stands inside an unquoted field, a closing one before text, one is not closed, or a carriage
    /// return is no part of a line break; then the ends mean nothing.
    /// </returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool TryScan(byte[] bytes, int start, int end)
    {
        ulong wrong = 0;
        for (int at = start; at < end; at += Width)
        {
            ulong valid = end - at >= Width ? ulong.MaxValue : (1UL << (end - at)) - 1;

            // The padding keeps the vector inside the array.
            Vector512<byte> word = Vector512.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(bytes), (nuint)at);
            ulong feeds = Mask(word, (byte)'\n') & valid;
            ulong returns = Mask(word, (byte)'\r') & valid;
            ulong quotes = Mask(word, (byte)'"') & valid;
            ulong separators = Vector512.Equals(word, _separator).ExtractMostSignificantBits() & valid;
            Lines += BitOperations.PopCount(feeds);
            wrong |= ((returns << 1) | _mustBreak) & ~feeds & valid;
            _mustBreak = returns >> (Width - 1);

            ulong delimiters = feeds | separators;
            if ((quotes | _quotedBefore | _mustClose) == 0)
                _mayOpen = delimiters >> (Width - 1);
            else
                wrong |= Unquote(quotes, returns, ref delimiters) & valid;
            Add(delimiters, at);
        }

        return wrong == 0 && _quotedBefore == 0;
    }

    /// <summary>Takes away the delimiters that are quoted.</summary>
    /// <returns>The quotes that stand where none may, and what follows a closing quote and may not.</returns>
    private ulong Unquote(ulong quotes, ulong returns, ref ulong delimiters)
    {
        HasQuotes = true;
        ulong quoted = PrefixParity(quotes) ^ _quotedBefore;
        _quotedBefore = (ulong)((long)quoted >> (Width - 1));
        ulong opening = quotes & quoted, closing = quotes & ~quoted;
        delimiters &= ~quoted;

        // A doubled quote closes and opens again at once.
        ulong mayOpen = ((delimiters | closing) << 1) | _mayOpen;
        ulong afterClosing = (closing << 1) | _mustClose;
        _mayOpen = (delimiters | closing) >> (Width - 1);
        _mustClose = closing >> (Width - 1);
        return (opening & ~mayOpen) | (afterClosing & ~(delimiters | returns | opening));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Add(ulong delimiters, int at)
    {
        if (_ends.Length - _count < Width) Array.Resize(ref _ends, Math.Max(2 * _ends.Length, 8 * Width));
        Span<int> ends = _ends.AsSpan(_count);
        int count = 0;
        for (; delimiters != 0; delimiters &= delimiters - 1)
            ends[count++] = at + BitOperations.TrailingZeroCount(delimiters);
        _count += count;
    }

    private static ulong Mask(Vector512<byte> word, byte character) =>
        Vector512.Equals(word, Vector512.Create(character)).ExtractMostSignificantBits();

    /// <summary>Bit i of the result is the parity of the bits 0 to i.</summary>
    private static ulong PrefixParity(ulong bits)
    {
        for (int shift = 1; shift < Width; shift *= 2) bits ^= bits << shift;
        return bits;
    }
}

using System.Runtime.CompilerServices;

namespace Glmm.Sparse.Data;

/// <summary>
/// Some whole records of a file: their bytes, where their fields end, and what the columns make of them. The memory is
/// used again for other records. One thread at a time.
/// </summary>
internal sealed class CsvBlock
{
    private readonly byte _separator;
    private readonly int _fieldCount;
    private int[] _ends = [];
    private byte[] _unescaped = [];
    private int _start;
    private bool _hasQuotes;
    private bool _hasBlankLines;

    /// <summary>Makes a block without records.</summary>
    /// <param name="separator">What separates fields.</param>
    /// <param name="fieldCount">Fields of each record.</param>
    /// <param name="pieces">Number of columns that read from it.</param>
    public CsvBlock(char separator, int fieldCount, int pieces)
    {
        _separator = (byte)separator;
        _fieldCount = fieldCount;
        Pieces = new CsvPiece[pieces];
        for (int i = 0; i < pieces; i++) Pieces[i] = new CsvPiece();
    }

    /// <summary>Its place among the blocks of the file, from 0; block 0 begins with the header.</summary>
    public long Index { get; set; }

    /// <summary>The bytes, with <see cref="CsvFieldScanner.Padding"/> behind them.</summary>
    public byte[] Bytes { get; private set; } = [];

    /// <summary>How many of the bytes are records; the last is a line feed.</summary>
    public int Length { get; set; }

    /// <summary>One-based line of the file at which the block starts.</summary>
    public long FirstLine { get; set; }

    /// <summary>Line feeds in it.</summary>
    public long Lines { get; private set; }

    /// <summary>Number of records, the header not counted.</summary>
    public int RowCount { get; private set; }

    /// <summary>A part of each column that is wanted.</summary>
    public CsvPiece[] Pieces { get; }

    /// <summary>Makes room for some bytes; those that are there stay.</summary>
    public void EnsureCapacity(int length)
    {
        if (Bytes.Length >= length + CsvFieldScanner.Padding) return;
        byte[] larger = GC.AllocateUninitializedArray<byte>(length + CsvFieldScanner.Padding);
        Bytes.CopyTo(larger, 0);
        Bytes = larger;
    }

    /// <summary>Finds the records and fields.</summary>
    /// <returns>False where this is no regular CSV: let the reader that goes record by record say what is
    /// wrong.</returns>
    public bool TryFindFields()
    {
        _start = Index == 0 && Bytes.AsSpan(0, Length).StartsWith("\uFEFF"u8) ? 3 : 0;
        var scanner = new CsvFieldScanner(_separator, _ends);
        bool isRegular = scanner.TryScan(Bytes, _start, Length);
        _ends = scanner.Ends;
        Lines = scanner.Lines;
        _hasQuotes = scanner.HasQuotes;
        _hasBlankLines = false;
        if (!isRegular) return false;
        int fields = scanner.Count;
        if (_fieldCount == 1 || !AreRecords(fields))
        {
            fields = RemoveBlankLines(fields);
            if (!AreRecords(fields)) return false;
        }

        RowCount = fields / _fieldCount;
        return Index > 0 || TryRemoveHeader(fields);
    }

    /// <summary>A field without its quotes.</summary>
    /// <returns>Its bytes, until the next call.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> Field(int row, int field)
    {
        int i = (row * _fieldCount) + field;
        int start = i == 0 ? _start : _ends[i - 1] + 1;
        int end = _ends[i];
        if (field == 0 && _hasBlankLines) start = SkipLineBreaks(start);
        if (field == _fieldCount - 1 && end > start && Bytes[end - 1] == '\r') end--;
        ReadOnlySpan<byte> bytes = Bytes.AsSpan(start, end - start);
        return _hasQuotes && bytes.StartsWith((byte)'"') ? Unescape(bytes[1..^1]) : bytes;
    }

    /// <summary>One-based line of the file on which a row starts.</summary>
    public long FileLine(int row)
    {
        int start = row == 0 ? _start : _ends[(row * _fieldCount) - 1] + 1;
        if (_hasBlankLines) start = SkipLineBreaks(start);
        return FirstLine + Bytes.AsSpan(0, start).Count((byte)'\n');
    }

    /// <summary>Whether every line break ends a record of the right number of fields, and only those.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool AreRecords(int fields)
    {
        if (fields % _fieldCount != 0) return false;
        int field = 0;
        foreach (int end in _ends.AsSpan(0, fields))
        {
            field = field == _fieldCount - 1 ? 0 : field + 1;
            if ((field == 0) != (Bytes[end] == '\n')) return false;
        }

        return true;
    }

    private int RemoveBlankLines(int fields)
    {
        int kept = 0, start = _start;
        bool startsRecord = true;
        foreach (int end in _ends.AsSpan(0, fields))
        {
            bool endsRecord = Bytes[end] == '\n';
            bool isBlank = startsRecord && endsRecord && (end == start || (end == start + 1 && Bytes[start] == '\r'));
            if (!isBlank) _ends[kept++] = end;
            start = end + 1;
            startsRecord = endsRecord;
        }

        _hasBlankLines = kept < fields;
        return kept;
    }

    private bool TryRemoveHeader(int fields)
    {
        if (RowCount == 0) return false; // nothing but blank lines so far
        _start = _ends[_fieldCount - 1] + 1;
        _ends.AsSpan(_fieldCount, fields - _fieldCount).CopyTo(_ends);
        RowCount--;
        return true;
    }

    private int SkipLineBreaks(int start)
    {
        while (Bytes[start] is (byte)'\n' or (byte)'\r') start++;
        return start;
    }

    private ReadOnlySpan<byte> Unescape(ReadOnlySpan<byte> quoted)
    {
        int quote = quoted.IndexOf((byte)'"');
        if (quote < 0) return quoted;
        if (_unescaped.Length < quoted.Length) _unescaped = new byte[2 * quoted.Length];
        int length = 0;
        for (; quote >= 0; quote = quoted.IndexOf((byte)'"'))
        {
            quoted[..(quote + 1)].CopyTo(_unescaped.AsSpan(length));
            length += quote + 1;
            quoted = quoted[(quote + 2)..];
        }

        quoted.CopyTo(_unescaped.AsSpan(length));
        return _unescaped.AsSpan(0, length + quoted.Length);
    }
}

namespace Glmm.Sparse.Data;

/// <summary>Cuts a file into blocks of whole records. One thread at a time.</summary>
/// <param name="stream">The file's bytes; read as they come, without a buffer in between.</param>
/// <param name="blockSize">Bytes of a block; more where a record is longer.</param>
internal sealed class CsvBlockSource(Stream stream, int blockSize)
{
    private const int LongestRecord = 1 << 29;

    private byte[] _rest = [];
    private int _restLength;
    private long _blocks;
    private bool _isAtEnd;

    /// <summary>A record is longer than can be read at once.</summary>
    public bool HasOverlongRecord { get; private set; }

    /// <summary>Fills a block with the next records.</summary>
    /// <returns>False where there are no more.</returns>
    public bool TryFill(CsvBlock block)
    {
        if (_isAtEnd || HasOverlongRecord) return false;
        int length = _restLength;
        block.EnsureCapacity(Math.Max(length, blockSize));
        _rest.AsSpan(0, length).CopyTo(block.Bytes);
        int size = blockSize, end;
        do
        {
            while (size <= length) size *= 2;
            if (size > LongestRecord)
            {
                HasOverlongRecord = true;
                return false;
            }

            block.EnsureCapacity(size);
            length += stream.ReadAtLeast(block.Bytes.AsSpan(length, size - length), size - length, false);
            _isAtEnd = length < size;
            end = _isAtEnd ? Close(block.Bytes, ref length) : EndOfRecords(block.Bytes.AsSpan(0, length));
        }
        while (end == 0 && !_isAtEnd);

        block.Length = end;
        block.Index = _blocks++;
        _restLength = length - end;
        if (_rest.Length < _restLength) _rest = new byte[2 * _restLength];
        block.Bytes.AsSpan(end, _restLength).CopyTo(_rest);
        return end > 0;
    }

    /// <summary>Ends the last line of the file, which may lack its line feed.</summary>
    private static int Close(byte[] bytes, ref int length)
    {
        if (length > 0 && bytes[length - 1] != '\n') bytes[length++] = (byte)'\n';
        return length;
    }

    /// <summary>The place behind the last line feed outside quotes, or 0.</summary>
    /// <remarks>
    /// The bytes start with a record, so that the quotes before a place tell whether it is quoted. Where quotes stand
    /// as
    /// they should not, that may be wrong, but then the block is found to be irregular.
    /// </remarks>
    private static int EndOfRecords(ReadOnlySpan<byte> bytes)
    {
        int quotes = bytes.Count((byte)'"');
        int end = bytes.Length;
        while (true)
        {
            int feed = bytes[..end].LastIndexOf((byte)'\n');
            if (feed < 0) return 0;
            if (quotes == 0) return feed + 1;
            quotes -= bytes[feed..end].Count((byte)'"');
            if (quotes % 2 == 0) return feed + 1;
            end = feed;
        }
    }
}

using System.IO.Compression;

namespace Glmm.Sparse.Data;

/// <summary>
/// Decompresses a gzip file and, unlike <see cref="GZipStream"/>, tells a file that was cut short from a whole one.
/// </summary>
/// <remarks>
/// gzip members may follow one another, and a decoder reads them as one text. A member of our own is put behind the
/// file: only if everything before it is whole does the decoded text end with the mark that it holds. The last bytes
/// are therefore held back until it is known whether they are the mark.
/// </remarks>
internal sealed class GzipFile : Stream
{
    private static readonly byte[] Mark = "\0glmm end of file mark\0"u8.ToArray();
    private static readonly byte[] MarkMember = Compress(Mark);

    private readonly GZipStream _decoder;
    private readonly byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;

    public GzipFile(string path) =>
        _decoder = new GZipStream(new FileThenMark(File.OpenRead(path)), CompressionMode.Decompress);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Reads on to the end, so that damage anywhere in the file comes to light.</summary>
    /// <exception cref="InvalidDataException">The file is damaged or cut short.</exception>
    public void Drain()
    {
        byte[] rest = new byte[_buffer.Length];
        while (Read(rest) > 0)
        {
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <exception cref="InvalidDataException">The file is damaged or cut short.</exception>
    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty) return 0;
        while (_end - _start <= Mark.Length)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
            int read = _decoder.Read(_buffer, _end, _buffer.Length - _end);
            if (read == 0)
            {
                return _buffer.AsSpan(0, _end).SequenceEqual(Mark)
                    ? 0
                    : throw new InvalidDataException("The compressed data end too early.");
            }

            _end += read;
        }

        int count = Math.Min(buffer.Length, _end - _start - Mark.Length);
        _buffer.AsSpan(_start, count).CopyTo(buffer);
        _start += count;
        return count;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _decoder.Dispose();
        base.Dispose(disposing);
    }

    private static byte[] Compress(byte[] text)
    {
        using var compressed = new MemoryStream();
        using (var encoder = new GZipStream(compressed, CompressionLevel.Optimal)) encoder.Write(text);
        return compressed.ToArray();
    }

    /// <summary>The file's bytes, then those of the mark's member.</summary>
    private sealed class FileThenMark(FileStream file) : Stream
    {
        private readonly MemoryStream _mark = new(MarkMember, writable: false);

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer) =>
            file.Read(buffer) is int read and > 0 ? read : _mark.Read(buffer);

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                file.Dispose();
                _mark.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}

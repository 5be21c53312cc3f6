using System.Globalization;
using System.Text;

namespace Glmm.Sparse.Cli;

/// <summary>
/// Writes CSV as UTF-8: fields quoted when they must be, numbers in the shortest form that reads back to the same bits,
/// NA where there is no number.
/// </summary>
internal sealed class CsvWriter : IDisposable
{
    // Longer than any number, comma and line end together.
    private const int LongestNumber = 40;

    private readonly Stream _stream;
    private readonly byte[] _buffer = new byte[1 << 16];
    private int _used;
    private bool _rowStarted;

    /// <param name="stream">Written to; left open.</param>
    public CsvWriter(Stream stream) => _stream = stream;

    /// <summary>Writes a field of text.</summary>
    public void Write(string field)
    {
        StartField();
        bool mustQuote = field.AsSpan().ContainsAny(",\"\r\n") || field.Length == 0
            || char.IsWhiteSpace(field[0]) || char.IsWhiteSpace(field[^1]);
        string text = mustQuote ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        if (bytes.Length > _buffer.Length - _used) Flush();
        if (bytes.Length > _buffer.Length)
        {
            _stream.Write(bytes);
            return;
        }

        bytes.CopyTo(_buffer, _used);
        _used += bytes.Length;
    }

    /// <summary>Writes a number.</summary>
    public void Write(double value)
    {
        if (double.IsNaN(value))
            Write("NA");
        else
            WriteNumber(value);
    }

    /// <summary>Writes a whole number.</summary>
    public void Write(int value) => WriteNumber(value);

    /// <summary>Ends the row.</summary>
    public void EndRow()
    {
        Reserve(1);
        _buffer[_used++] = (byte)'\n';
        _rowStarted = false;
    }

    /// <summary>Writes a row of text.</summary>
    public void WriteRow(params IEnumerable<string> fields)
    {
        foreach (string field in fields) Write(field);
        EndRow();
    }

    /// <summary>Hands what is buffered to the stream.</summary>
    public void Dispose() => Flush();

    private void WriteNumber<T>(T value)
        where T : IUtf8SpanFormattable
    {
        StartField();
        Reserve(LongestNumber);
        value.TryFormat(_buffer.AsSpan(_used), out int written, default, CultureInfo.InvariantCulture);
        _used += written;
    }

    private void StartField()
    {
        Reserve(1);
        if (_rowStarted) _buffer[_used++] = (byte)',';
        _rowStarted = true;
    }

    private void Reserve(int bytes)
    {
        if (bytes > _buffer.Length - _used) Flush();
    }

    private void Flush()
    {
        _stream.Write(_buffer, 0, _used);
        _used = 0;
    }
}

using Glmm.Sparse.Threading;

namespace Glmm.Sparse.Data;

/// <summary>
/// Reads the rows of a CSV file in blocks, on several threads: each takes its turn at the file to fill a block (and to
/// decompress it), finds the fields and reads them by itself, and joins the blocks to the columns in their order if
/// nobody else is about that. The columns are the same for any number of threads and any size of block.
/// </summary>
/// <remarks>
/// It knows regular files only. Where it meets anything else (a quote inside a field, a record with other fields than
/// the
/// header, text that is not UTF-8, a damaged archive), it gives up, and <see cref="CsvSource"/> says what is wrong, or
/// reads the file after all.
/// </remarks>
internal sealed class CsvBlockReader : IPartitionedWork
{
    private readonly IReadOnlyList<CsvColumn> _columns;
    private readonly CsvBlockSource _source;
    private readonly object _turn = new();

    // Guarded by _gate: the blocks at rest, those read but not joined by their index modulo their number, and what is
    // going on. A thread takes a block before it takes its turn at the file, so whoever has the next block to be joined
    // never waits for another.
    private readonly object _gate = new();
    private readonly Stack<CsvBlock> _free = new();
    private readonly CsvBlock?[] _read;
    private bool _isJoining;
    private volatile bool _hasFailed;

    // Belong to whoever joins.
    private long _joined;
    private long _line = 1;
    private long _rows;

    private CsvBlockReader(CsvSource header, CsvBlockSource source, IReadOnlyList<CsvColumn> columns, int blocks)
    {
        _columns = columns;
        _source = source;
        _read = new CsvBlock?[blocks];
        for (int i = 0; i < blocks; i++)
            _free.Push(new CsvBlock(header.Separator, header.Header.Count, columns.Count));
    }

    /// <summary>Reads all rows into some columns.</summary>
    /// <param name="file">The file.</param>
    /// <param name="header">The same file with its header read.</param>
    /// <param name="columns">The columns, without rows; they are of no use where this fails.</param>
    /// <param name="options">Threads and size of blocks.</param>
    /// <param name="rows">Number of rows.</param>
    /// <returns>False where the file is not regular.</returns>
    public static bool TryRead(
        CsvFile file, CsvSource header, IReadOnlyList<CsvColumn> columns, CsvReadOptions options, out int rows)
    {
        using Stream stream = file.OpenBytes();
        long most = (new FileInfo(file.Path).Length / options.BlockSize) + 1;
        int threads = (int)Math.Min(options.Threads, most);
        var source = new CsvBlockSource(stream, options.BlockSize);
        var reader = new CsvBlockReader(header, source, columns, 2 * threads);
        using var team = new WorkerTeam(threads);
        team.Run(threads, reader);
        rows = (int)Math.Min(reader._rows, int.MaxValue);
        return !reader._hasFailed && !source.HasOverlongRecord && reader._rows <= Array.MaxLength;
    }

    /// <summary>Reads and joins blocks until there are no more.</summary>
    public void Execute(int partition)
    {
        try
        {
            while (Take() is { } block)
            {
                if (!TryFill(block)) return;
                if (!block.TryFindFields())
                {
                    Fail();
                    return;
                }

                for (int i = 0; i < _columns.Count; i++)
                {
                    CsvColumn column = _columns[i];
                    if (!column.NeedsRereading) block.Pieces[i].Read(block, column.Field, column.IsText);
                }

                Join(block);
            }
        }
        catch (Exception error) when (error is InvalidModelDataException or InvalidDataException or IOException)
        {
            Fail();
        }
        catch
        {
            Fail();
            throw;
        }
    }

    private CsvBlock? Take()
    {
        lock (_gate)
        {
            while (_free.Count == 0 && !_hasFailed) Monitor.Wait(_gate);
            return _hasFailed ? null : _free.Pop();
        }
    }

    private bool TryFill(CsvBlock block)
    {
        bool isFilled;
        lock (_turn) isFilled = _source.TryFill(block);
        if (!isFilled) GiveBack(block);
        return isFilled;
    }

    private void GiveBack(CsvBlock block)
    {
        lock (_gate)
        {
            _free.Push(block);
            Monitor.Pulse(_gate);
        }
    }

    private void Join(CsvBlock block)
    {
        lock (_gate)
        {
            _read[block.Index % _read.Length] = block;
            if (_isJoining) return;
            _isJoining = true;
        }

        while (TakeNext() is { } next)
        {
            next.FirstLine = _line;
            for (int i = 0; i < _columns.Count; i++) _columns[i].Join(next.Pieces[i], next);
            _line += next.Lines;
            _rows += next.RowCount;
            GiveBack(next);
        }
    }

    private CsvBlock? TakeNext()
    {
        lock (_gate)
        {
            ref CsvBlock? next = ref _read[_joined % _read.Length];
            CsvBlock? taken = _hasFailed ? null : next;
            if (taken is null)
            {
                _isJoining = false;
                return null;
            }

            next = null;
            _joined++;
            return taken;
        }
    }

    private void Fail()
    {
        lock (_gate)
        {
            _hasFailed = true;
            Monitor.PulseAll(_gate);
        }
    }
}

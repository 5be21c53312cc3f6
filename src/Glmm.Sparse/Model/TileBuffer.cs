using Glmm.Sparse.LinearAlgebra;

namespace Glmm.Sparse.Model;

/// <summary>
/// One thread's place for a leased tile: a pointer to each column, and the columns that are the same in every row. Not
/// thread-safe.
/// </summary>
internal sealed unsafe class TileBuffer : IDisposable
{
    private const int Lanes = LaneCholesky.Lanes;

    private readonly AlignedBuffer _memory;
    private readonly int[] _stored;
    private readonly int _pointers;
    private AlignedBuffer? _rows;
    private Lookahead _ahead;

    internal TileBuffer(ColumnLayout layout)
    {
        int rows = layout.TileRows, columns = layout.ColumnCount;
        _stored = [.. Enumerable.Range(0, columns).Where(j => double.IsNaN(layout.Constants[j]))];
        int[] constant = [.. Enumerable.Range(0, columns).Except(_stored)];

        // The pointers lie behind the constant columns, to be native memory too.
        _pointers = constant.Length * rows * Lanes;
        _memory = new AlignedBuffer(_pointers + columns);
        for (int c = 0; c < constant.Length; c++)
        {
            Columns[constant[c]] = _memory.Start + (c * rows * Lanes);
            new Span<double>(Columns[constant[c]], rows * Lanes).Fill(layout.Constants[constant[c]]);
        }
    }

    /// <summary>A pointer to each distinct column.</summary>
    internal double** Columns => (double**)(_memory.Start + _pointers);

    /// <summary>What will be leased next.</summary>
    internal ref Lookahead Ahead => ref _ahead;

    /// <summary>Points the columns that vary at consecutive stretches of memory.</summary>
    /// <param name="rows">First element of the first of them.</param>
    /// <param name="length">Doubles of each.</param>
    internal void PointAt(double* rows, int length)
    {
        double** columns = Columns;
        foreach (int column in _stored)
        {
            columns[column] = rows;
            rows += length;
        }
    }

    /// <summary>Room for rows that are put together at the time of the lease; made when first asked for.</summary>
    /// <param name="length">Doubles.</param>
    internal double* Room(int length)
    {
        if (_rows is null || _rows.Length < length)
        {
            _rows?.Dispose();
            _rows = new AlignedBuffer(length);
        }

        return _rows.Start;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _memory.Dispose();
        _rows?.Dispose();
    }
}

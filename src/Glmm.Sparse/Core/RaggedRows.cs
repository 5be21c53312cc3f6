using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Model;

namespace Glmm.Sparse.Core;

/// <summary>
/// The rows at the end of a tile that not all lanes have, put together without the padding: a kernel sees rows that
/// exist and no others. Not thread-safe.
/// </summary>
internal sealed unsafe class RaggedRows
{
    private const int Lanes = LaneCholesky.Lanes;

    private readonly double[] _values;
    private readonly int[] _at;
    private readonly int _capacity;
    private bool _hasWeights;
    private bool _hasOffset;
    private int _count;

    /// <param name="tileRows">Most rows of a tile.</param>
    internal RaggedRows(int tileRows)
    {
        _capacity = tileRows * Lanes;
        _values = new double[8 * _capacity];
        _at = new int[_capacity];
    }

    /// <summary>η.</summary>
    internal Span<double> Eta => Part(0);

    /// <summary>y.</summary>
    internal ReadOnlySpan<double> Response => Part(1);

    /// <summary>ω, or empty.</summary>
    internal ReadOnlySpan<double> PriorWeights => _hasWeights ? Part(2) : [];

    /// <summary>o, or empty.</summary>
    internal ReadOnlySpan<double> Offset => _hasOffset ? Part(3) : [];

    /// <summary>w.</summary>
    internal Span<double> Weights => Part(4);

    /// <summary>s.</summary>
    internal Span<double> Scores => Part(5);

    /// <summary>A third output.</summary>
    internal Span<double> Third => Part(6);

    /// <summary>v, where it was gathered.</summary>
    internal ReadOnlySpan<double> Spread => Part(7);

    /// <summary>Puts the rows together.</summary>
    /// <param name="tile">The tile.</param>
    /// <param name="firstRow">First row; the ones before it are left out.</param>
    /// <param name="eta">η of the whole tile.</param>
    internal void Gather(in ClusterTile tile, int firstRow, double* eta)
    {
        _hasWeights = tile.PriorWeights is not null;
        _hasOffset = tile.Offset is not null;
        _count = 0;
        for (int lane = 0; lane < Lanes; lane++)
        {
            int end = tile.Info.Length(lane) * Lanes;
            for (int at = firstRow * Lanes; at < end; at += Lanes) _at[_count++] = at + lane;
        }

        for (int i = 0; i < _count; i++)
        {
            int at = _at[i];
            _values[i] = eta[at];
            _values[_capacity + i] = tile.Response[at];
            if (_hasWeights) _values[(2 * _capacity) + i] = tile.PriorWeights[at];
            if (_hasOffset) _values[(3 * _capacity) + i] = tile.Offset[at];
        }
    }

    /// <summary>Puts v of the rows that were put together beside them.</summary>
    /// <param name="spread">v of the whole tile.</param>
    internal void GatherSpread(double* spread)
    {
        for (int i = 0; i < _count; i++) _values[(7 * _capacity) + i] = spread[_at[i]];
    }

    /// <summary>Writes w and s back to their places, and 0 where there is no row.</summary>
    internal void Scatter(in ClusterTile tile, int firstRow, double* weights, double* scores)
    {
        int length = (tile.Rows - firstRow) * Lanes;
        new Span<double>(weights + (firstRow * Lanes), length).Clear();
        new Span<double>(scores + (firstRow * Lanes), length).Clear();
        for (int i = 0; i < _count; i++)
        {
            weights[_at[i]] = _values[(4 * _capacity) + i];
            scores[_at[i]] = _values[(5 * _capacity) + i];
        }
    }

    /// <summary>Writes one output back to its places, and 0 where there is no row.</summary>
    internal void Scatter(in ClusterTile tile, int firstRow, ReadOnlySpan<double> values, double* target)
    {
        new Span<double>(target + (firstRow * Lanes), (tile.Rows - firstRow) * Lanes).Clear();
        for (int i = 0; i < _count; i++) target[_at[i]] = values[i];
    }

    private Span<double> Part(int part) => _values.AsSpan(part * _capacity, _count);
}

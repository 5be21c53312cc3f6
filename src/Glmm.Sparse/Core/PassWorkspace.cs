using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Model;

namespace Glmm.Sparse.Core;

/// <summary>
/// What one partition of a data pass needs: a tile and its rows' w and s, the tile's sums, the partition's sums. Not
/// thread-safe.
/// </summary>
/// <remarks>
/// Sums over pairs of columns lie as <see cref="TileProducts.PairIndex"/> says, a vector of eight lanes each. Those
/// that a column of Z takes part in are summed tile by tile, for the clusters want them too; the others run on over the
/// whole partition.
/// </remarks>
internal sealed unsafe class PassWorkspace : TileWorkspace
{
    private readonly AlignedBuffer _memory;
    private readonly double* _leadingCross;
    private readonly double* _leadingScores;
    private readonly double* _cross;
    private readonly double* _scores;
    private readonly double* _carried;
    private readonly int[] _blockSource;
    private readonly int _leadingPairs;
    private Lookahead _blockAhead;
    private int _carriedBatch;
    private int _batch;

    internal PassWorkspace(ColumnLayout layout)
        : base(layout)
    {
        Statistics = new PassStatistics(layout.FixedCount);
        int m = layout.ColumnCount, rows = layout.TileRows;
        int pairs = TileProducts.PairIndex(m, m, m);
        _leadingPairs = TileProducts.PairIndex(layout.LeadingCount, layout.LeadingCount, m);
        _blockSource = BlockSource(layout, _leadingPairs);
        _memory = new AlignedBuffer(
            Lanes * ((2L * rows) + m + _leadingPairs + layout.LeadingCount + pairs + _blockSource.Length));
        double* next = _memory.Start;
        Weights = Take(ref next, rows);
        Scores = Take(ref next, rows);
        _leadingCross = Take(ref next, _leadingPairs);
        _leadingScores = Take(ref next, layout.LeadingCount);
        _cross = Take(ref next, pairs);
        _scores = Take(ref next, m);
        _carried = Take(ref next, _blockSource.Length);
    }

    internal PassStatistics Statistics { get; }

    /// <summary>What averages over a spread of the rows' predictors; null until a pass has one.</summary>
    internal AveragedRows? Averages { get; set; }

    /// <summary>w.</summary>
    internal double* Weights { get; }

    /// <summary>s = wr.</summary>
    internal double* Scores { get; }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _memory.Dispose();
        Averages?.Dispose();
        base.Dispose();
    }

    /// <summary>Drops <see cref="Averages"/>, which are those of a kernel.</summary>
    internal void ForgetAverages()
    {
        Averages?.Dispose();
        Averages = null;
    }

    /// <summary>Clears the sums and takes α.</summary>
    internal void Begin(ReadOnlySpan<double> alpha)
    {
        int m = Layout.ColumnCount;
        Statistics.Clear();
        (_batch, _carriedBatch) = (-1, -1);
        Clear(_cross, TileProducts.PairIndex(m, m, m));
        Clear(_scores, m);

        TakeFixed(alpha);
    }

    /// <summary>Adds Σ w x_i x_j and Σ s x_i of a tile's rows to the partition's sums, those of the columns of Z tile
    /// by tile.</summary>
    /// <param name="tile">The tile.</param>
    /// <param name="fixedCross">Whether the products of columns that Z has no part in are wanted, too.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void AddProducts(in ClusterTile tile, bool fixedCross)
    {
        int m = Layout.ColumnCount, leading = Layout.LeadingCount;
        Clear(_leadingCross, _leadingPairs + leading);
        TileProducts.AddCross(
            tile.Columns, m, tile.Rows, Weights, Scores, 0, leading, _leadingCross, _leadingScores, ref Tile.Ahead);
        double* scores = _scores + (leading * Lanes);
        if (fixedCross)
        {
            TileProducts.AddCross(
                tile.Columns, m, tile.Rows, Weights, Scores, leading, m, _cross + ((long)_leadingPairs * Lanes),
                scores, ref Tile.Ahead);
        }
        else
        {
            TileProducts.AddScores(tile.Columns, tile.Rows, Scores, leading, m, scores, ref Tile.Ahead);
        }

        Add(_leadingCross, _cross, _leadingPairs);
        Add(_leadingScores, _scores, leading);
    }

    /// <summary>Adds the tile's sums over the columns of Z to the clusters' blocks.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void AddToBlock(in TileInfo tile, ClusterBlocks blocks)
    {
        // A batch that began in the partition before this one is not ours to write: its part is carried over.
        bool isNew = tile.Batch != _batch;
        if (isNew)
        {
            _batch = tile.Batch;
            if (!tile.IsFirstOfBatch) _carriedBatch = _batch;

            // The next block, whose lines must arrive before they can be written.
            _blockAhead.Aim(blocks.Batch(_batch + 1), _blockSource.Length * Lanes, portions: 1);
            _blockAhead.Advance();
        }

        double* block = _batch == _carriedBatch ? _carried : blocks.Batch(_batch);
        if (tile.JointLane >= 0)
        {
            if (isNew) Clear(block, _blockSource.Length);
            AddJoint(block + tile.JointLane);
            return;
        }

        foreach (int source in _blockSource)
        {
            Vector512<double> sum = Vector512.Load(_leadingCross + (source * Lanes));
            (isNew ? sum : sum + Vector512.Load(block)).Store(block);
            block += Lanes;
        }
    }

    /// <summary>Adds what was carried over to the block that it belongs to.</summary>
    internal void AddCarried(ClusterBlocks blocks)
    {
        if (_carriedBatch >= 0) Add(_carried, blocks.Batch(_carriedBatch), _blockSource.Length);
    }

    /// <summary>From sums by lane and position to XᵀWX and XᵀWr.</summary>
    internal void Finish()
    {
        int p = Layout.FixedCount, m = Layout.ColumnCount;
        for (int i = 0; i < p; i++)
        {
            int at = Layout.FixedPosition[i];
            Statistics.Gradient[i] = Vector512.Sum(Vector512.Load(_scores + (at * Lanes)));
            for (int j = 0; j <= i; j++)
            {
                int other = Layout.FixedPosition[j];
                int pair = TileProducts.PairIndex(Math.Min(at, other), Math.Max(at, other), m);
                double sum = Vector512.Sum(Vector512.Load(_cross + ((long)pair * Lanes)));
                Statistics.Cross[(i * p) + j] = sum;
                Statistics.Cross[(j * p) + i] = sum;
            }
        }
    }

    // The lanes are one cluster's.
    private void AddJoint(double* block)
    {
        foreach (int source in _blockSource)
        {
            *block += Vector512.Sum(Vector512.Load(_leadingCross + (source * Lanes)));
            block += Lanes;
        }
    }

    // Which of a tile's sums, scores behind the pairs, each entry of a block is: A, then z, then B (ClusterBlocks).
    private static int[] BlockSource(ColumnLayout layout, int leadingPairs)
    {
        int[] random = layout.RandomPosition;
        int q = random.Length;
        var source = new List<int>();
        for (int a = 0; a < q; a++)
        {
            for (int b = 0; b <= a; b++) source.Add(Pair(random[a], random[b]));
        }

        foreach (int position in random) source.Add(leadingPairs + position);
        foreach (int position in layout.FixedPosition)
        {
            foreach (int other in random) source.Add(Pair(position, other));
        }

        return [.. source];

        int Pair(int i, int j) => TileProducts.PairIndex(Math.Min(i, j), Math.Max(i, j), layout.ColumnCount);
    }
}

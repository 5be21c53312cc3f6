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
internal sealed unsafe class PassWorkspace : IDisposable
{
    private const int Lanes = LaneCholesky.Lanes;

    private readonly ColumnLayout _layout;
    private readonly AlignedBuffer _memory;
    private readonly double* _fixed;
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
    {
        _layout = layout;
        Statistics = new PassStatistics(layout.FixedCount);
        Tile = new TileBuffer(layout);
        Ragged = new RaggedRows(layout.TileRows);
        int m = layout.ColumnCount, rows = layout.TileRows;
        int pairs = TileProducts.PairIndex(m, m, m);
        _leadingPairs = TileProducts.PairIndex(layout.LeadingCount, layout.LeadingCount, m);
        _blockSource = BlockSource(layout, _leadingPairs);
        _memory = new AlignedBuffer(
            Lanes * ((3L * rows) + (3L * m) + _leadingPairs + layout.LeadingCount + pairs + _blockSource.Length));
        double* next = _memory.Start;
        Eta = Take(ref next, rows);
        Weights = Take(ref next, rows);
        Scores = Take(ref next, rows);
        Coefficients = Take(ref next, m);
        _fixed = Take(ref next, m);
        _leadingCross = Take(ref next, _leadingPairs);
        _leadingScores = Take(ref next, layout.LeadingCount);
        _cross = Take(ref next, pairs);
        _scores = Take(ref next, m);
        _carried = Take(ref next, _blockSource.Length);
    }

    internal PassStatistics Statistics { get; }

    internal TileBuffer Tile { get; }

    internal RaggedRows Ragged { get; }

    /// <summary>What averages over a spread of the rows' predictors; null until a pass has one.</summary>
    internal AveragedRows? Averages { get; set; }

    /// <summary>η of the tile's rows.</summary>
    internal double* Eta { get; }

    /// <summary>w.</summary>
    internal double* Weights { get; }

    /// <summary>s = wr.</summary>
    internal double* Scores { get; }

    /// <summary>The coefficient of each column in each lane.</summary>
    internal double* Coefficients { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        _memory.Dispose();
        Tile.Dispose();
        Averages?.Dispose();
    }

    /// <summary>Clears the sums and takes α.</summary>
    internal void Begin(ReadOnlySpan<double> alpha)
    {
        int m = _layout.ColumnCount;
        Statistics.Clear();
        (_batch, _carriedBatch) = (-1, -1);
        Clear(_cross, TileProducts.PairIndex(m, m, m));
        Clear(_scores, m);

        // Columns that are equal share a position.
        Clear(_fixed, m);
        for (int j = 0; j < alpha.Length; j++)
        {
            double* at = _fixed + (_layout.FixedPosition[j] * Lanes);
            (Vector512.Load(at) + Vector512.Create(alpha[j])).Store(at);
        }

        Copy(_fixed, Coefficients, m);
    }

    /// <summary>α plus the clusters' β at the positions of Z, so that η is one product per column.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void PutRandom(AlignedBuffer? beta, in TileInfo tile)
    {
        if (beta is null) return;
        int q = _layout.RandomCount;
        Copy(_fixed, Coefficients, _layout.LeadingCount);
        double* b = beta.Start + ((long)tile.Batch * q * Lanes);
        for (int l = 0; l < q; l++)
        {
            double* at = Coefficients + (_layout.RandomPosition[l] * Lanes);
            Vector512<double> effect = tile.JointLane < 0
                ? Vector512.Load(b + (l * Lanes))
                : Vector512.Create(b[(l * Lanes) + tile.JointLane]);
            (Vector512.Load(at) + effect).Store(at);
        }
    }

    /// <summary>Adds Σ w x_i x_j and Σ s x_i of a tile's rows to the partition's sums, those of the columns of Z tile
    /// by tile.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void AddProducts(in ClusterTile tile)
    {
        int m = _layout.ColumnCount, leading = _layout.LeadingCount;
        Clear(_leadingCross, _leadingPairs + leading);
        TileProducts.AddCross(
            tile.Columns, m, tile.Rows, Weights, Scores, 0, leading, _leadingCross, _leadingScores, ref Tile.Ahead);
        TileProducts.AddCross(
            tile.Columns, m, tile.Rows, Weights, Scores, leading, m, _cross + ((long)_leadingPairs * Lanes),
            _scores + (leading * Lanes), ref Tile.Ahead);
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
        int p = _layout.FixedCount, m = _layout.ColumnCount;
        for (int i = 0; i < p; i++)
        {
            int at = _layout.FixedPosition[i];
            Statistics.Gradient[i] = Vector512.Sum(Vector512.Load(_scores + (at * Lanes)));
            for (int j = 0; j <= i; j++)
            {
                int other = _layout.FixedPosition[j];
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

    private static double* Take(ref double* next, int vectors)
    {
        double* taken = next;
        next += (long)vectors * Lanes;
        return taken;
    }

    private static void Clear(double* vectors, int count) => new Span<double>(vectors, count * Lanes).Clear();

    private static void Copy(double* from, double* to, int count)
    {
        for (int v = 0; v < count * Lanes; v += Lanes) Vector512.Load(from + v).Store(to + v);
    }

    private static void Add(double* from, double* to, int count)
    {
        for (int v = 0; v < count * Lanes; v += Lanes)
            (Vector512.Load(to + v) + Vector512.Load(from + v)).Store(to + v);
    }
}

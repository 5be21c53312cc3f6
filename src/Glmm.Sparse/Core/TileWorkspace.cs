using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Model;

namespace Glmm.Sparse.Core;

/// <summary>What whoever visits the rows of one partition needs: a tile, its linear predictors, the rows at its ragged
/// end. Not thread-safe.</summary>
internal unsafe class TileWorkspace : IDisposable
{
    /// <summary>Lanes of a tile.</summary>
    protected const int Lanes = LaneCholesky.Lanes;

    private readonly AlignedBuffer _memory;
    private readonly double* _fixed;

    internal TileWorkspace(ColumnLayout layout)
    {
        Layout = layout;
        Tile = new TileBuffer(layout);
        Ragged = new RaggedRows(layout.TileRows);
        int m = layout.ColumnCount;
        _memory = new AlignedBuffer(Lanes * (layout.TileRows + (2L * m)));
        double* next = _memory.Start;
        Eta = Take(ref next, layout.TileRows);
        Coefficients = Take(ref next, m);
        _fixed = Take(ref next, m);
    }

    internal ColumnLayout Layout { get; }

    internal TileBuffer Tile { get; }

    internal RaggedRows Ragged { get; }

    /// <summary>η of the tile's rows.</summary>
    internal double* Eta { get; }

    /// <summary>The coefficient of each column in each lane.</summary>
    internal double* Coefficients { get; }

    /// <inheritdoc/>
    public virtual void Dispose()
    {
        _memory.Dispose();
        Tile.Dispose();
    }

    /// <summary>Takes α.</summary>
    internal void TakeFixed(ReadOnlySpan<double> alpha)
    {
        // Columns that are equal share a position.
        Clear(_fixed, Layout.ColumnCount);
        for (int j = 0; j < alpha.Length; j++)
        {
            double* at = _fixed + (Layout.FixedPosition[j] * Lanes);
            (Vector512.Load(at) + Vector512.Create(alpha[j])).Store(at);
        }

        Copy(_fixed, Coefficients, Layout.ColumnCount);
    }

    /// <summary>α plus the clusters' β at the positions of Z, so that η is one product per column.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void PutRandom(AlignedBuffer? beta, in TileInfo tile)
    {
        if (beta is null) return;
        int q = Layout.RandomCount;
        Copy(_fixed, Coefficients, Layout.LeadingCount);
        double* b = beta.Start + ((long)tile.Batch * q * Lanes);
        for (int l = 0; l < q; l++)
        {
            double* at = Coefficients + (Layout.RandomPosition[l] * Lanes);
            (Vector512.Load(at) + LaneValues(b + (l * Lanes), tile.JointLane)).Store(at);
        }
    }

    /// <summary>η = o + Xα + Zβ of a tile's rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Predict(in ClusterTile tile, AlignedBuffer? beta)
    {
        PutRandom(beta, tile.Info);
        TileProducts.Predict(tile.Columns, tile.Rows, Coefficients, Layout.ColumnCount, Eta);
        if (tile.Offset is null) return;
        int length = tile.Rows * Lanes;
        var eta = new Span<double>(Eta, length);
        TensorPrimitives.Add(eta, new ReadOnlySpan<double>(tile.Offset, length), eta);
    }

    /// <summary>What a batch's clusters have, as the lanes of a tile see it: all the same where they share one
    /// cluster.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<double> LaneValues(double* batch, int jointLane) =>
        jointLane < 0 ? Vector512.Load(batch) : Vector512.Create(batch[jointLane]);

    /// <summary>Takes the next piece of a buffer.</summary>
    protected static double* Take(ref double* next, int vectors)
    {
        double* taken = next;
        next += (long)vectors * Lanes;
        return taken;
    }

    /// <summary>Sets vectors to 0.</summary>
    protected static void Clear(double* vectors, int count) => new Span<double>(vectors, count * Lanes).Clear();

    /// <summary>Copies vectors.</summary>
    protected static void Copy(double* from, double* to, int count)
    {
        for (int v = 0; v < count * Lanes; v += Lanes) Vector512.Load(from + v).Store(to + v);
    }

    /// <summary>Adds vectors.</summary>
    protected static void Add(double* from, double* to, int count)
    {
        for (int v = 0; v < count * Lanes; v += Lanes)
            (Vector512.Load(to + v) + Vector512.Load(from + v)).Store(to + v);
    }
}

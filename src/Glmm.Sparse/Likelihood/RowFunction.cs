using System.Runtime.CompilerServices;
using Glmm.Sparse.Core;
using Glmm.Sparse.Kernels;
using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Model;

namespace Glmm.Sparse.Likelihood;

/// <summary>What a kernel makes of rows. Implemented by structs, so that the call is direct.</summary>
internal interface IRowFunction
{
    /// <summary>Evaluates rows that exist.</summary>
    /// <param name="eta">η.</param>
    /// <param name="response">y.</param>
    /// <param name="priorWeights">ω, or empty.</param>
    /// <param name="first">Receives the first output.</param>
    /// <param name="second">Receives the second; empty where it is not wanted.</param>
    /// <param name="third">Receives the third; empty where it is not wanted.</param>
    void Evaluate(
        ReadOnlySpan<double> eta, ReadOnlySpan<double> response, ReadOnlySpan<double> priorWeights,
        Span<double> first, Span<double> second, Span<double> third);
}

/// <summary>∂objective, ∂s and ∂w with respect to log ξ.</summary>
/// <param name="kernel">The kernel, of a family with a shape.</param>
/// <param name="observed">Whether w is the observed information.</param>
internal readonly struct ShapeSlope(WorkingKernel kernel, bool observed) : IRowFunction
{
    /// <inheritdoc/>
    public void Evaluate(
        ReadOnlySpan<double> eta, ReadOnlySpan<double> response, ReadOnlySpan<double> priorWeights,
        Span<double> first, Span<double> second, Span<double> third) =>
        kernel.ShapeDerivatives(eta, response, priorWeights, observed, first, second, third);
}

/// <summary>Takes row functions over the rows of a tile: those that all lanes have as they lie, the others put
/// together, so that a kernel never sees padding.</summary>
internal static unsafe class RowFunction
{
    private const int Lanes = LaneCholesky.Lanes;

    /// <summary>Evaluates; outputs are 0 where there is no row.</summary>
    /// <param name="function">The function.</param>
    /// <param name="tile">The tile.</param>
    /// <param name="ragged">Working space.</param>
    /// <param name="eta">η, 8 × Rows.</param>
    /// <param name="first">Overwritten, 8 × Rows.</param>
    /// <param name="second">Overwritten; null where it is not wanted.</param>
    /// <param name="third">Overwritten; null where it is not wanted.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Evaluate<TFunction>(
        TFunction function, in ClusterTile tile, RaggedRows ragged, double* eta, double* first, double* second,
        double* third)
        where TFunction : struct, IRowFunction
    {
        int full = tile.FullRows * Lanes;
        if (full > 0)
        {
            function.Evaluate(
                new ReadOnlySpan<double>(eta, full), new ReadOnlySpan<double>(tile.Response, full),
                tile.PriorWeights is null ? [] : new ReadOnlySpan<double>(tile.PriorWeights, full),
                new Span<double>(first, full), second is null ? [] : new Span<double>(second, full),
                third is null ? [] : new Span<double>(third, full));
        }

        if (tile.FullRows == tile.Rows) return;
        ragged.Gather(tile, tile.FullRows, eta);
        function.Evaluate(
            ragged.Eta, ragged.Response, ragged.PriorWeights, ragged.Weights, second is null ? [] : ragged.Scores,
            third is null ? [] : ragged.Third);
        ragged.Scatter(tile, tile.FullRows, ragged.Weights, first);
        if (second is not null) ragged.Scatter(tile, tile.FullRows, ragged.Scores, second);
        if (third is not null) ragged.Scatter(tile, tile.FullRows, ragged.Third, third);
    }
}

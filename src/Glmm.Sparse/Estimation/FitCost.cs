using System.Globalization;
using Glmm.Sparse.Core;
using Glmm.Sparse.Families;
using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Model;

namespace Glmm.Sparse.Estimation;

/// <summary>What a fit will take, known before anything is allocated. Immutable and thread-safe.</summary>
/// <param name="MemoryBytes">Memory beside the design's own, results included; a little more rather than
/// less.</param>
/// <param name="Seconds">Time on as many threads, of a fit that takes a dozen data passes, as most do; right within a
/// factor of two or three on a processor of 2.6 GHz with vectors of 256 bits or more.</param>
public sealed record FitCost(long MemoryBytes, double Seconds)
{
    private const int Lanes = LaneCholesky.Lanes;
    private const int Passes = 12;
    private const int EvaluationsPerPass = 3;

    // Nanoseconds, measured by bench/ (see its README): of a row through the kernel and of a product of two columns; of
    // a cluster that is eliminated, of a product of its statistics, and of a square of its random effects.
    private const double RowTime = 8;
    private const double ColumnTime = 0.3;
    private const double ProductTime = 0.08;
    private const double ClusterTime = 8;
    private const double EliminationTime = 0.15;

    // Seconds, whatever the data.
    private const double Overhead = 2e-4;

    /// <summary>Estimates from the shape of the data; touches no row but the cluster codes'.</summary>
    /// <param name="design">The data.</param>
    /// <param name="family">The family.</param>
    /// <param name="threads">Threads; 0 for all processors.</param>
    /// <returns>The estimate.</returns>
    /// <exception cref="InvalidModelOptionException">The number of threads is negative.</exception>
    public static FitCost Estimate(ClusteredDesign design, Family family, int threads = 0) =>
        Estimate(design, family, threads, stores: null);

    /// <summary>Refuses a fit for which there is not enough memory.</summary>
    /// <param name="design">The data.</param>
    /// <param name="family">The family.</param>
    /// <param name="threads">Threads; 0 for all processors.</param>
    /// <param name="stores">Whether tiles are stored whatever their size, as for refits.</param>
    /// <exception cref="InvalidModelDataException">The message says what is needed and what there is.</exception>
    /// <param name="nodes">Quadrature nodes a dimension, 1 for the Laplace approximation; 0 where no likelihood is
    /// maximised.</param>
    internal static void Require(
        ClusteredDesign design, Family family, int threads, bool? stores = null, int nodes = 0)
    {
        long needed = Estimate(design, family, threads, stores).MemoryBytes + LikelihoodBytes(design, nodes);
        long available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (needed <= available) return;
        throw new InvalidModelDataException(string.Create(
            CultureInfo.InvariantCulture,
            $"A fit of {design.Observations:N0} rows in {design.Clusters.Count:N0} clusters with " +
            $"{design.FixedEffects.Count} fixed and {design.RandomEffects.Count} random effects needs " +
            $"{needed / (double)(1 << 30):N1} GiB, and this process may use {available / (double)(1 << 30):N1} GiB. " +
            $"Use fewer columns or random effects, or more memory."));
    }

    // What a likelihood keeps of the clusters beside PQL: statistics twice more (an anchor, expected weights), modes
    // and steps, slopes; and, for a quadrature, its nodes, scores and spreads.
    private static long LikelihoodBytes(ClusteredDesign design, int nodes)
    {
        if (nodes == 0) return 0;
        double k = design.Clusters.Count + Lanes, p = design.FixedEffects.Count, q = design.RandomEffects.Count;
        double packed = q * (q + 1) / 2, statistics = packed + q + (p * q);
        double quadrature = nodes == 1 ? 0 : Math.Pow(nodes, q) + (q * (q + 1)) + (q * q) + q + packed;
        return (long)(8 * k * ((2 * statistics) + (10 * q) + (2 * packed) + quadrature));
    }

    private static FitCost Estimate(ClusteredDesign design, Family family, int threads, bool? stores)
    {
        ArgumentNullException.ThrowIfNull(design);
        ArgumentNullException.ThrowIfNull(family);
        double n = design.Observations, k = design.Clusters.Count;
        double p = design.FixedEffects.Count, q = design.RandomEffects.Count;
        DesignColumn[] columns = [.. design.FixedEffects.Concat(design.RandomEffects).Distinct()];
        double m = columns.Length, varying = columns.Count(c => !c.IsConstant);
        (FitOptions.Default with { Threads = threads }).Validate();
        int used = Math.Min(FitPlan.ThreadsFor(design.Observations, threads), Environment.ProcessorCount);

        // Second derivatives in D take products of all pairs of its elements, beyond the caches where these are many.
        double elements = q * (q + 1) / 2;
        double derivatives = elements * elements * (0.4 + (elements / 40));
        double seconds = Overhead + (Passes * 1e-9 / used *
            ((n * (RowTime + (ColumnTime * m) + (ProductTime * m * (m + 1) / 2))) +
             (EvaluationsPerPass * 3 * k * (ClusterTime + (EliminationTime * q * (p + 1) * (p + 1)) + derivatives))));
        return new FitCost((long)(8 * Doubles(design, n, k, p, q, m, varying, stores)), seconds);
    }

    // Doubles: tiles, clusters' statistics and effects, results, orders, and what each partition sums up.
    private static double Doubles(
        ClusteredDesign design, double n, double k, double p, double q, double m, double varying,
        bool? storesAlways)
    {
        bool stores = storesAlways ?? PackedDesign.Stores(design, varying);
        double rows = n * (1 + (design.RowWeights is null ? 0 : 1) + (design.Offset is null ? 0 : 1));
        double tiles = stores ? 1.05 * ((n * varying) + rows) : 0;
        double clusters = (k + Lanes) * ((q * (q + 1) / 2) + q + (p * q) + (3 * q) + (2 * q) + 4);
        double order = n / 2; // the rows' numbers, where they are not sorted
        double packed = q * (q + 1) / 2;
        double derivatives = packed * ((p * (p + 1) / 2) + packed);

        // η, w, s and what belongs to the rows that only some lanes have, of a tile of at most 64 rows.
        double tile = (9 + (stores ? 0 : varying)) * 64;
        double partition = Lanes * ((m * (m + 1) / 2) + tile + ((p + 1) * (p + 2)) + derivatives);
        return tiles + clusters + order + (TileMap.PartitionsFor(design.Observations) * partition) + (1 << 16);
    }
}

using Glmm.Sparse.Model;

namespace Glmm.Sparse.ScoreTests;

/// <summary>
/// The rows of a design one behind the other, sorted by cluster: what tests that go over the same rows again and again
/// read. Empty clusters are left out. Immutable and thread-safe.
/// </summary>
internal sealed class ScoreRows
{
    private ScoreRows(int[] order, int[] start, double[] x, double[] z, double[] offset, double[] weights, int p)
    {
        (Order, Start, X, Z, Offset, Weights, FixedCount) = (order, start, x, z, offset, weights, p);
        RandomCount = z.Length / order.Length;
    }

    /// <summary>n.</summary>
    internal int Count => Order.Length;

    /// <summary>p.</summary>
    internal int FixedCount { get; }

    /// <summary>q.</summary>
    internal int RandomCount { get; }

    /// <summary>Clusters that have rows.</summary>
    internal int ClusterCount => Start.Length - 1;

    /// <summary>The design's row at each place.</summary>
    internal int[] Order { get; }

    /// <summary>First place of each cluster, and n.</summary>
    internal int[] Start { get; }

    /// <summary>X, row by row.</summary>
    internal double[] X { get; }

    /// <summary>Z, row by row.</summary>
    internal double[] Z { get; }

    /// <summary>o.</summary>
    internal double[] Offset { get; }

    /// <summary>ω times how often the row stands in the data, or empty for 1 everywhere.</summary>
    internal double[] Weights { get; }

    /// <summary>Observations: the rows, each as often as its frequency says.</summary>
    internal int Total { get; private init; }

    /// <summary>Sorts the rows of a design.</summary>
    /// <param name="design">The design.</param>
    /// <param name="columns">Indices of the columns of X that are kept.</param>
    /// <exception cref="InvalidModelOptionException">The rows have sampling weights.</exception>
    internal static ScoreRows Of(ClusteredDesign design, IReadOnlyList<int> columns)
    {
        if (design.HasSamplingWeights)
        {
            throw new InvalidModelOptionException(
                "A score test is of a likelihood, which rows that stand for shares of a population do not have; " +
                "leave the sampling weights out.");
        }

        int n = design.Observations, p = columns.Count, q = design.RandomEffects.Count;
        (int[] first, int[] order) = design.Clusters.RowsByCluster();
        int[] start = [.. first.Distinct()];
        double[] x = new double[n * p], z = new double[n * q], offset = new double[n], column = new double[n];
        for (int j = 0; j < p; j++)
        {
            design.FixedEffects[columns[j]].Gather(order, column);
            for (int r = 0; r < n; r++) x[(r * p) + j] = column[r];
        }

        for (int l = 0; l < q; l++)
        {
            design.RandomEffects[l].Gather(order, column);
            for (int r = 0; r < n; r++) z[(r * q) + l] = column[r];
        }

        design.Offset?.Gather(order, offset);
        double[] weights = design.RowWeights is null ? [] : new double[n];
        design.RowWeights?.Gather(order, weights);
        return new ScoreRows(order, start, x, z, offset, weights, p) { Total = design.FrequencyTotal };
    }

    /// <summary>η = o + Xα.</summary>
    /// <param name="alpha">α on the user's scale.</param>
    /// <param name="eta">Overwritten, n.</param>
    internal void LinearPredictor(ReadOnlySpan<double> alpha, Span<double> eta)
    {
        Offset.CopyTo(eta);
        for (int r = 0, at = 0; r < eta.Length; r++)
        {
            for (int j = 0; j < alpha.Length; j++, at++) eta[r] += X[at] * alpha[j];
        }
    }
}

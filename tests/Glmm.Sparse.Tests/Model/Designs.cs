using Glmm.Sparse.Model;
using Glmm.Sparse.Model.Covariance;
using Glmm.Sparse.Threading;

namespace Glmm.Sparse.Tests.ModelLayer;

/// <summary>Designs out of plain arrays.</summary>
internal static class Designs
{
    /// <summary>A new team of one thread.</summary>
    internal static WorkerTeam Team => new(1);

    internal static PackedDesign Pack(ClusteredDesign design) => DesignPacker.Pack(design, Team);

    internal static ClusteredDesign Of(
        double[] y, double[][] x, double[][] z, int[] cluster, double[]? weight = null, double[]? offset = null,
        CovarianceStructure? structure = null, int? clusters = null, Func<int, string>? rowLabel = null) =>
        ClusteredDesign.Create(
            DesignColumn.FromValues("y", y), Columns("x", x), Columns("z", z),
            new ClusterIndex("g", cluster, clusters ?? cluster.Max() + 1),
            weight is null ? null : DesignColumn.FromValues("w", weight),
            offset is null ? null : DesignColumn.FromValues("o", offset), structure, rowLabel);

    /// <summary>An intercept in X and Z, and a response that follows the row number.</summary>
    internal static ClusteredDesign OfSizes(params int[] sizes)
    {
        int[] cluster = [.. sizes.SelectMany((size, i) => Enumerable.Repeat(i, size))];
        double[] ones = [.. cluster.Select(_ => 1.0)], y = [.. cluster.Select((_, row) => (double)row)];
        return Of(y, [ones], [ones], cluster, clusters: sizes.Length);
    }

    internal static double[] Normal(Random random, int n, double mean = 0, double deviation = 1) =>
        [.. Enumerable.Range(0, n).Select(_ => mean + (deviation * Normal(random)))];

    internal static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static DesignColumn[] Columns(string name, double[][] values) =>
        [.. values.Select((c, j) => DesignColumn.FromValues(name + j, c))];
}

using Glmm.Sparse.Families;
using Glmm.Sparse.Model;
using Glmm.Sparse.Model.Covariance;
using Glmm.Sparse.Simulation;

namespace Glmm.Sparse.Tests.Inference;

/// <summary>Clusters of one size with a covariate of the rows, one of the clusters and time, to draw responses for with
/// random intercepts.</summary>
internal sealed class SimulatedRows
{
    private static readonly double[] s_alpha = [0.2, 0.4, -0.3];
    private readonly double[] _x;
    private readonly double[] _group;
    private readonly double[] _time;
    private readonly int[] _code;
    private readonly int _clusters;
    private readonly int _size;
    private readonly ResponseDistribution _distribution;

    internal SimulatedRows(string family, int clusters, int size, string? link = null, int shuffle = 0)
    {
        (_clusters, _size) = (clusters, size);
        int n = clusters * size;
        int[] order = [.. Enumerable.Range(0, n)];
        if (shuffle > 0) new Random(shuffle).Shuffle(order);
        var random = new RandomSource(3, 0);
        double[] x = [.. Enumerable.Range(0, n).Select(_ => random.NextNormal())];
        _x = [.. order.Select(r => x[r])];
        _code = [.. order.Select(r => r / size)];
        _group = [.. _code.Select(c => c % 2 == 0 ? 0.0 : 1.0)];
        _time = [.. order.Select(r => (r % size) / (double)size)];
        double? theta = family == "negative-binomial" ? 2 : null;
        Family = Family.Parse(family, theta);
        Link = link is null ? Family.DefaultLink : Link.All.First(l => l.Name == link);
        _distribution = new ResponseDistribution(family, Link.Name, family == "gamma" ? 0.5 : null, theta);
    }

    internal Family Family { get; }

    internal Link Link { get; }

    internal int Rows => _x.Length;

    internal ReadOnlySpan<int> Codes => _code;

    internal ClusteredDesign Design(double[] y, int q = 1, CovarianceStructure? structure = null, double scale = 1)
    {
        DesignColumn ones = DesignColumn.Constant("1", 1, Rows);
        DesignColumn[] z =
        [
            DesignColumn.Constant("u0", 1, Rows),
            DesignColumn.FromValues("u1", _time.Select(t => scale * t).ToArray()),
        ];
        return ClusteredDesign.Create(
            DesignColumn.FromValues("y", y),
            [ones, DesignColumn.FromValues("x", _x), DesignColumn.FromValues("group", _group)], z[..q],
            new ClusterIndex("id", _code, _clusters), covariance: structure);
    }

    internal double[] Draw(double deviation, ulong seed, int index)
    {
        var y = new double[Rows];
        Fill(deviation, seed, index, y);
        return y;
    }

    internal void Fill(double deviation, ulong seed, int index, Span<double> y)
    {
        var random = new RandomSource(seed, (ulong)index);
        Span<double> effects = new double[_clusters];
        foreach (ref double effect in effects) effect = deviation * random.NextNormal();
        for (int r = 0; r < y.Length; r++)
        {
            double eta = s_alpha[0] + (s_alpha[1] * _x[r]) + (s_alpha[2] * _group[r]) + effects[_code[r]];
            y[r] = _distribution.Draw(random, eta);
        }
    }
}

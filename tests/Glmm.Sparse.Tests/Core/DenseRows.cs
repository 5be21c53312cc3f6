using Glmm.Sparse.Families;
using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Model;
using Glmm.Sparse.Tests.ModelLayer;

namespace Glmm.Sparse.Tests.Core;

/// <summary>
/// Random rows of a poisson or binomial model, and their statistics by plain scalar loops over the rows.
/// </summary>
internal sealed class DenseRows
{
    private readonly Family _family;
    private readonly double[][] _x;
    private readonly double[][] _z;
    private readonly int[] _cluster;
    private readonly double[] _y;
    private readonly double[]? _weight;
    private readonly double[]? _offset;
    private readonly int _clusters;

    internal DenseRows(Family family, int p, int q, bool shared, int[] sizes, bool weighted = true, bool offset = true,
        bool sorted = false)
    {
        _family = family;
        var random = new Random((100 * p) + (10 * q) + (shared ? 1 : 0));
        _cluster = [.. sizes.SelectMany((size, i) => Enumerable.Repeat(i, size))];
        _clusters = sizes.Length;
        if (!sorted) random.Shuffle(_cluster);
        int n = _cluster.Length;
        _x = [.. Enumerable.Range(0, p).Select(j => j == 0 ? Constant(n) : Designs.Normal(random, n, 0.3 * j, Math.Pow(4, j % 3)))];

        // Shared: a column of Z is one of X, a later one than its own place, wherever there are enough.
        _z = [.. Enumerable.Range(0, q).Select(l => shared && l < p ? _x[p - 1 - l] : Designs.Normal(random, n))];
        _weight = weighted ? [.. Enumerable.Range(0, n).Select(_ => (double)random.Next(1, 6))] : null;
        _offset = offset ? Designs.Normal(random, n, 0, 0.3) : null;
        _y = [.. Enumerable.Range(0, n).Select(r => family.IsBinomial
            ? random.Next(weighted ? (int)_weight![r] + 1 : 2) / (weighted ? _weight![r] : 1)
            : random.Next(6))];
        Alpha = [.. Enumerable.Range(0, p).Select(_ => 0.3 * (random.NextDouble() - 0.5))];
        Beta = [.. Enumerable.Range(0, _clusters * q).Select(_ => 0.5 * (random.NextDouble() - 0.5))];
    }

    internal double[] Alpha { get; }

    /// <summary>k×q row by row.</summary>
    internal double[] Beta { get; }

    internal int FixedCount => _x.Length;

    internal int RandomCount => _z.Length;

    internal int Clusters => _clusters;

    internal ClusteredDesign Design() => Designs.Of(_y, _x, _z, _cluster, _weight, _offset, clusters: _clusters);

    /// <summary>β as the core stores it, clusters in the engine's order.</summary>
    internal AlignedBuffer LaneBeta(PackedDesign packed)
    {
        ReadOnlySpan<int> codes = packed.Order.Codes;
        int q = RandomCount;
        var buffer = new AlignedBuffer((_clusters + 7L) / 8 * q * 8);
        for (int i = 0; i < _clusters; i++)
        {
            for (int l = 0; l < q; l++) buffer.Span(((((long)i / 8 * q) + l) * 8) + (i % 8), 1)[0] = Beta[(codes[i] * q) + l];
        }

        return buffer;
    }

    /// <summary>The statistics on the engine's scale of the columns.</summary>
    internal Sums Expected(PackedDesign packed, bool withBeta, bool fromResponse = false)
    {
        int p = FixedCount, q = RandomCount;
        var sums = new Sums(p, q, _clusters);
        double[] x = new double[p], z = new double[q];
        for (int row = 0; row < _y.Length; row++)
        {
            int i = _cluster[row];
            double o = _offset?[row] ?? 0, omega = _weight?[row] ?? 1, y = _y[row], eta = o;
            for (int j = 0; j < p; j++)
            {
                x[j] = (_x[j][row] - packed.FixedScale.ShiftOf(j)) / packed.FixedScale.ScaleOf(j);
                eta += Alpha[j] * x[j];
            }

            for (int l = 0; l < q; l++)
            {
                z[l] = (_z[l][row] - packed.RandomScale.ShiftOf(l)) / packed.RandomScale.ScaleOf(l);
                if (withBeta) eta += Beta[(i * q) + l] * z[l];
            }

            if (fromResponse) eta = StartingPredictor(y, omega);
            (double mu, double delta, double variance, double deviance) = Moments(eta, y);
            double w = omega * delta * delta / variance, r = (y - mu) / delta;
            sums.Deviance += omega * deviance;
            sums.LogWeights += Math.Log(w);
            sums.WeightedSquares += w * r * r;
            if (fromResponse) r += eta - o;
            for (int j = 0; j < p; j++)
            {
                sums.Gradient[j] += w * r * x[j];
                for (int m = 0; m < p; m++) sums.Cross[(j * p) + m] += w * x[j] * x[m];
                for (int l = 0; l < q; l++) sums.Mixed[i, (j * q) + l] += w * x[j] * z[l];
            }

            for (int l = 0; l < q; l++)
            {
                sums.Score[i, l] += w * r * z[l];
                for (int m = 0; m <= l; m++) sums.Random[i, (l * (l + 1) / 2) + m] += w * z[l] * z[m];
            }
        }

        return sums;
    }

    private double StartingPredictor(double y, double omega)
    {
        if (!_family.IsBinomial) return Math.Log(y + 0.1);
        double mean = ((omega * y) + 0.5) / (omega + 1);
        return Math.Log(mean / (1 - mean));
    }

    private (double Mu, double Delta, double Variance, double Deviance) Moments(double eta, double y)
    {
        double Part(double a, double b) => a == 0 ? 0 : a * Math.Log(a / b);
        if (_family.IsBinomial)
        {
            double mu = 1 / (1 + Math.Exp(-eta));
            return (mu, mu * (1 - mu), mu * (1 - mu), 2 * (Part(y, mu) + Part(1 - y, 1 - mu)));
        }

        double mean = Math.Exp(eta);
        return (mean, mean, mean, 2 * (Part(y, mean) - (y - mean)));
    }

    private static double[] Constant(int n) => [.. Enumerable.Repeat(1.0, n)];

    /// <summary>What a pass should give.</summary>
    internal sealed class Sums(int p, int q, int k)
    {
        internal double[] Cross { get; } = new double[p * p];

        internal double[] Gradient { get; } = new double[p];

        internal double WeightedSquares { get; set; }

        internal double Deviance { get; set; }

        internal double LogWeights { get; set; }

        internal double[,] Random { get; } = new double[k, q * (q + 1) / 2];

        internal double[,] Score { get; } = new double[k, q];

        internal double[,] Mixed { get; } = new double[k, p * q];
    }
}

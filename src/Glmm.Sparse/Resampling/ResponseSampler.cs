using Glmm.Sparse.Families;
using Glmm.Sparse.Model;
using Glmm.Sparse.Model.Covariance;
using Glmm.Sparse.Simulation;

namespace Glmm.Sparse.Resampling;

/// <summary>
/// Draws responses of a design from its model at any parameters, with common random numbers: a response of one number
/// comes from the same stream in every round, cluster by cluster. Reading is thread-safe, moving is not.
/// </summary>
internal sealed class ResponseSampler
{
    private readonly double[][] _x;
    private readonly double[][] _z;
    private readonly double[] _offset;
    private readonly double[]? _trials;
    private readonly double[]? _weights;
    private readonly int[] _start;
    private readonly int[] _rows;
    private readonly double[] _predictor;
    private readonly double[] _lambda;
    private readonly Func<double, ResponseDistribution> _distributionOf;
    private readonly ulong _seed;
    private readonly int _q;
    private ResponseDistribution _distribution;
    private double _dispersion = 1;
    private bool _hasEffects = true;

    /// <param name="design">The design.</param>
    /// <param name="kept">Indices of the columns of X that α belongs to.</param>
    /// <param name="family">The family.</param>
    /// <param name="link">The link.</param>
    /// <param name="seed">The seed.</param>
    /// <exception cref="GlmmException">There is no distribution to draw from.</exception>
    internal ResponseSampler(ClusteredDesign design, IReadOnlyList<int> kept, Family family, Link link, ulong seed)
    {
        int n = design.Observations;
        int[] order = [.. Enumerable.Range(0, n)];
        _x = [.. kept.Select(j => Values(design.FixedEffects[j], order))];
        _z = [.. design.RandomEffects.Select(c => Values(c, order))];
        _offset = design.Offset is null ? new double[n] : Values(design.Offset, order);
        _seed = seed;
        _q = _z.Length;
        _predictor = new double[n];
        _lambda = new double[_q * _q];
        _distributionOf = phi => ResponseDistribution.Of(family, link, phi);
        _distribution = _distributionOf(1);
        double[]? weights = Weights(design, family, order);
        _trials = family.IsBinomial ? weights : null;
        _weights = family.IsBinomial ? null : weights;
        (_start, _rows) = design.Clusters.RowsByCluster();
    }

    /// <summary>Moves to other parameters.</summary>
    /// <param name="alpha">α of the columns kept.</param>
    /// <param name="covariance">D, q² row by row.</param>
    /// <param name="dispersion">φ.</param>
    internal void MoveTo(ReadOnlySpan<double> alpha, ReadOnlySpan<double> covariance, double dispersion)
    {
        _hasEffects = true;
        _dispersion = dispersion;
        CovarianceFactor.Compute(covariance, _q, _lambda);
        _distribution = _distributionOf(dispersion);
        _offset.CopyTo(_predictor, 0);
        for (int j = 0; j < alpha.Length; j++)
        {
            double[] x = _x[j];
            for (int r = 0; r < x.Length; r++) _predictor[r] += alpha[j] * x[r];
        }
    }

    /// <summary>Holds the random effects at values, rather than drawing them, until the next move.</summary>
    /// <param name="effects">β, k×q row by row.</param>
    internal void HoldEffects(ReadOnlySpan<double> effects)
    {
        _hasEffects = false;
        for (int cluster = 0; cluster + 1 < _start.Length; cluster++)
        {
            ReadOnlySpan<double> beta = effects.Slice(cluster * _q, _q);
            foreach (int r in _rows.AsSpan(_start[cluster].._start[cluster + 1]))
            {
                for (int l = 0; l < _q; l++) _predictor[r] += _z[l][r] * beta[l];
            }
        }
    }

    /// <summary>Draws a response; may be called from several threads at once.</summary>
    /// <param name="index">Its number.</param>
    /// <param name="response">n, in the order of the design's rows.</param>
    internal void Draw(int index, Span<double> response)
    {
        // A seed of its own, and in it a stream for every cluster.
        ulong seed = new RandomSource(_seed, (ulong)index).NextBits();
        Span<double> u = stackalloc double[_q], beta = stackalloc double[_q];
        for (int cluster = 0; cluster + 1 < _start.Length; cluster++)
        {
            var random = new RandomSource(seed, (ulong)cluster);
            beta.Clear();
            if (_hasEffects)
            {
                foreach (ref double value in u) value = random.NextNormal();
                for (int a = 0; a < _q; a++)
                {
                    for (int b = 0; b <= a; b++) beta[a] += _lambda[(a * _q) + b] * u[b];
                }
            }

            foreach (int r in _rows.AsSpan(_start[cluster].._start[cluster + 1]))
            {
                double eta = _predictor[r];
                for (int l = 0; l < _q; l++) eta += _z[l][r] * beta[l];
                response[r] = _trials is not null ? Share(random, eta, _trials[r])
                    : _weights is not null ? _distribution.Draw(random, eta, _dispersion / _weights[r])
                    : _distribution.Draw(random, eta);
            }
        }
    }

    private double Share(RandomSource random, double eta, double trials)
    {
        double successes = 0;
        for (int t = 0; t < trials; t++) successes += _distribution.Draw(random, eta);
        return successes / trials;
    }

    // Trials of binomial rows, or what divides a dispersion; null where all are 1.
    private static double[]? Weights(ClusteredDesign design, Family family, int[] order)
    {
        if (design.Counts is not null)
        {
            throw new InvalidModelOptionException(
                "A sample is drawn row by row, but here rows stand for several or for a share of a population; " +
                "repeat the rows of a frequency, and leave sampling weights out.");
        }

        if (design.PriorWeights is null) return null;
        double[] weights = Values(design.PriorWeights, order);
        if (weights.All(w => w == 1)) return null;
        if (ResponseDistribution.HasDispersion(family.Name)) return weights;
        if (!family.IsBinomial)
        {
            throw new InvalidModelOptionException(
                $"No response can be drawn from family {family.Name} with the prior weights " +
                $"'{design.PriorWeights.Name}', which are not part of its distribution; leave them out.");
        }

        int bad = Array.FindIndex(weights, w => w != Math.Floor(w));
        return bad < 0
            ? weights
            : throw new InvalidModelDataException(FormattableString.Invariant(
                $"The prior weight '{design.PriorWeights.Name}' is {weights[bad]:R} in {design.RowLabel(bad)}; to ") +
                $"draw a sample, a binomial family needs whole numbers of trials.");
    }

    private static double[] Values(DesignColumn column, int[] order)
    {
        var values = new double[order.Length];
        column.Gather(order, values);
        return values;
    }
}

using Glmm.Sparse.Estimation;
using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Resampling;

/// <summary>
/// One bootstrap correction under way. The statistics of a fit are α̂, the lower triangle of D̂ row by row and, where
/// it is estimated, φ̂; a D̂ on the boundary is left as it is, and so is φ̂ then.
/// </summary>
internal sealed class IndirectInference
{
    // Steps of the derivatives: this share of a standard deviation of α̂*, and of the size of a random effect.
    private const double FixedShare = 0.5;
    private const double EffectShare = 0.1;

    private readonly RefitPlan _plan;
    private readonly ResponseSampler _sampler;
    private readonly BootstrapOptions _options;
    private readonly int _threads;
    private readonly int _p;
    private readonly int _q;
    private readonly int _length;
    private readonly double[] _target;
    private readonly double[] _alpha;
    private double[] _covariance;
    private double _dispersion;
    private int _refits;

    internal IndirectInference(RefitPlan plan, ResponseSampler sampler, BootstrapOptions options, int threads)
    {
        (_plan, _sampler, _options, _threads) = (plan, sampler, options, threads);
        GlmmFit fit = plan.Reference;
        _alpha = [.. fit.FixedEffects.Select(e => e.Estimate)];
        _covariance = [.. fit.Covariance.Cast<double>()];
        _dispersion = fit.Dispersion;
        _p = _alpha.Length;
        _q = fit.RandomTerms.Count;
        _length = fit.Singular ? _p : _p + LaneCholesky.PackedLength(_q) + (fit.DispersionEstimated ? 1 : 0);
        _target = Statistics(_alpha, _covariance, _dispersion);
    }

    internal BootstrapCorrection Run()
    {
        if (!_plan.Reference.Converged)
        {
            return Result(
                new Round([], 0, 0, new double[_length, _length]), 0, false,
                $"There is nothing to correct: the fit itself did not converge. {_plan.Reference.Message}");
        }

        Round round = Simulate();
        for (int rounds = 1; ; rounds++)
        {
            if (round.Used < _options.Replicates / 2)
            {
                return Result(
                    round, rounds, false,
                    $"Only {round.Used} of {_options.Replicates} refits of simulated data converged. Simplify the " +
                    $"model.");
            }

            if (round.DistanceTo(_target) <= _options.Tolerance) return Result(round, rounds, true, null);
            if (rounds == _options.MaxRounds)
            {
                return Result(
                    round, rounds, false, FormattableString.Invariant(
                        $"After {rounds} rounds the refits' mean is still {round.DistanceTo(_target):G2} ") +
                    "Monte-Carlo errors off. Allow more rounds, or simplify the model.");
            }

            Move(round.Mean);
            round = Simulate();
        }
    }

    // α by the difference, D by the factor A = D̂^½M^−½ on its effects, which keeps it a covariance and a diagonal D
    // diagonal, φ by its factor.
    private void Move(double[] mean)
    {
        for (int j = 0; j < _p; j++) _alpha[j] += _target[j] - mean[j];
        if (_length == _p) return;
        double[] factor = SmallMatrices.Multiply(
            SmallMatrices.Power(Full(_target), _q, 0.5), SmallMatrices.Power(Full(mean), _q, -0.5), _q);
        _covariance = SmallMatrices.Congruence(factor, _covariance, _q);
        if (_length > _p + LaneCholesky.PackedLength(_q)) _dispersion *= _target[^1] / mean[^1];
    }

    private Round Simulate() => Simulate(_alpha, _covariance, _dispersion);

    private Round Simulate(double[] alpha, double[] covariance, double dispersion)
    {
        _sampler.MoveTo(alpha, covariance, dispersion);
        RefitResult[] results = _plan.RefitMany(_options.Replicates, _sampler.Draw, _threads);
        _refits += results.Length;
        double[][] used =
        [
            .. results.Where(r => r.Converged).Select(r => Statistics(r.FixedEffects, r.Covariance, r.Dispersion)),
        ];
        return Round.Of(used, results.Length - used.Length, _length);
    }

    private double[] Statistics(ReadOnlySpan<double> alpha, ReadOnlySpan<double> covariance, double dispersion)
    {
        var statistics = new double[_length];
        alpha.CopyTo(statistics);
        if (_length == _p) return statistics;
        for (int a = 0, at = _p; a < _q; a++)
        {
            for (int b = 0; b <= a; b++, at++) statistics[at] = covariance[(a * _q) + b];
        }

        if (_length > _p + LaneCholesky.PackedLength(_q)) statistics[^1] = dispersion;
        return statistics;
    }

    private double[] Full(double[] statistics)
    {
        var full = new double[_q * _q];
        for (int a = 0, at = _p; a < _q; a++)
        {
            for (int b = 0; b <= a; b++, at++) full[(a * _q) + b] = full[(b * _q) + a] = statistics[at];
        }

        return full;
    }

    // The covariance of the corrected statistics: the refits', taken through the derivative of their mean.
    private double[,] Covariance(Round round)
    {
        double[,] slopes = new double[_length, _length], own = new double[_length, _length];
        for (int c = 0; c < _length; c++)
        {
            var alpha = (double[])_alpha.Clone();
            double[] covariance = _covariance;
            double dispersion = _dispersion, step;
            if (c < _p)
            {
                step = FixedShare * Math.Sqrt(round.Covariance[c, c]);
                alpha[c] += step;
            }
            else if (c < _p + LaneCholesky.PackedLength(_q))
            {
                // β_a takes up a share of β_b.
                (int a, int b) = Pair(c - _p);
                step = EffectShare * Math.Sqrt(_covariance[(a * _q) + a] / _covariance[(b * _q) + b]);
                double[] change = SmallMatrices.Power(_covariance, _q, 0);
                change[(a * _q) + b] += step;
                covariance = SmallMatrices.Congruence(change, _covariance, _q);
            }
            else
            {
                step = EffectShare * dispersion;
                dispersion += step;
            }

            double[] here = Statistics(_alpha, _covariance, _dispersion);
            double[] there = Statistics(alpha, covariance, dispersion);
            double[] mean = Simulate(alpha, covariance, dispersion).Mean;
            for (int e = 0; e < _length; e++)
            {
                slopes[e, c] = (mean[e] - round.Mean[e]) / step;
                own[e, c] = (there[e] - here[e]) / step;
            }
        }

        return SmallMatrices.Propagate(own, slopes, round.Covariance);
    }

    private static (int Row, int Column) Pair(int packed)
    {
        int row = 0;
        while (LaneCholesky.PackedIndex(row + 1, 0) <= packed) row++;
        return (row, packed - LaneCholesky.PackedIndex(row, 0));
    }

    private BootstrapCorrection Result(Round round, int rounds, bool settled, string? message)
    {
        double[,] variance = settled ? Covariance(round) : new double[_length, _length];
        double Error(int at) => settled && at < _length ? Math.Sqrt(Math.Max(0, variance[at, at])) : double.NaN;
        double[,] covariance = new double[_q, _q], errors = new double[_q, _q];
        for (int a = 0; a < _q; a++)
        {
            for (int b = 0; b < _q; b++)
            {
                covariance[a, b] = _covariance[(a * _q) + b];
                errors[a, b] = Error(_p + LaneCholesky.PackedIndex(Math.Max(a, b), Math.Min(a, b)));
            }
        }

        IReadOnlyList<string> names = _plan.FixedNames;
        return new BootstrapCorrection(
            covariance, errors, [.. Enumerable.Range(0, _p).Select(j => Error(j) / Math.Sqrt(round.Used))])
        {
            Fit = _plan.Reference,
            FixedEffects = [.. _alpha.Select((a, j) => new FixedEffect(names[j], a, Error(j)))],
            Dispersion = _dispersion,
            Settled = settled,
            Message = message,
            Rounds = rounds,
            Replicates = round.Used,
            Failures = round.Failures,
            Refits = _refits,
        };
    }

    // What the refits of one round say.
    private sealed record Round(double[] Mean, int Used, int Failures, double[,] Covariance)
    {
        internal static Round Of(double[][] statistics, int failures, int length)
        {
            var mean = new double[length];
            var covariance = new double[length, length];
            foreach (double[] one in statistics)
            {
                for (int e = 0; e < length; e++) mean[e] += one[e] / statistics.Length;
            }

            foreach (double[] one in statistics)
            {
                for (int e = 0; e < length; e++)
                {
                    for (int f = 0; f < length; f++)
                        covariance[e, f] += (one[e] - mean[e]) * (one[f] - mean[f]) / (statistics.Length - 1);
                }
            }

            return new Round(mean, statistics.Length, failures, covariance);
        }

        // The largest difference of the mean, in its Monte-Carlo errors.
        internal double DistanceTo(double[] target)
        {
            double largest = 0;
            for (int e = 0; e < target.Length; e++)
            {
                double error = Math.Sqrt(Covariance[e, e] / Used);
                if (error > 0) largest = Math.Max(largest, Math.Abs(target[e] - Mean[e]) / error);
            }

            return largest;
        }
    }
}

using System.Numerics.Tensors;
using Glmm.Sparse.Kernels;
using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Results;
using Glmm.Sparse.Working;

namespace Glmm.Sparse.Inference;

/// <summary>
/// The score of one cluster in its Laplace-approximated log-likelihood ℓ_i = log f(y|b̂) − ½b̂ᵀD⁻¹b̂ − ½log|I + DA|,
/// with respect to all parameters at once: α, the lower triangle of D row by row, log φ and log ξ where they are
/// estimated, as <see cref="LikelihoodSummary.ParameterCovariance"/> has them. Reused for one cluster after the other;
/// not thread-safe. </summary>
/// <remarks>
/// The mode moves with the parameters, so every derivative has a part through a = Zᵀt, t_j = w′_j z_jᵀEz_j, the slope
/// of log|I + DA| in the linear predictors: with A_o of the observed weights, E_o = (A_o + D⁻¹)⁻¹ and γ = Zᵀs = D⁻¹b̂,
/// dℓ/dα = Xᵀ(s − ½t) + ½C_oE_oa and dℓ/dD = ½γγᵀ − ½T − ½(I − A_oE_o)aγᵀ, which needs no inverse of D.
/// </remarks>
internal sealed class LaplaceScores
{
    private readonly FitSummary _fit;
    private readonly WorkingKernel _kernel;
    private readonly bool _observed;
    private readonly int _p;
    private readonly int _q;
    private readonly double[] _covariance;
    private readonly double[] _products;
    private readonly double[] _system;
    private readonly double[] _through;
    private readonly double[] _moved;
    private double[] _rows = [];

    /// <param name="fit">A fit by the Laplace approximation.</param>
    internal LaplaceScores(LikelihoodFit fit)
    {
        _fit = fit.Outcome;
        _kernel = WorkingKernel.Create(_fit.Family, _fit.Link);
        _observed = fit.HasObservedCurvature && !_kernel.IsCanonical;
        (_p, _q) = (_fit.FixedEffects.Count, _fit.RandomTerms.Count);
        _covariance = [.. _fit.Covariance.Cast<double>()];
        _products = new double[_q * _q];
        _system = new double[_q * (_q + 1)];
        _through = new double[_q];
        _moved = new double[_q];
        HasShape = _fit.Family.Shape is { IsEstimated: true };
        Count = _p + (_q * (_q + 1) / 2) + (_fit.DispersionEstimated ? 1 : 0) + (HasShape ? 1 : 0);
    }

    /// <summary>Number of parameters.</summary>
    internal int Count { get; }

    private bool HasShape { get; }

    /// <summary>Computes the score.</summary>
    /// <param name="cluster">The cluster; not whitened.</param>
    /// <param name="score">Overwritten, <see cref="Count"/>.</param>
    internal void Compute(WorkingCluster cluster, Span<double> score)
    {
        int n = cluster.Rows;
        if (_rows.Length < 7 * n) _rows = new double[7 * n];
        Span<double> weights = Row(0, n), scores = Row(1, n), slope = Row(2, n), spread = Row(3, n);
        ReadOnlySpan<double> eta = cluster.LinearPredictor, y = cluster.Response, omega = cluster.RowWeights;
        double phi = _fit.Dispersion;
        _kernel.WeightDerivatives(eta, y, omega, _observed, slope);
        _kernel.ObservedWeightsAndScores(eta, y, omega, weights, scores);
        Spread(cluster, spread);
        for (int j = 0; j < n; j++)
        {
            weights[j] /= phi;
            slope[j] *= spread[j] / phi;
        }

        // a, then E_oa and (I − A_oE_o)a.
        Products(cluster, weights);
        Span<double> through = _through, moved = _moved;
        for (int l = 0; l < _q; l++) through[l] = TensorPrimitives.Dot(cluster.Z(l), slope);
        Move(through, moved);
        for (int i = 0; i < _p; i++)
        {
            ReadOnlySpan<double> x = cluster.X(i);
            double sum = cluster.FixedScore[i] - (0.5 * TensorPrimitives.Dot(x, slope));
            for (int l = 0; l < _q; l++) sum += 0.5 * moved[l] * Weighted(x, cluster.Z(l), weights);
            score[i] = sum;
        }

        Covariance(cluster, score[_p..]);
        int at = _p + (_q * (_q + 1) / 2);
        if (_fit.DispersionEstimated) score[at++] = Dispersion(cluster);
        if (HasShape) score[at] = Shape(cluster, spread);
    }

    // z_jᵀEz_j.
    private void Spread(WorkingCluster cluster, Span<double> spread)
    {
        spread.Clear();
        for (int a = 0; a < _q; a++)
        {
            ReadOnlySpan<double> left = cluster.Z(a);
            for (int b = 0; b < _q; b++)
            {
                ReadOnlySpan<double> right = cluster.Z(b);
                double e = cluster.PosteriorCovariance[(a * _q) + b];
                for (int j = 0; j < spread.Length; j++) spread[j] += e * left[j] * right[j];
            }
        }
    }

    private void Products(WorkingCluster cluster, ReadOnlySpan<double> weights)
    {
        for (int a = 0; a < _q; a++)
        {
            for (int b = 0; b <= a; b++)
            {
                _products[(a * _q) + b] = _products[(b * _q) + a] =
                    Weighted(cluster.Z(a), cluster.Z(b), weights);
            }
        }
    }

    // (I + A_oD)v = a; then E_oa = Dv.
    private void Move(ReadOnlySpan<double> a, Span<double> moved)
    {
        int width = _q + 1;
        for (int r = 0; r < _q; r++)
        {
            for (int c = 0; c < _q; c++)
            {
                double sum = r == c ? 1 : 0;
                for (int e = 0; e < _q; e++) sum += _products[(r * _q) + e] * _covariance[(e * _q) + c];
                _system[(r * width) + c] = sum;
            }

            _system[(r * width) + _q] = a[r];
        }

        SmallMatrices.Eliminate(_system, _q, width);
        for (int r = 0; r < _q; r++)
        {
            moved[r] = 0;
            for (int c = 0; c < _q; c++) moved[r] += _covariance[(r * _q) + c] * _system[(c * width) + _q];
        }
    }

    private void Covariance(WorkingCluster cluster, Span<double> score)
    {
        int width = _q + 1;
        double[] gamma = cluster.RandomScore;
        for (int r = 0, at = 0; r < _q; r++)
        {
            for (int c = 0; c <= r; c++, at++)
            {
                // v = (I − A_oE_o)a is the last column of the system that Move has solved.
                double through = (_system[(r * width) + _q] * gamma[c]) + (_system[(c * width) + _q] * gamma[r]);
                double slope = (0.5 * ((gamma[r] * gamma[c]) - cluster.RandomInformation[(r * _q) + c])) -
                               (0.25 * through);
                score[at] = r == c ? slope : 2 * slope;
            }
        }
    }

    // All of W goes with 1/φ.
    private double Dispersion(WorkingCluster cluster)
    {
        Span<double> objectives = Row(4, cluster.Rows);
        _kernel.Objectives(cluster.LinearPredictor, cluster.Response, cluster.RowWeights, objectives);
        double sum = TensorPrimitives.Sum<double>(objectives) / _fit.Dispersion;
        sum += LikelihoodConstant.Of(_fit.Family, cluster.Response, cluster.RowWeights, _fit.Dispersion)
            .DispersionSlope;
        for (int e = 0; e < _q * _q; e++) sum += 0.5 * cluster.PosteriorCovariance[e] * cluster.RandomProducts[e];
        for (int l = 0; l < _q; l++) sum += 0.5 * _moved[l] * cluster.RandomScore[l];
        return sum;
    }

    private double Shape(WorkingCluster cluster, ReadOnlySpan<double> spread)
    {
        int n = cluster.Rows;
        Span<double> objectives = Row(4, n), scores = Row(5, n), weights = Row(6, n);
        _kernel.ShapeDerivatives(
            cluster.LinearPredictor, cluster.Response, cluster.RowWeights, _observed, objectives, scores, weights);
        double phi = _fit.Dispersion;
        double sum = -TensorPrimitives.Sum<double>(objectives) / phi;
        sum += LikelihoodConstant.Of(_fit.Family, cluster.Response, cluster.RowWeights, phi).ShapeSlope;
        sum -= 0.5 * TensorPrimitives.Dot(weights, spread) / phi;
        for (int l = 0; l < _q; l++) sum -= 0.5 * _moved[l] * TensorPrimitives.Dot(cluster.Z(l), scores) / phi;
        return sum;
    }

    private Span<double> Row(int index, int n) => _rows.AsSpan(index * n, n);

    private static double Weighted(ReadOnlySpan<double> a, ReadOnlySpan<double> b, ReadOnlySpan<double> w)
    {
        double sum = 0;
        for (int j = 0; j < a.Length; j++) sum += w[j] * a[j] * b[j];
        return sum;
    }
}

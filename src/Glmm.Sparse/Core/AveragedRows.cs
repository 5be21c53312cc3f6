using System.Numerics.Tensors;
using Glmm.Sparse.Kernels;
using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Model;

namespace Glmm.Sparse.Core;

/// <summary>
/// Weights and scores of rows whose linear predictor is not η but spread about it, N(η, v): the second order of a
/// linearisation. Not thread-safe; a pass has one for each partition.
/// </summary>
/// <remarks>
/// <para>About a mode w and s are averaged by the rule of three points, w̄ = ⅔w(η) + ⅙w(η ± √(3v)), whose error is of
/// the order v³: with w + ½w″v, to which it agrees, a weight would turn negative once v is large. Of a normal posterior
/// N(m, C) the identities E[Zᵀs] = D⁻¹m and C⁻¹ = D⁻¹ + E[ZᵀWZ] hold at its best fit (Ormerod &amp; Wand 2012), and
/// what is left of the bias as D → 0 is of the order D². W are observed weights: where they differ from the expected
/// ones, those would leave a bias of the order D. Where the average is not well above 0, a share of the expected one
/// stands in for it.</para>
/// <para>About 0 the model has moments: μ̄ = E μ, V̄ = E V(μ) and, between two rows of a cluster, nearly dd′zᵀDz′ with
/// d² = Var(μ)/v. The working model that has these is y = μ̄ + dzᵀβ + e, so w = ωd²/V̄ and s = ωd(y − μ̄)/V̄; as v → 0
/// it is that of the first order. Moments of the mean by the Gauss–Hermite rule of eleven points.</para>
/// </remarks>
internal sealed unsafe class AveragedRows : IDisposable
{
    // Below it Var(μ)/v is rounding, and δ² its limit.
    private const double NoSpread = 1e-12;

    // Least share of the expected weight that an average of observed ones, which may be negative, is taken for.
    private const double LeastWeight = 0.1;

    // The nodes above 0 of the rule for the standard normal density and their weights, then the weight of 0.
    private static readonly double[] _nodes =
        [0.9288689973810637, 1.8760350201548459, 2.8651231606436447, 3.9361666071299769, 5.1880012243748714];

    private static readonly double[] _nodeWeights =
    [
        0.2422402998739693, 0.0661387460710577, 0.0067202852355372, 0.00019567193027122416, 8.1218497902149e-07,
        0.3694083694083694,
    ];

    private readonly WorkingKernel _kernel;
    private readonly bool _marginal;
    private readonly bool _bounded;
    private readonly int _capacity;
    private readonly double[] _values;
    private readonly LaneMemory _memory;

    /// <param name="kernel">The kernel.</param>
    /// <param name="layout">The layout of a tile.</param>
    /// <param name="marginal">Moments of the marginal model rather than averages.</param>
    internal AveragedRows(WorkingKernel kernel, ColumnLayout layout, bool marginal)
    {
        _kernel = kernel;
        _marginal = marginal;
        _bounded = !PredictorDomain.Of(kernel.Link, kernel.Family.Domain).IsWholeLine;
        _capacity = layout.TileRows * LaneCholesky.Lanes;
        _values = new double[(marginal ? 5 + (2 * _nodes.Length) + 1 : 5) * _capacity];
        int square = layout.RandomCount * layout.RandomCount;
        _memory = new LaneMemory(layout.TileRows + square);
        Root = _memory.Take(square);
        Spread = _memory.Take(layout.TileRows);
    }

    /// <summary>Scratch, q² vectors.</summary>
    internal LaneSpan Root { get; }

    /// <summary>v of the tile's rows.</summary>
    internal LaneSpan Spread { get; }

    /// <inheritdoc/>
    public void Dispose() => _memory.Dispose();

    /// <summary>w, s and the sums of a step.</summary>
    /// <param name="eta">η, n.</param>
    /// <param name="spread">v, n.</param>
    /// <param name="response">y, n.</param>
    /// <param name="priorWeights">ω, n, or empty.</param>
    /// <param name="weights">Overwritten by w.</param>
    /// <param name="scores">Overwritten by s.</param>
    /// <returns>Deviance and objective averaged like w and s about a mode, those at η about 0.</returns>
    internal KernelSums Evaluate(
        ReadOnlySpan<double> eta, ReadOnlySpan<double> spread, ReadOnlySpan<double> response,
        ReadOnlySpan<double> priorWeights, Span<double> weights, Span<double> scores)
    {
        Span<double> root = Part(0, eta.Length);
        TensorPrimitives.Sqrt(spread, root);
        return _marginal
            ? Moments(eta, root, response, priorWeights, weights, scores)
            : Average(eta, root, response, priorWeights, weights, scores);
    }

    private KernelSums Average(
        ReadOnlySpan<double> eta, ReadOnlySpan<double> root, ReadOnlySpan<double> response,
        ReadOnlySpan<double> priorWeights, Span<double> weights, Span<double> scores)
    {
        Span<double> at = Part(1, eta.Length), w = Part(2, eta.Length), s = Part(3, eta.Length);
        KernelSums centre = _kernel.WeightsAndScores(eta, response, priorWeights, weights, scores);
        TensorPrimitives.Multiply(weights, 2.0 / 3, weights);
        TensorPrimitives.Multiply(scores, 2.0 / 3, scores);
        (double deviance, double objective, int invalid) =
            (2 * centre.Deviance / 3, 2 * centre.Objective / 3, centre.Invalid);
        for (int side = -1; side <= 1; side += 2)
        {
            TensorPrimitives.FusedMultiplyAdd(root, side * Math.Sqrt(3), eta, at);
            KernelSums sums = _kernel.WeightsAndScores(at, response, priorWeights, w, s);
            TensorPrimitives.FusedMultiplyAdd(w, 1.0 / 6, weights, weights);
            TensorPrimitives.FusedMultiplyAdd(s, 1.0 / 6, scores, scores);
            deviance += sums.Deviance / 6;
            objective += sums.Objective / 6;
            invalid += sums.Invalid;
        }

        if (!_kernel.IsCanonical) Observe(eta, root, response, priorWeights, weights);
        double squares = 0;
        for (int i = 0; i < weights.Length; i++) squares += weights[i] > 0 ? scores[i] * scores[i] / weights[i] : 0;
        return new KernelSums(deviance, objective, squares, invalid);
    }

    // From averages of expected weights to those of observed ones.
    private void Observe(
        ReadOnlySpan<double> eta, ReadOnlySpan<double> root, ReadOnlySpan<double> response,
        ReadOnlySpan<double> priorWeights, Span<double> weights)
    {
        Span<double> at = Part(1, eta.Length), w = Part(2, eta.Length), s = Part(3, eta.Length);
        Span<double> observed = Part(4, eta.Length);
        TensorPrimitives.Multiply(weights, LeastWeight, weights);
        observed.Clear();
        for (int side = -1; side <= 1; side++)
        {
            TensorPrimitives.FusedMultiplyAdd(root, side * Math.Sqrt(3), eta, at);
            _kernel.ObservedWeightsAndScores(at, response, priorWeights, w, s);
            TensorPrimitives.FusedMultiplyAdd(w, side == 0 ? 2.0 / 3 : 1.0 / 6, observed, observed);
        }

        TensorPrimitives.Max(observed, weights, weights);
    }

    private KernelSums Moments(
        ReadOnlySpan<double> eta, ReadOnlySpan<double> root, ReadOnlySpan<double> response,
        ReadOnlySpan<double> priorWeights, Span<double> weights, Span<double> scores)
    {
        int n = eta.Length;
        Span<double> at = Part(1, n), derivative = Part(2, n), mean = Part(3, n), variance = Part(4, n);
        KernelSums centre = _kernel.WeightsAndScores(eta, response, priorWeights, weights, scores);
        int invalid = centre.Invalid;
        mean.Clear();
        variance.Clear();
        for (int node = 2 * _nodes.Length; node >= 0; node--)
        {
            // The middle one comes last and leaves δ(η); weights and scores are scratch until then.
            double weight = _nodeWeights[node == 0 ? _nodes.Length : (node - 1) / 2];
            TensorPrimitives.FusedMultiplyAdd(root, Position(node), eta, at);
            Span<double> mu = Part(5 + node, n);
            _kernel.Mean(at, mu, derivative);
            _kernel.Variance(at, weights);
            TensorPrimitives.FusedMultiplyAdd(mu, weight, mean, mean);
            TensorPrimitives.FusedMultiplyAdd(weights, weight, variance, variance);

            // The domain is an interval: where its ends are inside, all nodes are.
            if (_bounded && node > (2 * _nodes.Length) - 2)
                invalid += _kernel.WeightsAndScores(at, response, priorWeights, weights, scores).Invalid;
        }

        double squares = 0;
        for (int i = 0; i < n; i++)
        {
            double slope = Slope(i, root[i], mean[i], derivative[i]);
            double residual = response[i] - mean[i], omega = priorWeights.IsEmpty ? 1 : priorWeights[i];
            double precision = omega / variance[i];
            weights[i] = precision * slope * slope;
            scores[i] = precision * slope * residual;
            squares += precision * residual * residual;
        }

        return new KernelSums(centre.Deviance, centre.Objective, squares, invalid);
    }

    // d of a row.
    private double Slope(int row, double root, double mean, double derivative)
    {
        if (root * root <= NoSpread) return derivative;
        double squares = 0, along = 0;
        for (int node = 0; node <= 2 * _nodes.Length; node++)
        {
            double deviation = _values[((5 + node) * _capacity) + row] - mean;
            double weight = _nodeWeights[node == 0 ? _nodes.Length : (node - 1) / 2];
            squares += weight * deviation * deviation;
            along += weight * Position(node) * deviation;
        }

        return Math.CopySign(Math.Sqrt(squares), along) / root;
    }

    // 0, then −x₁, x₁, −x₂, x₂ …
    private static double Position(int node) =>
        node == 0 ? 0 : (node % 2 == 0 ? 1 : -1) * _nodes[(node - 1) / 2];

    private Span<double> Part(int part, int length) => _values.AsSpan(part * _capacity, length);
}

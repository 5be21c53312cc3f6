using Glmm.Sparse.Core;
using Glmm.Sparse.LinearAlgebra;

namespace Glmm.Sparse.Likelihood;

/// <summary>
/// The modes of the clusters and their statistics at one point, kept so that the modes of other points about it are
/// known to first order: for differences of gradients. Not thread-safe.
/// </summary>
internal sealed class MarginalAnchor : IDisposable
{
    private readonly ClusterBlocks _blocks;
    private readonly ModeNewton _newton;
    private readonly AlignedBuffer _u;
    private readonly AlignedBuffer _step;
    private readonly double[] _alpha;
    private readonly double[] _lambda;
    private readonly double[] _alphaStep;
    private readonly double[] _lambdaStep;
    private readonly AlignedBuffer? _slopes;
    private double _shape;

    /// <param name="work">The workspace.</param>
    /// <param name="shape">Whether there is a shape.</param>
    internal MarginalAnchor(FitWorkspace work, bool shape)
    {
        int p = work.Blocks.FixedCount, q = work.Blocks.RandomCount;
        _blocks = new ClusterBlocks(work.Blocks.Clusters, p, q);
        _newton = new ModeNewton(_blocks, work.Team);
        _u = ModeBuffer.Create(_blocks);
        _step = ModeBuffer.Create(_blocks);
        _alpha = new double[p];
        _alphaStep = new double[p];
        _lambda = new double[q * q];
        _lambdaStep = new double[q * q];
        if (shape) _slopes = new AlignedBuffer(2L * _blocks.BatchCount * q * LaneCholesky.Lanes);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _newton.Dispose();
        _blocks.Dispose();
        _u.Dispose();
        _step.Dispose();
        _slopes?.Dispose();
    }

    /// <summary>Takes a point.</summary>
    /// <param name="blocks">The clusters' statistics there.</param>
    /// <param name="alpha">α.</param>
    /// <param name="lambda">Λ.</param>
    /// <param name="u">û.</param>
    /// <param name="shape">log ξ.</param>
    /// <param name="slopes">The clusters' slopes there, which are looked at where there is a shape.</param>
    internal void Take(
        ClusterBlocks blocks, ReadOnlySpan<double> alpha, ReadOnlySpan<double> lambda, AlignedBuffer u, double shape,
        AlignedBuffer slopes)
    {
        _shape = shape;
        if (_slopes is not null) ModeBuffer.Copy(slopes, _slopes);
        blocks.CopyTo(_blocks);
        alpha.CopyTo(_alpha);
        lambda.CopyTo(_lambda);
        ModeBuffer.Copy(u, _u);
    }

    /// <summary>The modes at another point, to first order.</summary>
    /// <param name="alpha">α there.</param>
    /// <param name="lambda">Λ there.</param>
    /// <param name="shape">log ξ there.</param>
    /// <param name="u">Overwritten.</param>
    internal void ModesAt(
        ReadOnlySpan<double> alpha, ReadOnlySpan<double> lambda, double shape, AlignedBuffer u)
    {
        for (int j = 0; j < _alphaStep.Length; j++) _alphaStep[j] = alpha[j] - _alpha[j];
        for (int e = 0; e < _lambdaStep.Length; e++) _lambdaStep[e] = lambda[e] - _lambda[e];
        _newton.Follow(_lambda, _lambdaStep, _alphaStep, shape - _shape, _slopes, _u, _step);
        ModeBuffer.Step(_u, _step, 1, u);
    }
}

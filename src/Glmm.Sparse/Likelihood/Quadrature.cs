using Glmm.Sparse.Core;
using Glmm.Sparse.Kernels;
using Glmm.Sparse.LinearAlgebra;

namespace Glmm.Sparse.Likelihood;

/// <summary>Adaptive Gauss–Hermite quadrature over all clusters, from their modes: its passes and sweeps in their
/// order. Not thread-safe.</summary>
internal sealed class Quadrature : IDisposable
{
    private readonly QuadraturePass _pass;
    private readonly QuadraturePosterior _posterior;
    private readonly QuadratureAdjoint _adjoint;
    private readonly AlignedBuffer _spread;

    /// <param name="work">The workspace, whose blocks hold the observed weights.</param>
    /// <param name="information">The clusters' statistics of which M is made.</param>
    /// <param name="nodes">Nodes a dimension.</param>
    /// <param name="shape">Whether there is a shape.</param>
    internal Quadrature(FitWorkspace work, ClusterBlocks information, int nodes, bool shape)
    {
        int q = information.RandomCount;
        var rule = new QuadratureRule(nodes, q);
        _pass = new QuadraturePass(work.Packed, work.Team, rule, shape, information.BatchCount);
        _posterior = new QuadraturePosterior(information, rule, work.Team);
        _adjoint = new QuadratureAdjoint(work.Blocks, information, _posterior, _pass.Scores, work.Team, shape);
        _spread = new AlignedBuffer((long)information.BatchCount * q * q * LaneCholesky.Lanes);
    }

    /// <summary>Σ_i log of the clusters' sums over nodes, but for Σ log|M_i|.</summary>
    internal double LogSum => _posterior.LogSum;

    /// <summary>The derivative in log φ, the constants left out.</summary>
    internal double DispersionSlope => _posterior.MeanObjective + _posterior.SpreadSlope;

    /// <summary>Σ a_kXᵀs_k.</summary>
    internal double[] FixedScores => _pass.FixedScores;

    /// <summary>Σ a_k ∂objective/∂log ξ.</summary>
    internal double ShapeObjective => _pass.ShapeObjective;

    /// <summary>What the modes' moving adds, and the derivative in Λ.</summary>
    internal AdjointSweep Adjoint => _adjoint;

    /// <inheritdoc/>
    public void Dispose()
    {
        _pass.Dispose();
        _posterior.Dispose();
        _adjoint.Dispose();
        _spread.Dispose();
    }

    /// <summary>Sums over the nodes.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="curvature">The curvature at the modes.</param>
    /// <param name="alpha">α.</param>
    /// <param name="lambda">Λ.</param>
    /// <param name="dispersion">φ.</param>
    /// <param name="modes">The modes.</param>
    internal void Evaluate(
        WorkingKernel kernel, ClusterCurvature curvature, ReadOnlySpan<double> alpha, ReadOnlySpan<double> lambda,
        double dispersion, ModeSearch modes)
    {
        curvature.Spread(lambda, dispersion, _spread);
        _pass.Evaluate(kernel, alpha, modes.Beta, _spread);
        _posterior.Weigh(lambda, dispersion, modes.Spherical, _pass.Nodes);
    }

    /// <summary>Differentiates at the parameters of the last evaluation, up to how Σ log|M_i| moves the rows.</summary>
    /// <param name="alpha">α.</param>
    /// <param name="lambda">Λ.</param>
    /// <param name="sensitivity">Overwritten: what <see cref="CurvaturePass"/> needs.</param>
    internal void Differentiate(ReadOnlySpan<double> alpha, ReadOnlySpan<double> lambda, AlignedBuffer sensitivity)
    {
        _pass.Average(alpha);
        _posterior.Differentiate(lambda, _pass.Scores, sensitivity);
    }

    /// <summary>The rest of the derivatives, after <see cref="CurvaturePass"/>.</summary>
    /// <param name="lambda">Λ.</param>
    /// <param name="dispersion">φ.</param>
    /// <param name="u">û.</param>
    /// <param name="slopes">The clusters' slopes.</param>
    internal void Finish(ReadOnlySpan<double> lambda, double dispersion, AlignedBuffer u, AlignedBuffer slopes) =>
        _adjoint.Run(lambda, dispersion, u, slopes);
}

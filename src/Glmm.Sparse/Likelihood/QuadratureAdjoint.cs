using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Glmm.Sparse.Core;
using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Threading;

namespace Glmm.Sparse.Likelihood;

/// <summary>
/// The gradient of adaptive quadrature in Λ: Σ [(c̄ûᵀ + √(2φ)CRᵀ)/φ − ½τûᵀ + 2AΛM̄ + γλᵀ − A₀κûᵀ] with
/// λ = K⁻¹(v − ½Λᵀτ) and κ = Λλ, in the terms of <see cref="QuadraturePosterior"/>.
/// </summary>
internal sealed unsafe class QuadratureAdjoint : AdjointSweep
{
    private readonly ClusterBlocks _information;
    private readonly QuadraturePosterior _posterior;
    private readonly AlignedBuffer _scores;
    private AlignedBuffer _u = null!;
    private double _dispersion;

    /// <param name="blocks">The clusters' statistics with observed weights.</param>
    /// <param name="information">Those of the weights in M, which may be the same.</param>
    /// <param name="posterior">Derivatives in û and M.</param>
    /// <param name="scores">Means of the clusters' scores.</param>
    /// <param name="team">Threads.</param>
    /// <param name="shape">Whether there is a shape.</param>
    internal QuadratureAdjoint(
        ClusterBlocks blocks, ClusterBlocks information, QuadraturePosterior posterior, AlignedBuffer scores,
        WorkerTeam team, bool shape)
        : base(blocks, team, shape, ScratchLength(blocks.RandomCount))
    {
        (_information, _posterior, _scores) = (information, posterior, scores);
    }

    /// <summary>Computes the gradient.</summary>
    /// <param name="lambda">Λ.</param>
    /// <param name="dispersion">φ.</param>
    /// <param name="u">û.</param>
    /// <param name="slopes">The clusters' slopes.</param>
    internal void Run(ReadOnlySpan<double> lambda, double dispersion, AlignedBuffer u, AlignedBuffer slopes)
    {
        Slopes = slopes;
        (_u, _dispersion) = (u, dispersion);
        Run(lambda, []);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Solve(
        int batch, Vector512<double>* factor, Vector512<double>* tau, Vector512<double>* scratch,
        Vector512<double>* adjoint, Vector512<double>* matrix)
    {
        int q = Q, square = q * q, packed = Blocks.PackedLength;
        Vector512<double>* curvatureFactor = scratch, full = curvatureFactor + packed + q, root = full + square;
        Vector512<double>* lambdaSlope = root + square, moved = lambdaSlope + q, weighted = moved + q;
        Vector512<double>* curved = weighted + q;
        Vector512<double>* u = Modes(_u, batch), gamma = Cross(batch) + packed;
        Vector512<double>* scores = Batch(_scores, batch, (q + 1) * q);
        Vector512<double>* information = (Vector512<double>*)_information.Batch(batch);

        // λ and κ.
        Vector512<double>* v = Batch(_posterior.ModeSlopes, batch, q);
        LaneProducts.FactorTransposedTimes(Lambda, q, tau, lambdaSlope);
        for (int l = 0; l < q; l++) lambdaSlope[l] = v[l] - (Vector512.Create(0.5) * lambdaSlope[l]);
        LaneCholesky.SolveLower(factor, factor + packed, q, lambdaSlope);
        LaneCholesky.SolveLowerTransposed(factor, factor + packed, q, lambdaSlope);
        LaneProducts.FactorTimes(Lambda, q, lambdaSlope, adjoint);
        LaneProducts.SymmetricTimes(Cross(batch), q, adjoint, weighted);

        // R = L⁻ᵀ is what C meets, and ΛM̄ what A does.
        Factor(information, curvatureFactor, moved);
        LaneProducts.InvertTransposed(curvatureFactor, curvatureFactor + packed, q, root);
        LaneProducts.Unpack(Batch(_posterior.CurvatureSlopes, batch, packed), q, full);
        Vector512<double> scale = Vector512.Create(1 / _dispersion);
        Vector512<double> spread = Vector512.Create(Math.Sqrt(2 / _dispersion));
        for (int c = 0; c < q; c++)
        {
            // Column c of AΛM̄: M̄ is symmetric.
            LaneProducts.FactorTimes(Lambda, q, full + (c * q), moved);
            LaneProducts.SymmetricTimes(information, q, moved, curved);
            for (int r = 0; r < q; r++)
            {
                // Element (r, c) of CRᵀ: C's column l is the mean of z_l times the scores, R upper triangular.
                Vector512<double> mixed = Vector512<double>.Zero;
                for (int l = c; l < q; l++)
                    mixed = Vector512.FusedMultiplyAdd(scores[((l + 1) * q) + r], root[(c * q) + l], mixed);
                Vector512<double> sum = (scale * scores[r] * u[c]) + (spread * mixed);
                sum += curved[r] + curved[r] + (gamma[r] * lambdaSlope[c]);
                sum -= ((Vector512.Create(0.5) * tau[r]) + weighted[r]) * u[c];
                matrix[(r * q) + c] += sum;
            }
        }
    }

    private static Vector512<double>* Batch(AlignedBuffer buffer, int batch, int entries) =>
        (Vector512<double>*)(buffer.Start + ((long)batch * entries * LaneCholesky.Lanes));

    private static int ScratchLength(int q) => LaneCholesky.PackedLength(q) + (2 * q * q) + (5 * q);
}

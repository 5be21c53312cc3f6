using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Glmm.Sparse.Core;
using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Threading;

namespace Glmm.Sparse.Likelihood;

/// <summary>
/// The Laplace approximation's gradient in D̃ = ΛΛᵀ, which exists where D̃ is singular, too: with γ = Zᵀs, τ = Zᵀt and
/// ρ = (I + A₀D̃)⁻¹τ, A₀ observed, it is ½ Σ [γγᵀ/φ − (I + AD̃)⁻¹A − ½(ργᵀ + γρᵀ)], and κ = −½D̃ρ.
/// </summary>
internal sealed unsafe class LaplaceAdjoint : AdjointSweep
{
    private readonly ClusterBlocks _information;
    private readonly double[] _inverse;
    private bool _regular;
    private double _reciprocalDispersion;

    /// <param name="blocks">The clusters' statistics with observed weights.</param>
    /// <param name="information">Those of the weights in M, which may be the same.</param>
    /// <param name="team">Threads.</param>
    /// <param name="shape">Whether there is a shape.</param>
    internal LaplaceAdjoint(ClusterBlocks blocks, ClusterBlocks information, WorkerTeam team, bool shape)
        : base(blocks, team, shape, ScratchLength(blocks.RandomCount))
    {
        _information = information;
        _inverse = new double[Q * Q];
    }

    /// <summary>Computes the gradient.</summary>
    /// <param name="lambda">Λ.</param>
    /// <param name="dispersion">φ.</param>
    /// <param name="slopes">The clusters' slopes.</param>
    internal void Run(ReadOnlySpan<double> lambda, double dispersion, AlignedBuffer slopes)
    {
        Slopes = slopes;
        _reciprocalDispersion = 1 / dispersion;
        _regular = ClusterShrinkage.TryInvert(lambda, Q, _inverse);
        Run(lambda, _regular ? _inverse : []);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Solve(
        int batch, Vector512<double>* factor, Vector512<double>* tau, Vector512<double>* scratch,
        Vector512<double>* adjoint, Vector512<double>* matrix)
    {
        int q = Q, square = q * q;

        // The root is ΛL⁻ᵀ.
        Vector512<double>* full = scratch, lambdaRoot = full + square, other = lambdaRoot + square;
        Vector512<double>* shrinkage = other + square, rho = shrinkage + square, moved = rho + q, second = moved + q;
        Vector512<double>* gamma = Cross(batch) + Blocks.PackedLength;
        double* inverse = _regular ? InverseLambda : null;
        LaneProducts.Unpack(Cross(batch), q, full);
        ClusterShrinkage.Compute(
            factor, factor + Blocks.PackedLength, q, TransposedLambda, inverse, full, lambdaRoot, other, shrinkage);
        for (int r = 0; r < q; r++)
        {
            Vector512<double> sum = Vector512<double>.Zero;
            for (int c = 0; c < q; c++) sum = Vector512.FusedMultiplyAdd(shrinkage[(r * q) + c], tau[c], sum);
            rho[r] = sum;
        }

        if (!ReferenceEquals(_information, Blocks))
        {
            // M has other weights than K.
            Vector512<double>* a = (Vector512<double>*)_information.Batch(batch);
            Factor(a, second, moved);
            LaneProducts.Unpack(a, q, full);
            ClusterShrinkage.Compute(
                second, second + Blocks.PackedLength, q, TransposedLambda, inverse, full, lambdaRoot, other, shrinkage);
        }

        Vector512<double> half = Vector512.Create(0.5), quarter = Vector512.Create(0.25);
        Vector512<double> scale = Vector512.Create(0.5 * _reciprocalDispersion);
        for (int r = 0; r < q; r++)
        {
            for (int c = 0; c < q; c++)
            {
                // A is symmetric: its column c is its row c.
                Vector512<double> shrunk = Vector512<double>.Zero;
                for (int e = 0; e < q; e++)
                    shrunk = Vector512.FusedMultiplyAdd(shrinkage[(r * q) + e], full[(c * q) + e], shrunk);
                matrix[(r * q) + c] += (scale * gamma[r] * gamma[c]) - (half * shrunk) -
                                       (quarter * ((rho[r] * gamma[c]) + (gamma[r] * rho[c])));
            }
        }

        LaneProducts.FactorTransposedTimes(Lambda, q, rho, moved);
        LaneProducts.FactorTimes(Lambda, q, moved, adjoint);
        for (int l = 0; l < q; l++) adjoint[l] *= -half;
    }

    private static int ScratchLength(int q) => (4 * q * q) + (3 * q) + LaneCholesky.PackedLength(q);
}

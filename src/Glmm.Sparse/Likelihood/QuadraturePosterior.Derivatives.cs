using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Glmm.Sparse.LinearAlgebra;

namespace Glmm.Sparse.Likelihood;

/// <content>From the means of the scores to the derivatives in û and M.</content>
internal sealed unsafe partial class QuadraturePosterior
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Differentiate(int batch, Vector512<double>* nodes, Part part)
    {
        int q = Q;
        Moments(nodes, part);
        Vector512<double>* u = Modes(_u, batch), root = part.Root.Start;
        Vector512<double>* mean = part.Mean.Start, second = part.Second.Start, slope = part.RootSlope.Start;
        Vector512<double>* scores =
            (Vector512<double>*)(_scores.Start + ((long)batch * (q + 1) * q * LaneCholesky.Lanes));
        Vector512<double>* v = (Vector512<double>*)(ModeSlopes.Start + ((long)batch * q * LaneCholesky.Lanes));
        Vector512<double> spread = Vector512.Create(Math.Sqrt(2 * _dispersion));
        Vector512<double> toMode = Vector512.Create(1 / _dispersion);
        Vector512<double> toRoot = Vector512.Create(Math.Sqrt(2 / _dispersion));
        double* lambda = Lambda;

        // v = (Λᵀc̄ − û − √(2φ)Rz̄)/φ, and column l of R̄ = √(2/φ)(ΛᵀC_l − ûz̄_l − √(2φ)R(Σ a zzᵀ)_l).
        LaneProducts.FactorTransposedTimes(lambda, q, scores, v);
        for (int r = 0; r < q; r++)
        {
            Vector512<double> sum = Vector512<double>.Zero;
            for (int c = r; c < q; c++) sum = Vector512.FusedMultiplyAdd(root[(r * q) + c], mean[c], sum);
            v[r] = toMode * (v[r] - u[r] - (spread * sum));
        }

        Vector512<double> inner = Vector512<double>.Zero;
        for (int l = 0; l < q; l++)
        {
            LaneProducts.FactorTransposedTimes(lambda, q, scores + ((l + 1) * q), part.Point.Start);
            for (int r = 0; r < q; r++)
            {
                Vector512<double> sum = Vector512<double>.Zero;
                for (int c = r; c < q; c++)
                    sum = Vector512.FusedMultiplyAdd(root[(r * q) + c], second[(c * q) + l], sum);
                Vector512<double> element =
                    toRoot * (part.Point.Start[r] - (u[r] * mean[l]) - (spread * sum));
                slope[(r * q) + l] = element;
                inner = Vector512.FusedMultiplyAdd(element, root[(r * q) + l], inner);
            }
        }

        part.Sums.Start[0] = Vector512.FusedMultiplyAdd(Vector512.Create(0.5), inner, part.Sums.Start[0]);
        ToCurvature(batch, part);
    }

    // M̄ of R̄, and −2ΛM̄Λᵀ.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ToCurvature(int batch, Part part)
    {
        int q = Q;
        Vector512<double>* root = part.Root.Start, slope = part.RootSlope.Start, form = part.Second.Start;
        Vector512<double> half = Vector512.Create(0.5);

        // P + Pᵀ − I, P_rc = −Σ R̄_er R_ec for r > c, halved on the diagonal: twice a half there.
        for (int r = 0; r < q; r++)
        {
            for (int c = 0; c <= r; c++)
            {
                Vector512<double> sum = Vector512<double>.Zero;
                for (int e = 0; e < q; e++)
                    sum = Vector512.FusedMultiplyAdd(slope[(e * q) + r], root[(e * q) + c], sum);
                form[(r * q) + c] = form[(c * q) + r] = r == c ? -sum - Vector512<double>.One : -sum;
            }
        }

        // ½R(…)Rᵀ into the place of R̄.
        Conjugate(form, root, null, slope, part);
        Vector512<double>* curvature = (Vector512<double>*)(
            CurvatureSlopes.Start + ((long)batch * Blocks.PackedLength * LaneCholesky.Lanes));
        Vector512<double>* sensitivity = (Vector512<double>*)(
            _sensitivity.Start + ((long)batch * Blocks.PackedLength * LaneCholesky.Lanes));
        for (int r = 0; r < q; r++)
        {
            for (int c = 0; c < q; c++) slope[(r * q) + c] *= half;
            for (int c = 0; c <= r; c++) *curvature++ = slope[(r * q) + c];
        }

        Conjugate(slope, null, Lambda, form, part);
        for (int r = 0; r < q; r++)
        {
            for (int c = 0; c <= r; c++) *sensitivity++ = Vector512.Create(-2.0) * form[(r * q) + c];
        }
    }

    // target = B S Bᵀ for a symmetric S and B = R or Λ.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Conjugate(
        Vector512<double>* s, Vector512<double>* root, double* lambda, Vector512<double>* target, Part part)
    {
        int q = Q;
        Vector512<double>* product = part.Product.Start;
        for (int r = 0; r < q; r++)
        {
            for (int c = 0; c < q; c++)
            {
                Vector512<double> sum = Vector512<double>.Zero;
                for (int e = 0; e < q; e++) sum = Vector512.FusedMultiplyAdd(Element(r, e), s[(e * q) + c], sum);
                product[(r * q) + c] = sum;
            }
        }

        for (int r = 0; r < q; r++)
        {
            for (int c = 0; c < q; c++)
            {
                Vector512<double> sum = Vector512<double>.Zero;
                for (int e = 0; e < q; e++) sum = Vector512.FusedMultiplyAdd(product[(r * q) + e], Element(c, e), sum);
                target[(r * q) + c] = sum;
            }
        }

        Vector512<double> Element(int row, int column) =>
            root is not null ? root[(row * q) + column] : Vector512.Create(lambda[(row * q) + column]);
    }

    // Σ a z and Σ a zzᵀ.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Moments(Vector512<double>* nodes, Part part)
    {
        int q = Q;
        Vector512<double>* mean = part.Mean.Start, second = part.Second.Start;
        part.Mean.Span.Clear();
        part.Second.Span.Clear();
        for (int k = 0; k < _rule.Count; k++)
        {
            ReadOnlySpan<double> z = _rule.Point(k);
            for (int r = 0; r < q; r++)
            {
                Vector512<double> weighted = nodes[k] * Vector512.Create(z[r]);
                mean[r] += weighted;
                for (int c = 0; c < q; c++)
                {
                    second[(r * q) + c] = Vector512.FusedMultiplyAdd(
                        weighted, Vector512.Create(z[c]), second[(r * q) + c]);
                }
            }
        }
    }
}

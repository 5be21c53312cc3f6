using System.Runtime.CompilerServices;
using Glmm.Sparse.LinearAlgebra;

namespace Glmm.Sparse.Core;

/// <summary>
/// Sums over all clusters that the derivatives of the working criterion in D̃ are made of, over the packed elements
/// l = (a ≥ b) of D̃ with directions G_l = E_ab + E_ba (E_aa on the diagonal).
/// </summary>
/// <remarks>
/// With E_i = (I + A_iD̃)⁻¹: T_i = ZᵀṼ⁻¹Z = E_iA_i, ZᵀṼ⁻¹X = E_iB_iᵀ, γ_i = ZᵀPỹ = E_iz̄_i and, with S = RRᵀ,
/// V_i = R⁻¹XᵀṼ⁻¹Z and for REML C_i = V_iᵀV_i. First derivatives: Searle, Casella &amp; McCulloch (1992), §6.6; average
/// information: Gilmour, Thompson &amp; Cullis (1995).
/// </remarks>
internal sealed class DerivativeTotals
{
    // Beyond this p the sums N_l would cost more than the exact Hessian saves; average information serves there.
    private const int MostFixedForExactHessian = 40;

    private readonly (int Row, int Column)[] _positions;
    private readonly double[] _pairs;

    internal DerivativeTotals(int fixedCount, int randomCount, bool restricted)
    {
        FixedCount = fixedCount;
        RandomCount = randomCount;
        ElementCount = LaneCholesky.PackedLength(randomCount);
        HasFixedCross = SumsFixedCross(fixedCount, restricted);
        Traces = new double[ElementCount];
        Scores = new double[ElementCount];
        FixedTraces = new double[ElementCount];
        Average = new double[ElementCount * ElementCount];
        Expected = new double[ElementCount * ElementCount];
        Mixed = new double[ElementCount * fixedCount];
        FixedCross = new double[HasFixedCross ? ElementCount * fixedCount * fixedCount : 0];
        _pairs = new double[ElementCount * ElementCount];
        _positions = new (int, int)[ElementCount];
        for (int r = 0, l = 0; r < randomCount; r++)
        {
            for (int c = 0; c <= r; c++, l++) _positions[l] = (r, c);
        }
    }

    /// <summary>Whether the N_l are summed for so many fixed effects.</summary>
    internal static bool SumsFixedCross(int fixedCount, bool restricted) =>
        restricted && fixedCount <= MostFixedForExactHessian;

    /// <summary>p.</summary>
    internal int FixedCount { get; }

    /// <summary>q.</summary>
    internal int RandomCount { get; }

    /// <summary>Packed elements of D̃, q(q+1)/2.</summary>
    internal int ElementCount { get; }

    /// <summary>Whether the N_l are summed; without them REML has no exact Hessian.</summary>
    internal bool HasFixedCross { get; }

    /// <summary>Σ T, packed.</summary>
    internal double[] Traces { get; }

    /// <summary>Σ γγᵀ, packed.</summary>
    internal double[] Scores { get; }

    /// <summary>Σ C, packed; 0 for ML.</summary>
    internal double[] FixedTraces { get; }

    /// <summary>Σ γᵀG_lTG_mγ, square.</summary>
    internal double[] Average { get; }

    /// <summary>Σ tr((2C − T)G_lTG_m), square; C is 0 for ML.</summary>
    internal double[] Expected { get; }

    /// <summary>h_l = Σ V G_lγ, p each.</summary>
    internal double[] Mixed { get; }

    /// <summary>N_l = Σ V G_l Vᵀ, p² each.</summary>
    internal double[] FixedCross { get; }

    /// <summary>h_l.</summary>
    internal Span<double> MixedOf(int l) => Mixed.AsSpan(l * FixedCount, FixedCount);

    /// <summary>N_l, row by row.</summary>
    internal Span<double> FixedCrossOf(int l) =>
        FixedCross.AsSpan(l * FixedCount * FixedCount, FixedCount * FixedCount);

    /// <summary>Takes the sums over all clusters.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Take(ClusterDerivatives sums)
    {
        int q = RandomCount, width = (FixedCount + 1) * q;
        for (int l = 0; l < ElementCount; l++)
        {
            (int a, int b) = _positions[l];
            Traces[l] = sums.Traces.Total(l);
            FixedTraces[l] = sums.FixedTraces.Total(l);
            Scores[l] = sums.Mixed.Total((a * width) + (FixedCount * q) + b);
            Span<double> mixed = MixedOf(l);
            for (int j = 0; j < FixedCount; j++)
            {
                mixed[j] = sums.Mixed.Total((b * width) + (j * q) + a);
                if (a != b) mixed[j] += sums.Mixed.Total((a * width) + (j * q) + b);
            }

            if (HasFixedCross) TakeFixedCross(sums.FixedCross, a, b, FixedCrossOf(l));
        }

        TakePairs(sums.Pairs, 0, Average);
        TakePairs(sums.Pairs, ElementCount * ElementCount, Expected);
    }

    /// <summary>Replaces every h_l by R⁻¹h_l, where V was summed without R⁻¹.</summary>
    /// <param name="whitening">R⁻¹, p² row by row, lower triangle.</param>
    internal void Whiten(ReadOnlySpan<double> whitening)
    {
        for (int l = 0; l < ElementCount; l++)
        {
            Span<double> mixed = MixedOf(l);
            for (int j = FixedCount - 1; j >= 0; j--)
                mixed[j] = FusedSums.Dot(whitening.Slice(j * FixedCount, j + 1), mixed[..(j + 1)]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TakeFixedCross(LaneSpan cross, int a, int b, Span<double> n)
    {
        int p = FixedCount, q = RandomCount;
        for (int j = 0; j < p; j++)
        {
            for (int i = 0; i <= j; i++)
            {
                double sum = cross.Total(Packed((j * q) + a, (i * q) + b));
                if (a != b) sum += cross.Total(Packed((j * q) + b, (i * q) + a));
                n[(j * p) + i] = sum;
                n[(i * p) + j] = sum;
            }
        }
    }

    // tr(P G_l T G_m) for symmetric P and T from the sums of their elements' products.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TakePairs(LaneSpan pairs, int start, double[] target)
    {
        for (int e = 0; e < _pairs.Length; e++) _pairs[e] = pairs.Total(start + e);
        for (int l = 0; l < ElementCount; l++)
        {
            (int a, int b) = _positions[l];
            for (int m = 0; m <= l; m++)
            {
                (int c, int d) = _positions[m];
                double sum = Pair(d, a, b, c);
                if (a != b) sum += Pair(d, b, a, c);
                if (c != d) sum += Pair(c, a, b, d);
                if (a != b && c != d) sum += Pair(c, b, a, d);
                target[(l * ElementCount) + m] = sum;
                target[(m * ElementCount) + l] = sum;
            }
        }
    }

    // Σ P_rc T_ef.
    private double Pair(int r, int c, int e, int f) => _pairs[(Packed(r, c) * ElementCount) + Packed(e, f)];

    private static int Packed(int r, int c) =>
        r >= c ? LaneCholesky.PackedIndex(r, c) : LaneCholesky.PackedIndex(c, r);
}

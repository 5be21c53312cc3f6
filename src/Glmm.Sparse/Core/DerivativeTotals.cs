using Glmm.Sparse.LinearAlgebra;

namespace Glmm.Sparse.Core;

/// <summary>
/// Sums over all clusters that the derivatives of the working criterion in D̃ are made of, over the packed elements
/// l = (a ≥ b) of D̃ with directions G_l = E_ab + E_ba (E_aa on the diagonal).
/// </summary>
/// <remarks>
/// With E_i = (I + A_iD̃)⁻¹: T_i = ZᵀṼ⁻¹Z = E_iA_i, ZᵀṼ⁻¹X = E_iB_iᵀ, γ_i = ZᵀPỹ = E_iz̄_i and, for REML,
/// C_i = (ZᵀṼ⁻¹X)S⁻¹(XᵀṼ⁻¹Z). First derivatives: Searle, Casella &amp; McCulloch (1992), §6.6; average information:
/// Gilmour, Thompson &amp; Cullis (1995).
/// </remarks>
internal sealed class DerivativeTotals
{
    // Beyond this p the p×p×m sums N_l would cost more than the exact Hessian saves; average information serves there.
    private const int MostFixedForExactHessian = 40;

    internal DerivativeTotals(int fixedCount, int randomCount)
    {
        FixedCount = fixedCount;
        RandomCount = randomCount;
        ElementCount = LaneCholesky.PackedLength(randomCount);
        HasFixedCross = fixedCount <= MostFixedForExactHessian;
        Traces = new double[ElementCount];
        Scores = new double[ElementCount];
        FixedTraces = new double[ElementCount];
        Average = new double[ElementCount * ElementCount];
        Expected = new double[ElementCount * ElementCount];
        Mixed = new double[ElementCount * fixedCount];
        FixedCross = new double[HasFixedCross ? ElementCount * fixedCount * fixedCount : 0];
    }

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

    /// <summary>h_l = Σ XᵀṼ⁻¹Z G_lγ, p each.</summary>
    internal double[] Mixed { get; }

    /// <summary>N_l = Σ XᵀṼ⁻¹Z G_l ZᵀṼ⁻¹X, p² each; 0 for ML.</summary>
    internal double[] FixedCross { get; }

    /// <summary>h_l.</summary>
    internal ReadOnlySpan<double> MixedOf(int l) => Mixed.AsSpan(l * FixedCount, FixedCount);

    /// <summary>N_l, row by row.</summary>
    internal ReadOnlySpan<double> FixedCrossOf(int l) =>
        FixedCross.AsSpan(l * FixedCount * FixedCount, FixedCount * FixedCount);

    internal void Clear()
    {
        ReadOnlySpan<double[]> sums = [Traces, Scores, FixedTraces, Average, Expected, Mixed, FixedCross];
        foreach (double[] sum in sums) Array.Clear(sum);
    }

    /// <summary>Adds a partition's sums.</summary>
    internal void Add(ClusterDerivatives part)
    {
        AddLanes(part.Traces, Traces);
        AddLanes(part.Scores, Scores);
        AddLanes(part.FixedTraces, FixedTraces);
        AddLanes(part.Mixed, Mixed);
        AddSymmetric(part.Average, 0, Average.AsSpan(), ElementCount);
        AddSymmetric(part.Expected, 0, Expected.AsSpan(), ElementCount);
        if (!HasFixedCross) return;
        int packed = LaneCholesky.PackedLength(FixedCount), square = FixedCount * FixedCount;
        for (int l = 0; l < ElementCount; l++)
            AddSymmetric(part.FixedCross, l * packed, FixedCross.AsSpan(l * square, square), FixedCount);
    }

    private static void AddLanes(LaneSpan lanes, double[] target)
    {
        for (int i = 0; i < target.Length; i++) target[i] += lanes.Total(i);
    }

    private static void AddSymmetric(LaneSpan packed, int start, Span<double> target, int order)
    {
        for (int r = 0, at = start; r < order; r++)
        {
            for (int c = 0; c <= r; c++, at++)
            {
                double sum = packed.Total(at);
                target[(r * order) + c] += sum;
                if (r != c) target[(c * order) + r] += sum;
            }
        }
    }
}

using System.Runtime.CompilerServices;

namespace Glmm.Sparse.Kernels;

/// <summary>
/// From derivatives with respect to μ to those with respect to η, of an objective that is no function of (y − μ)δ/V.
/// </summary>
/// <remarks>
/// The n-th derivative comes multiplied by δⁿ: so it stays moderate in the tails, where it alone would overflow.
/// </remarks>
internal static class ChainRule<T>
    where T : struct, IRowVector<T>
{
    /// <summary>d²/dη² = f″δ² + f′δ l₁.</summary>
    /// <param name="first">f′δ.</param>
    /// <param name="second">f″δ².</param>
    /// <param name="bend">l₁ and l₂, the logarithmic derivatives of δ.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Second(T first, T second, in BendLanes<T> bend) => T.MultiplyAdd(first, bend.First, second);

    /// <summary>d³/dη³ = f‴δ³ + 3f″δ² l₁ + f′δ(l₁² + l₂).</summary>
    /// <param name="first">f′δ.</param>
    /// <param name="second">f″δ².</param>
    /// <param name="third">f‴δ³.</param>
    /// <param name="bend">l₁ and l₂, the logarithmic derivatives of δ.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Third(T first, T second, T third, in BendLanes<T> bend)
    {
        var ofFirst = T.MultiplyAdd(bend.First, bend.First, bend.Second);
        return T.MultiplyAdd(first, ofFirst, T.MultiplyAdd(3 * second, bend.First, third));
    }
}

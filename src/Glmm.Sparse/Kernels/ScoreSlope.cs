using System.Runtime.CompilerServices;

namespace Glmm.Sparse.Kernels;

/// <summary>Derivatives of a score s = (y − μ)q, q = δ/V, divided by q.</summary>
/// <remarks>
/// With the logarithmic derivatives a of q and b of r = qμ, s = yq − r gives −s' = q(μb₁ − ya₁) and
/// −s'' = q(μ(b₁² + b₂) − y(a₁² + a₂)). That keeps its digits where the textbook's δ − (y − μ)a₁ is a small difference
/// of large numbers, as under a log link with μ far from y. Only near the upper edge of (0, 1) is it the other way
/// round: there y and μ may agree in all digits but those of y − μ, which the caller has.
/// </remarks>
internal static class ScoreSlope<T>
    where T : struct, IRowVector<T>
{
    /// <summary>−s'/q.</summary>
    /// <param name="y">The response.</param>
    /// <param name="difference">y − μ, exact in the tails.</param>
    /// <param name="at">The mean.</param>
    /// <param name="a1">d log|q|/dη.</param>
    /// <param name="b1">d log|qμ|/dη = a₁ + δ/μ.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T First<TLink>(T y, T difference, in MeanLanes<T> at, T a1, T b1)
        where TLink : struct, ILinkLanes<T>
    {
        var apart = (at.Mean * b1) - (y * a1);
        if (!TLink.MeansAreProportions)
            return apart;
        var upper = T.LessThan(at.Complement, at.Mean);
        return T.ConditionalSelect(upper, at.Derivative - (difference * a1), apart);
    }

    /// <summary>−s''/q.</summary>
    /// <param name="y">The response.</param>
    /// <param name="difference">y − μ, exact in the tails.</param>
    /// <param name="at">The mean.</param>
    /// <param name="bend">The logarithmic derivatives of δ.</param>
    /// <param name="a">Those of q.</param>
    /// <param name="b">Those of qμ.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Second<TLink>(
        T y, T difference, in MeanLanes<T> at, in BendLanes<T> bend, in BendLanes<T> a, in BendLanes<T> b)
        where TLink : struct, ILinkLanes<T>
    {
        var ofQuotient = (a.First * a.First) + a.Second;
        var apart = (at.Mean * ((b.First * b.First) + b.Second)) - (y * ofQuotient);
        if (!TLink.MeansAreProportions)
            return apart;
        var upper = T.LessThan(at.Complement, at.Mean);
        var together = (at.Derivative * (bend.First + a.First + a.First)) - (difference * ofQuotient);
        return T.ConditionalSelect(upper, together, apart);
    }
}

using System.Runtime.CompilerServices;

namespace Glmm.Sparse.Kernels;

/// <summary>A link's inverse, block by block. Implemented by structs, so that the JIT makes one loop per
/// link.</summary>
internal interface ILinkLanes<T>
    where T : struct, IRowVector<T>
{
    /// <summary>Every η gives a mean in (0, 1), so the complement is always meaningful.</summary>
    public static virtual bool MeansAreProportions => false;

    /// <summary>Moves η to where μ, δ and their ratios are normal numbers; no η that data call for changes.</summary>
    public T Saturate(T eta);

    /// <summary>μ, 1 − μ and dμ/dη of a saturated η.</summary>
    /// <param name="eta">η.</param>
    /// <param name="withComplement">Whether the family confines μ to (0, 1), so that 1 − μ is wanted.</param>
    public MeanLanes<T> Invert(T eta, bool withComplement);

    /// <summary>The logarithmic derivatives of δ, exact in the tails too.</summary>
    public BendLanes<T> Bend(in MeanLanes<T> at);

    /// <summary>d log|δ/μ|/dη; what the derivative of δ/μ is to δ/μ itself.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static virtual T RelativeBend<TLink>(in MeanLanes<T> at, in BendLanes<T> bend)
        where TLink : struct, ILinkLanes<T> => bend.First - TLink.RelativeDerivative(at);

    /// <summary>d log|δ/(1 − μ)|/dη, where μ lies in (0, 1).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static virtual T ComplementBend(in MeanLanes<T> at, in BendLanes<T> bend) =>
        bend.First + (at.Derivative / at.Complement);

    /// <summary>log(y/μ) for y ≥ 0; some finite number where y is 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static virtual T LogRatio(T y, in MeanLanes<T> at) => Lanes<T>.LogRatio(y, at.Mean);

    /// <summary>δ/μ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static virtual T RelativeDerivative(in MeanLanes<T> at) => at.Derivative / at.Mean;

    /// <summary>log μ of means above 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static virtual T LogMean(in MeanLanes<T> at) => VectorMath<T>.Log(at.Mean);

    /// <summary>−y log μ − (1 − y) log(1 − μ) of means in (0, 1).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static virtual T CrossEntropy<TLink>(T y, in MeanLanes<T> at)
        where TLink : struct, ILinkLanes<T>
    {
        TLink.Logarithms(at, out var logMean, out var logComplement);
        return -((y * logMean) + ((T.One - y) * logComplement));
    }

    /// <summary>log μ and log(1 − μ) of means in (0, 1).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static virtual void Logarithms(in MeanLanes<T> at, out T logMean, out T logComplement)
    {
        // Of the two, the one near 1 is taken through the other: log(1 − smaller).
        var upper = T.LessThan(at.Complement, at.Mean);
        var least = T.Min(at.Mean, at.Complement);
        var larger = -VectorMath<T>.MinusLogOfComplement(least);
        var smaller = VectorMath<T>.Log(least);
        logMean = T.ConditionalSelect(upper, larger, smaller);
        logComplement = T.ConditionalSelect(upper, smaller, larger);
    }
}

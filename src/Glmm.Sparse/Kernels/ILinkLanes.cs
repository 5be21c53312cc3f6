using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Glmm.Sparse.Kernels;

/// <summary>A link's inverse on four lanes. Implemented by structs, so that the JIT makes one loop per link.</summary>
internal interface ILinkLanes
{
    /// <summary>Every η gives a mean in (0, 1), so the complement is always meaningful.</summary>
    public static virtual bool MeansAreProportions => false;

    /// <summary>Moves η to where μ, δ and their ratios are normal numbers; no η that data call for changes.</summary>
    public Vector256<double> Saturate(Vector256<double> eta);

    /// <summary>μ, 1 − μ and dμ/dη of a saturated η.</summary>
    public MeanLanes Invert(Vector256<double> eta);

    /// <summary>log μ and log(1 − μ) of means in (0, 1).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static virtual void Logarithms(
        in MeanLanes at, out Vector256<double> logMean, out Vector256<double> logComplement)
    {
        // Of the two, the one near 1 is taken through the other: log(1 − smaller).
        var upper = Vector256.GreaterThan(at.Mean, at.Complement);
        var larger = VectorMath.LogP1(-Vector256.Min(at.Mean, at.Complement));
        var smaller = VectorMath.Log(Vector256.Min(at.Mean, at.Complement));
        logMean = Vector256.ConditionalSelect(upper, larger, smaller);
        logComplement = Vector256.ConditionalSelect(upper, smaller, larger);
    }
}

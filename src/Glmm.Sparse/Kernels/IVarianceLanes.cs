using System.Runtime.Intrinsics;

namespace Glmm.Sparse.Kernels;

/// <summary>A variance function and its deviance on eight lanes. Implemented by structs, as links are.</summary>
internal interface IVarianceLanes
{
    /// <summary>The mean is confined to (0, 1).</summary>
    public static virtual bool MeansAreProportions => false;

    /// <summary>The link for which dμ/dη = V(μ), so that w = ωδ; null when there is none.</summary>
    public static virtual Type? CanonicalLink => null;

    /// <summary>a·b/V(μ), in an order that neither overflows nor underflows before the result does.</summary>
    public Vector512<double> Quotient(Vector512<double> a, Vector512<double> b, in MeanLanes at);

    /// <summary>½ of the unit deviance, ∫_y^μ (u − y)/V(u) du; may be infinite, is never NaN.</summary>
    /// <param name="y">The response.</param>
    /// <param name="difference">y − μ, exact in the tails.</param>
    /// <param name="at">The mean.</param>
    /// <typeparam name="TLink">The link, which may know logarithms of μ cheaply.</typeparam>
    public Vector512<double> HalfDeviance<TLink>(Vector512<double> y, Vector512<double> difference, in MeanLanes at)
        where TLink : struct, ILinkLanes;
}

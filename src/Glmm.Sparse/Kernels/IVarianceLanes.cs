using System.Runtime.Intrinsics;

namespace Glmm.Sparse.Kernels;

/// <summary>A variance function and its deviance on four lanes. Implemented by structs, as links are.</summary>
internal interface IVarianceLanes
{
    /// <summary>The mean is confined to (0, 1).</summary>
    public static virtual bool MeansAreProportions => false;

    /// <summary>The link for which dμ/dη = V(μ), so that w = ωδ; null when there is none.</summary>
    public static virtual Type? CanonicalLink => null;

    /// <summary>a·b/V(μ), in an order that neither overflows nor underflows before the result does.</summary>
    public Vector256<double> Quotient(Vector256<double> a, Vector256<double> b, in MeanLanes at);

    /// <summary>x/√V(μ), likewise.</summary>
    public Vector256<double> Standardize(Vector256<double> x, in MeanLanes at);

    /// <summary>½ of the unit deviance, ∫_y^μ (u − y)/V(u) du; may be infinite, is never NaN.</summary>
    /// <param name="y">The response.</param>
    /// <param name="difference">y − μ, exact in the tails.</param>
    /// <param name="at">The mean.</param>
    /// <typeparam name="TLink">The link, which may know logarithms of μ cheaply.</typeparam>
    public Vector256<double> HalfDeviance<TLink>(Vector256<double> y, Vector256<double> difference, in MeanLanes at)
        where TLink : struct, ILinkLanes;
}

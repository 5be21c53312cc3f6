using System.Runtime.Intrinsics;
using Glmm.Sparse.Families;

namespace Glmm.Sparse.Kernels;

/// <summary>A user's link: its functions are called lane by lane.</summary>
internal readonly struct CustomLinkLanes(CustomLink link) : ILinkLanes
{
    /// <inheritdoc/>
    public Vector256<double> Saturate(Vector256<double> eta) =>
        Lanes.Clamp(eta, -double.MaxValue, double.MaxValue);

    /// <inheritdoc/>
    public MeanLanes Invert(Vector256<double> eta)
    {
        var mean = Lanes.Map(eta, link.InverseOf);
        return new(eta, mean, Lanes.One - mean, Lanes.Map(eta, link.DerivativeAt));
    }
}

/// <summary>A user's variance function: it is called lane by lane, and its deviance is integrated numerically.</summary>
internal readonly struct CustomVariance(Family family) : IVarianceLanes
{
    /// <inheritdoc/>
    public Vector256<double> Quotient(Vector256<double> a, Vector256<double> b, in MeanLanes at)
    {
        var domain = MeanBounds.Of(family.Domain);
        return a * (b / Lanes.Map(Lanes.Clamp(at.Mean, domain.Lowest, domain.Highest), family.Variance));
    }

    /// <inheritdoc/>
    public Vector256<double> HalfDeviance<TLink>(
        Vector256<double> y, Vector256<double> difference, in MeanLanes at)
        where TLink : struct, ILinkLanes
    {
        var result = y;
        for (int lane = 0; lane < Vector256<double>.Count; lane++)
        {
            double half = DevianceIntegral.HalfDeviance(family, y.GetElement(lane), at.Mean.GetElement(lane));
            result = result.WithElement(lane, half);
        }

        return result;
    }
}

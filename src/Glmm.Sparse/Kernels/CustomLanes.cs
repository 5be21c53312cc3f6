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

/// <summary>A user's variance function: called lane by lane, its deviance integrated numerically.</summary>
internal readonly struct CustomVariance(Family family) : IVarianceLanes
{
    /// <inheritdoc/>
    public Vector256<double> Quotient(Vector256<double> a, Vector256<double> b, in MeanLanes at) =>
        a * (b / Variance(at));

    /// <inheritdoc/>
    public Vector256<double> Standardize(Vector256<double> x, in MeanLanes at) => x / Vector256.Sqrt(Variance(at));

    /// <inheritdoc/>
    public Vector256<double> HalfDeviance<TLink>(
        Vector256<double> y, Vector256<double> difference, in MeanLanes at)
        where TLink : struct, ILinkLanes
    {
        var result = y;
        for (int lane = 0; lane < Vector256<double>.Count; lane++)
        {
            // Padding repeats the last row: its integral is already there.
            bool repeats = lane > 0
                && y.GetElement(lane) == y.GetElement(lane - 1)
                && at.Mean.GetElement(lane) == at.Mean.GetElement(lane - 1);
            double half = repeats
                ? result.GetElement(lane - 1)
                : DevianceIntegral.HalfDeviance(family, y.GetElement(lane), at.Mean.GetElement(lane));
            result = result.WithElement(lane, half);
        }

        return result;
    }

    private Vector256<double> Variance(in MeanLanes at)
    {
        var bounds = MeanBounds.Of(family.Domain);
        return Lanes.Map(Lanes.Clamp(at.Mean, bounds.Lowest, bounds.Highest), family.Variance);
    }
}

using System.Runtime.Intrinsics;
using Glmm.Sparse.Families;

namespace Glmm.Sparse.Kernels;

/// <summary>Turns a family and a link into the closed generic that was compiled for the two.</summary>
/// <remarks>A new link or variance is one struct and one line here; it then goes with everything else.</remarks>
internal static class KernelFactory
{
    /// <summary>Makes the kernel for the vectors of this machine.</summary>
    public static WorkingKernel Create(Family family, Link link)
    {
        if (Vector512.IsHardwareAccelerated)
            return KernelFactory<RowVector512>.Create(family, link);
        return Vector256.IsHardwareAccelerated
            ? KernelFactory<RowVector256>.Create(family, link)
            : KernelFactory<RowVector128>.Create(family, link);
    }
}

/// <summary>Makes kernels for one kind of vector.</summary>
internal static class KernelFactory<T>
    where T : struct, IRowVector<T>
{
    /// <summary>Makes the kernel.</summary>
    public static WorkingKernel Create(Family family, Link link) => link.Kind switch
    {
        LinkKind.Identity => With(default(IdentityLanes<T>), family, link),
        LinkKind.Log => With(default(LogLanes<T>), family, link),
        LinkKind.Logit => With(default(LogitLanes<T>), family, link),
        LinkKind.Probit => With(default(ProbitLanes<T>), family, link),
        LinkKind.CLogLog => With(default(CLogLogLanes<T>), family, link),
        LinkKind.Cauchit => With(default(CauchitLanes<T>), family, link),
        LinkKind.Inverse => With(default(InverseLanes<T>), family, link),
        LinkKind.Sqrt => With(default(SqrtLanes<T>), family, link),
        LinkKind.InverseSquare => With(default(InverseSquareLanes<T>), family, link),
        LinkKind.Custom => With(new CustomLinkLanes<T>((CustomLink)link), family, link),
        _ => throw new InvalidOperationException($"Link {link.Kind} has no kernel."),
    };

    private static WorkingKernel With<TLink>(TLink lanes, Family family, Link link)
        where TLink : struct, ILinkLanes<T> => family.Kind switch
        {
            VarianceKind.Constant => With(lanes, default(ConstantVariance<T>), family, link),
            VarianceKind.Binomial => With(lanes, default(BinomialVariance<T>), family, link),
            VarianceKind.Poisson => With(lanes, default(PoissonVariance<T>), family, link),
            VarianceKind.Gamma => With(lanes, default(GammaVariance<T>), family, link),
            VarianceKind.InverseGaussian => With(lanes, default(InverseGaussianVariance<T>), family, link),
            VarianceKind.NegativeBinomial =>
                new ShapedKernel<T, TLink, NegativeBinomialVariance<T>>(lanes, new(family.Theta!.Value), family, link),
            VarianceKind.NegativeBinomial1 =>
                new ShapedKernel<T, TLink, NegativeBinomial1Variance<T>>(
                    lanes, new(family.Shape!.Value.Value), family, link),
            VarianceKind.Beta =>
                new ShapedKernel<T, TLink, BetaVariance<T>>(lanes, new(family.Shape!.Value.Value), family, link),
            VarianceKind.Custom => With(lanes, new CustomVariance<T>(family), family, link),
            _ => throw new InvalidOperationException($"Variance {family.Kind} has no kernel."),
        };

    private static WorkingKernel<T, TLink, TVariance> With<TLink, TVariance>(
        TLink lanes, TVariance variance, Family family, Link link)
        where TLink : struct, ILinkLanes<T>
        where TVariance : struct, IVarianceLanes<T> => new(lanes, variance, family, link);
}

using Glmm.Sparse.Families;

namespace Glmm.Sparse.Kernels;

/// <summary>Turns a family and a link into the closed generic that was compiled for the two.</summary>
/// <remarks>A new link or variance is one struct and one line here; it then goes with everything else.</remarks>
internal static class KernelFactory
{
    /// <summary>Makes the kernel.</summary>
    public static WorkingKernel Create(Family family, Link link) => link.Kind switch
    {
        LinkKind.Identity => With(default(IdentityLanes), family, link),
        LinkKind.Log => With(default(LogLanes), family, link),
        LinkKind.Logit => With(default(LogitLanes), family, link),
        LinkKind.Probit => With(default(ProbitLanes), family, link),
        LinkKind.CLogLog => With(default(CLogLogLanes), family, link),
        LinkKind.Cauchit => With(default(CauchitLanes), family, link),
        LinkKind.Inverse => With(default(InverseLanes), family, link),
        LinkKind.Sqrt => With(default(SqrtLanes), family, link),
        LinkKind.InverseSquare => With(default(InverseSquareLanes), family, link),
        LinkKind.Custom => With(new CustomLinkLanes((CustomLink)link), family, link),
        _ => throw new InvalidOperationException($"Link {link.Kind} has no kernel."),
    };

    private static WorkingKernel With<TLink>(TLink lanes, Family family, Link link)
        where TLink : struct, ILinkLanes => family.Kind switch
        {
            VarianceKind.Constant => With(lanes, default(ConstantVariance), family, link),
            VarianceKind.Binomial => With(lanes, default(BinomialVariance), family, link),
            VarianceKind.Poisson => With(lanes, default(PoissonVariance), family, link),
            VarianceKind.Gamma => With(lanes, default(GammaVariance), family, link),
            VarianceKind.InverseGaussian => With(lanes, default(InverseGaussianVariance), family, link),
            VarianceKind.NegativeBinomial =>
                With(lanes, new NegativeBinomialVariance(family.Theta!.Value), family, link),
            VarianceKind.Custom => With(lanes, new CustomVariance(family), family, link),
            _ => throw new InvalidOperationException($"Variance {family.Kind} has no kernel."),
        };

    private static WorkingKernel<TLink, TVariance> With<TLink, TVariance>(
        TLink lanes, TVariance variance, Family family, Link link)
        where TLink : struct, ILinkLanes
        where TVariance : struct, IVarianceLanes => new(lanes, variance, family, link);
}

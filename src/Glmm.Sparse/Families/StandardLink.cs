namespace Glmm.Sparse.Families;

/// <summary>One of the nine built-in links.</summary>
internal sealed class StandardLink(string name, LinkKind kind) : Link(name, kind)
{
    /// <inheritdoc/>
    internal override bool ReachesInfinity =>
        Kind is LinkKind.Log or LinkKind.Logit or LinkKind.Probit or LinkKind.CLogLog or LinkKind.Cauchit;

    /// <inheritdoc/>
    public override double Apply(double mean) => Kind switch
    {
        LinkKind.Identity => mean,
        LinkKind.Log => Math.Log(mean),
        LinkKind.Logit => Math.Log(mean / (1 - mean)),
        LinkKind.Probit => NormalQuantile.At(mean),
        LinkKind.CLogLog => Math.Log(-Log1pOfNegative(mean)),
        LinkKind.Cauchit => CauchyQuantile(mean),
        LinkKind.Inverse => 1 / mean,
        LinkKind.Sqrt => Math.Sqrt(mean),
        LinkKind.InverseSquare => 1 / (mean * mean),
        _ => throw new InvalidOperationException($"Link {Kind} is not built in."),
    };

    /// <summary>log(1 − x): Kahan's correction of the rounding of 1 − x.</summary>
    private static double Log1pOfNegative(double x)
    {
        double u = 1 - x;
        return u == 1 ? -x : Math.Log(u) * x / (1 - u);
    }

    /// <summary>tan(π(p − ½)), by the cotangent in the tails, where p − ½ would lose the digits of p.</summary>
    private static double CauchyQuantile(double p) => p switch
    {
        < 0.25 => -1 / Math.Tan(Math.PI * p),
        > 0.75 => 1 / Math.Tan(Math.PI * (1 - p)),
        _ => Math.Tan(Math.PI * (p - 0.5)),
    };
}

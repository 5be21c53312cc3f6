namespace Glmm.Sparse.Families;

/// <summary>One of the nine built-in links.</summary>
internal sealed class StandardLink(string name, LinkKind kind) : Link(name, kind)
{
    /// <inheritdoc/>
    public override double Apply(double mean) => Kind switch
    {
        LinkKind.Identity => mean,
        LinkKind.Log => Math.Log(mean),
        LinkKind.Logit => Math.Log(mean / (1 - mean)),
        LinkKind.Probit => NormalQuantile.At(mean),
        LinkKind.CLogLog => Math.Log(-Log1pOfNegative(mean)),
        LinkKind.Cauchit => Math.Tan(Math.PI * (mean - 0.5)),
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
}

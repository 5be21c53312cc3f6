namespace Glmm.Sparse.Families;

/// <summary>A link g, η = g(μ), with its inverse and dμ/dη. Immutable and thread-safe.</summary>
/// <remarks>The inverse and its derivative are evaluated by <see cref="Kernels.WorkingKernel"/>, many rows at
/// once.</remarks>
public abstract class Link
{
    private protected Link(string name, LinkKind kind)
    {
        Name = name;
        Kind = kind;
    }

    /// <summary>η = μ.</summary>
    public static Link Identity { get; } = new StandardLink("identity", LinkKind.Identity);

    /// <summary>η = log μ.</summary>
    public static Link Log { get; } = new StandardLink("log", LinkKind.Log);

    /// <summary>η = log(μ/(1 − μ)).</summary>
    public static Link Logit { get; } = new StandardLink("logit", LinkKind.Logit);

    /// <summary>η = Φ⁻¹(μ), the normal quantile.</summary>
    public static Link Probit { get; } = new StandardLink("probit", LinkKind.Probit);

    /// <summary>η = log(−log(1 − μ)), the complementary log-log.</summary>
    public static Link CLogLog { get; } = new StandardLink("cloglog", LinkKind.CLogLog);

    /// <summary>η = tan(π(μ − ½)), the Cauchy quantile.</summary>
    public static Link Cauchit { get; } = new StandardLink("cauchit", LinkKind.Cauchit);

    /// <summary>η = 1/μ.</summary>
    public static Link Inverse { get; } = new StandardLink("inverse", LinkKind.Inverse);

    /// <summary>η = √μ, η &gt; 0.</summary>
    public static Link Sqrt { get; } = new StandardLink("sqrt", LinkKind.Sqrt);

    /// <summary>η = 1/μ², R's <c>1/mu^2</c>.</summary>
    public static Link InverseSquare { get; } = new StandardLink("inverse-square", LinkKind.InverseSquare);

    /// <summary>The built-in links, in the order in which messages list them.</summary>
    public static IReadOnlyList<Link> All { get; } =
        [Identity, Log, Logit, Probit, CLogLog, Cauchit, Inverse, Sqrt, InverseSquare];

    /// <summary>
    /// Whether the edge of the mean's domain lies at η = ±∞, so that an estimate can run off to infinity; a user's link
    /// may be of that kind.
    /// </summary>
    internal virtual bool ReachesInfinity => true;

    /// <summary>The name, such as <c>logit</c>.</summary>
    public string Name { get; }

    /// <summary>Which kernel evaluates the link.</summary>
    internal LinkKind Kind { get; }

    /// <summary>g(μ) of a mean inside the link's range; not finite at or beyond its edge.</summary>
    public abstract double Apply(double mean);

    /// <summary>A user's own link. The functions must be pure: they are called from several threads.</summary>
    /// <param name="name">Its name in messages and results.</param>
    /// <param name="link">g, η = g(μ).</param>
    /// <param name="inverse">g⁻¹, μ as a function of η.</param>
    /// <param name="derivative">dμ/dη as a function of η; strictly monotone links only, so it is never 0.</param>
    public static Link Custom(
        string name, Func<double, double> link, Func<double, double> inverse, Func<double, double> derivative)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(link);
        ArgumentNullException.ThrowIfNull(inverse);
        ArgumentNullException.ThrowIfNull(derivative);
        return new CustomLink(name, link, inverse, derivative);
    }

    /// <summary>Finds a built-in link by name.</summary>
    /// <param name="name">identity, log, logit, probit, cloglog, cauchit, inverse, sqrt or inverse-square.</param>
    /// <exception cref="InvalidModelOptionException">There is no such link.</exception>
    public static Link Parse(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return All.FirstOrDefault(link => string.Equals(link.Name, name, StringComparison.Ordinal))
            ?? throw new InvalidModelOptionException(
                $"There is no link '{name}'. Choose one of {string.Join(", ", All.Select(link => link.Name))}.");
    }

    /// <inheritdoc/>
    public sealed override string ToString() => Name;
}

namespace Glmm.Sparse.Families;

/// <summary>A link g, η = g(μ), with its inverse and dμ/dη. Immutable and thread-safe.</summary>
public abstract class Link
{
    /// <summary>The name, such as <c>logit</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Finds a built-in link by name.</summary>
    /// <param name="name">identity, log, logit, probit, cloglog, cauchit, inverse, sqrt or inverse-square.</param>
    /// <exception cref="InvalidModelOptionException">There is no such link.</exception>
    public static Link Parse(string name) => throw new NotImplementedException();
}

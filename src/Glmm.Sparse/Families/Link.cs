namespace Glmm.Sparse.Families;

/// <summary>A link g, η = g(μ), with its inverse and dμ/dη. Immutable and thread-safe.</summary>
public abstract class Link
{
    /// <summary>The name, such as <c>logit</c>.</summary>
    public abstract string Name { get; }
}

namespace Glmm.Sparse.Families;

/// <summary>A family: variance function, deviance and domains of μ and y. Immutable and thread-safe.</summary>
public abstract class Family
{
    /// <summary>The name, such as <c>binomial</c>.</summary>
    public abstract string Name { get; }
}

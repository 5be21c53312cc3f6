namespace Glmm.Sparse.Families;

/// <summary>A family: variance function, deviance and domains of μ and y. Immutable and thread-safe.</summary>
public abstract class Family
{
    /// <summary>The name, such as <c>binomial</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The link used when none is named.</summary>
    public abstract Link DefaultLink { get; }

    /// <summary>φ is estimated unless the user says otherwise; false for binomial, poisson and negative binomial.</summary>
    public abstract bool EstimatesDispersionByDefault { get; }

    /// <summary>The variance is that of a count of successes among trials (the prior weight): binomial, quasibinomial.</summary>
    public abstract bool IsBinomial { get; }

    /// <summary>In words, which responses are allowed, such as <c>whole numbers of 0 or more</c>.</summary>
    public abstract string ResponseDomain { get; }

    /// <summary>Whether a response lies in the family's domain (for binomial: a proportion in [0, 1]).</summary>
    public abstract bool IsValidResponse(double response);

    /// <summary>Finds a built-in family by name.</summary>
    /// <param name="name">
    /// gaussian, binomial, poisson, gamma, inverse-gaussian, negative-binomial, quasi, quasibinomial or quasipoisson.
    /// </param>
    /// <param name="theta">The size θ of the negative binomial, V = μ + μ²/θ; null for the other families.</param>
    /// <exception cref="InvalidModelOptionException">There is no such family, or θ is missing, superfluous or not above 0.</exception>
    public static Family Parse(string name, double? theta = null) => throw new NotImplementedException();
}

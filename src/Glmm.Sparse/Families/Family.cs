namespace Glmm.Sparse.Families;

/// <summary>A family: variance function, deviance and domains of μ and y. Immutable and thread-safe.</summary>
/// <remarks>
/// The first two moments, Var(y|β) = φ V(μ)/ω, are all that quasi-likelihood needs (Wedderburn 1974; McCullagh
/// &amp; Nelder 1989, chapters 2 and 9). Families with a <see cref="Shape"/> have a parameter beyond them, which
/// takes a full likelihood to estimate; there the prior weight ω is ω rows in one. Weights and deviances of many
/// rows are computed by <see cref="Kernels.WorkingKernel"/>.
/// </remarks>
public abstract class Family
{
    /// <summary>Only this assembly makes families: the kernels must know their kind.</summary>
    private protected Family()
    {
    }

    /// <summary>V = 1, identity link.</summary>
    public static Family Gaussian { get; } = new StandardFamily("gaussian", VarianceKind.Constant, Link.Identity)
    {
        Domain = MeanDomain.Real,
        Response = ResponseKind.Finite,
        HasLikelihood = true,
        EstimatesDispersionByDefault = true,
    };

    /// <summary>V = μ(1 − μ), logit link; y is a proportion and the prior weight its number of trials.</summary>
    public static Family Binomial { get; } = new StandardFamily("binomial", VarianceKind.Binomial, Link.Logit)
    {
        Domain = MeanDomain.UnitInterval,
        Response = ResponseKind.Proportion,
        HasLikelihood = true,
        EstimatesDispersionByDefault = false,
    };

    /// <summary>V = μ, log link.</summary>
    public static Family Poisson { get; } = new StandardFamily("poisson", VarianceKind.Poisson, Link.Log)
    {
        Domain = MeanDomain.Positive,
        Response = ResponseKind.Count,
        HasLikelihood = true,
        EstimatesDispersionByDefault = false,
    };

    /// <summary>V = μ², inverse link.</summary>
    public static Family Gamma { get; } = new StandardFamily("gamma", VarianceKind.Gamma, Link.Inverse)
    {
        Domain = MeanDomain.Positive,
        Response = ResponseKind.Positive,
        HasLikelihood = true,
        EstimatesDispersionByDefault = true,
    };

    /// <summary>V = μ³, inverse-square link.</summary>
    public static Family InverseGaussian { get; } =
        new StandardFamily("inverse-gaussian", VarianceKind.InverseGaussian, Link.InverseSquare)
        {
            Domain = MeanDomain.Positive,
            Response = ResponseKind.Positive,
            HasLikelihood = true,
            EstimatesDispersionByDefault = true,
        };

    /// <summary>V = 1, identity link, no likelihood.</summary>
    public static Family Quasi { get; } = new StandardFamily("quasi", VarianceKind.Constant, Link.Identity)
    {
        Domain = MeanDomain.Real,
        Response = ResponseKind.Finite,
        HasLikelihood = false,
        EstimatesDispersionByDefault = true,
    };

    /// <summary>V = μ(1 − μ), logit link, no likelihood and hence a free dispersion.</summary>
    public static Family QuasiBinomial { get; } =
        new StandardFamily("quasibinomial", VarianceKind.Binomial, Link.Logit)
        {
            Domain = MeanDomain.UnitInterval,
            Response = ResponseKind.Proportion,
            HasLikelihood = false,
            EstimatesDispersionByDefault = true,
        };

    /// <summary>V = μ, log link, no likelihood and hence a free dispersion.</summary>
    public static Family QuasiPoisson { get; } = new StandardFamily("quasipoisson", VarianceKind.Poisson, Link.Log)
    {
        Domain = MeanDomain.Positive,
        Response = ResponseKind.NonNegative,
        HasLikelihood = false,
        EstimatesDispersionByDefault = true,
    };

    /// <summary>The name, such as <c>binomial</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The link used when none is named.</summary>
    public abstract Link DefaultLink { get; }

    /// <summary>φ is estimated unless the user says otherwise; false for binomial, poisson and the families with a
    /// shape.</summary>
    public abstract bool EstimatesDispersionByDefault { get; init; }

    /// <summary>A true likelihood stands behind the two moments; false for the quasi families and a user's
    /// own.</summary>
    public abstract bool HasLikelihood { get; init; }

    /// <summary>The variance is that of a count of successes among trials (the prior weight): binomial,
    /// quasibinomial.</summary>
    public abstract bool IsBinomial { get; }

    /// <summary>The open set in which μ lives.</summary>
    public abstract MeanDomain Domain { get; init; }

    /// <summary>The parameter beyond mean and dispersion of the negative binomials and beta; null for the other
    /// families.</summary>
    public virtual ShapeParameter? Shape => null;

    /// <summary>
    /// The size θ of the negative binomial, V = μ + μ²/θ, which is the value of its <see cref="Shape"/>; null for the
    /// other families.
    /// </summary>
    public virtual double? Theta => null;

    /// <summary>In words, which responses are allowed, such as <c>whole numbers of 0 or more</c>.</summary>
    public abstract string ResponseDomain { get; }

    /// <summary>V = 1: with the identity link the model is the linear mixed model itself.</summary>
    internal bool HasConstantVariance => Kind == VarianceKind.Constant;

    /// <summary>Whether a response must be a whole number; otherwise those allowed are an interval.</summary>
    internal virtual bool IsCount => false;

    /// <summary>Which kernel evaluates the variance.</summary>
    internal abstract VarianceKind Kind { get; }

    /// <summary>Quasi-likelihood cannot fit it: the shape is to be estimated, or the score is not (y − μ)δ/V.</summary>
    internal virtual bool NeedsFullLikelihood => false;

    /// <summary>The family that quasi-likelihood fits where a full likelihood is to start: mostly the family
    /// itself.</summary>
    internal virtual Family StartingFamily => this;

    /// <summary>Whether a response lies in the family's domain (for binomial: a proportion in [0, 1]).</summary>
    public abstract bool IsValidResponse(double response);

    /// <summary>V(μ) of a mean inside the domain.</summary>
    public abstract double Variance(double mean);

    /// <summary>A mean inside the domain to start iterating from, as R's <c>mustart</c>.</summary>
    /// <param name="response">A response in the family's domain.</param>
    /// <param name="priorWeight">Its prior weight ω &gt; 0 (binomial: the trials).</param>
    /// <returns>
    /// Proportions (ωy + ½)/(ω + 1), Poisson y + 0.1, negative binomial y + 1/6 where y = 0, otherwise y itself.
    /// </returns>
    public abstract double StartingMean(double response, double priorWeight);

    /// <summary>
    /// Where a response sits in the closure of the mean's domain. Clusters or covariate patterns made up of edge
    /// responses alone are those that can separate.
    /// </summary>
    public DomainEdge ResponseEdge(double response) => Domain switch
    {
        MeanDomain.Real => DomainEdge.Interior,
        MeanDomain.UnitInterval when response >= 1 => DomainEdge.Upper,
        _ => response <= 0 ? DomainEdge.Lower : DomainEdge.Interior,
    };

    /// <summary>V = μ + μ²/θ, log link, the size θ estimated; by a full likelihood only.</summary>
    public static Family NegativeBinomial() => new NegativeBinomialFamily(null);

    /// <summary>V = μ + μ²/θ, log link, θ known.</summary>
    /// <param name="theta">The size θ &gt; 0.</param>
    /// <exception cref="InvalidModelOptionException">θ is not a finite number above 0.</exception>
    public static Family NegativeBinomial(double theta) => new NegativeBinomialFamily(theta);

    /// <summary>
    /// The negative binomial of size μ/φ (NB1), V = μ(1 + φ), log link, φ estimated; by a full likelihood only.
    /// </summary>
    public static Family NegativeBinomial1() => new NegativeBinomial1Family(null);

    /// <summary>The negative binomial of size μ/φ (NB1), V = μ(1 + φ), log link, φ known; by a full likelihood
    /// only.</summary>
    /// <param name="phi">The excess φ &gt; 0 of the variance over the mean.</param>
    /// <exception cref="InvalidModelOptionException">φ is not a finite number above 0.</exception>
    public static Family NegativeBinomial1(double phi) => new NegativeBinomial1Family(phi);

    /// <summary>
    /// The beta distribution of shapes μφ and (1 − μ)φ, logit link, the precision φ estimated; by a full likelihood
    /// only. Responses lie strictly between 0 and 1.
    /// </summary>
    public static Family Beta() => new BetaFamily(null);

    /// <summary>The beta distribution of shapes μφ and (1 − μ)φ, logit link, the precision φ known; by a full
    /// likelihood only.</summary>
    /// <param name="precision">The precision φ &gt; 0; Var(y) = μ(1 − μ)/(1 + φ).</param>
    /// <exception cref="InvalidModelOptionException">The precision is not a finite number above 0.</exception>
    public static Family Beta(double precision) => new BetaFamily(precision);

    /// <summary>
    /// A user's own variance function. It has no likelihood; its deviance is integrated numerically, row by row, which
    /// is far slower than a built-in family.
    /// </summary>
    /// <param name="name">Its name in messages and results.</param>
    /// <param name="variance">V(μ), positive on the domain and pure: it is called from several threads.</param>
    /// <param name="defaultLink">The link used when none is named.</param>
    /// <param name="domain">The open set in which μ lives.</param>
    /// <param name="edgeResponses">
    /// Whether a response may lie on the edge of the domain (0, or 1 for the unit interval); say false when
    /// ∫ (y − u)/V(u) du diverges there, as for V = μ².
    /// </param>
    public static Family Custom(
        string name,
        Func<double, double> variance,
        Link defaultLink,
        MeanDomain domain = MeanDomain.Real,
        bool edgeResponses = true)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(variance);
        ArgumentNullException.ThrowIfNull(defaultLink);
        return new CustomFamily(name, variance, defaultLink, edgeResponses) { Domain = domain };
    }

    /// <summary>Finds a built-in family by name.</summary>
    /// <param name="name">
    /// gaussian, binomial, poisson, gamma, inverse-gaussian, negative-binomial, negative-binomial-1, beta, quasi,
    /// quasibinomial or quasipoisson.
    /// </param>
    /// <param name="theta">
    /// The size θ of the negative binomial, V = μ + μ²/θ, or null to have it estimated; null for the other families.
    /// </param>
    /// <returns>The family; shapes that are not given are estimated.</returns>
    /// <exception cref="InvalidModelOptionException">There is no such family, or θ is superfluous or not above
    /// 0.</exception>
    public static Family Parse(string name, double? theta = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name == NegativeBinomialFamily.FamilyName)
            return new NegativeBinomialFamily(theta);
        Family[] families =
        [
            Gaussian, Binomial, Poisson, Gamma, InverseGaussian, NegativeBinomial1(), Beta(), Quasi, QuasiBinomial,
            QuasiPoisson,
        ];
        Family found = families.FirstOrDefault(family => family.Name == name)
            ?? throw new InvalidModelOptionException(
                $"There is no family '{name}'. Choose one of "
                + "gaussian, binomial, poisson, gamma, inverse-gaussian, negative-binomial, negative-binomial-1, beta, "
                + "quasi, quasibinomial, quasipoisson.");
        return theta is null
            ? found
            : throw new InvalidModelOptionException(
                $"Family {name} has no theta; leave theta out, or choose {NegativeBinomialFamily.FamilyName}.");
    }

    /// <summary>The same family with its shape at another value, estimated or held as before.</summary>
    /// <exception cref="InvalidModelOptionException">The value is not a finite number above 0.</exception>
    /// <exception cref="InvalidOperationException">The family has no shape.</exception>
    internal virtual Family WithShape(double value) =>
        throw new InvalidOperationException($"Family {Name} has no shape parameter.");

    /// <summary>
    /// Where to start the shape: the value whose variance is that of a fit of <see cref="StartingFamily"/>, kept within
    /// a sensible range.
    /// </summary>
    /// <param name="phi">The dispersion of that fit.</param>
    /// <param name="meanResponse">The mean of the responses.</param>
    /// <exception cref="InvalidOperationException">The family has no shape.</exception>
    internal virtual double ShapeFromDispersion(double phi, double meanResponse) =>
        throw new InvalidOperationException($"Family {Name} has no shape parameter.");

    /// <summary>Whether the expected information has a closed form; where not, a scoring weight stands in for it in
    /// the search for modes.</summary>
    internal virtual bool HasExpectedInformation => true;

    /// <summary>The family that has the mean and the variance of a quasi family, and a likelihood; the family itself
    /// where it has one.</summary>
    internal Family LikelihoodCounterpart => Name switch
    {
        _ when HasLikelihood => this,
        "quasibinomial" => Binomial,
        "quasipoisson" => Poisson,
        "quasi" => Gaussian,
        _ => this,
    };

    /// <summary>Refuses a family that quasi-likelihood cannot fit.</summary>
    /// <param name="method">The method that would, as in <c>PQL</c>.</param>
    /// <exception cref="InvalidModelOptionException">The family <see cref="NeedsFullLikelihood"/>.</exception>
    internal void RequireQuasiLikelihood(string method)
    {
        if (!NeedsFullLikelihood) return;
        throw new InvalidModelOptionException(Theta is null
            ? $"{method} cannot fit family {Name}, which is more than a mean and a variance; fit it by Laplace or "
                + $"adaptive quadrature, or choose {StartingFamily.Name}."
            : $"Family {Name} needs its size theta for {method}, which cannot estimate it: give theta as a number "
                + "above 0, as in V = mu + mu^2/theta, or fit by Laplace or adaptive quadrature.");
    }

    /// <inheritdoc/>
    public sealed override string ToString() => Name;
}

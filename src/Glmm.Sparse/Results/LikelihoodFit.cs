using Glmm.Sparse.Families;

namespace Glmm.Sparse.Results;

/// <summary>
/// A maximum likelihood fit, by the Laplace approximation or by adaptive Gauss–Hermite quadrature. Standard errors are
/// from the observed information on all parameters together, so those of the fixed effects know that D, φ and the shape
/// were estimated, too.
/// </summary>
public sealed class LikelihoodFit : RandomEffectsFit
{
    private readonly LikelihoodSummary _likelihood;

    /// <param name="method">The method.</param>
    /// <param name="summary">What every fit says.</param>
    /// <param name="modes">β̂, k×q row by row, clusters in the order of their codes.</param>
    /// <param name="standardErrors">Prediction standard errors in the same order.</param>
    /// <param name="risk">The approximation risk, yet to be computed.</param>
    internal LikelihoodFit(
        EstimationMethod method, FitSummary summary, double[] modes, double[] standardErrors,
        Lazy<ApproximationRisk?>? risk)
        : base(summary, modes, standardErrors, risk)
    {
        Method = method;
        _likelihood = summary.Likelihood ?? throw new ArgumentException("There is no likelihood.", nameof(summary));
    }

    /// <inheritdoc/>
    public override EstimationMethod Method { get; }

    /// <summary>The log-likelihood at the estimates, all constants in.</summary>
    public double LogLikelihood => _likelihood.LogLikelihood;

    /// <summary>Parameters estimated: fixed effects, variance components, dispersion and shape where they
    /// are.</summary>
    public int ParameterCount => _likelihood.ParameterCount;

    /// <summary>Akaike's information criterion, −2ℓ + 2·<see cref="ParameterCount"/>.</summary>
    public double Aic => (-2 * LogLikelihood) + (2 * ParameterCount);

    /// <summary>Schwarz's criterion, −2ℓ + log(n)·<see cref="ParameterCount"/>.</summary>
    public double Bic => (-2 * LogLikelihood) + (Math.Log(Observations) * ParameterCount);

    /// <summary>Quadrature nodes for each random effect; 1 for the Laplace approximation.</summary>
    public int Nodes => _likelihood.Nodes;

    /// <summary>Whether the curvature at the modes is the observed information rather than the expected.</summary>
    public bool HasObservedCurvature => _likelihood.Observed;

    /// <summary>The parameter of the family beyond mean and dispersion, with its estimate; null where it has
    /// none.</summary>
    public ShapeParameter? Shape => _likelihood.Shape;

    /// <summary>Standard error of the shape; NaN where it was given, or ran to its limit and was held there.</summary>
    public double ShapeStandardError => _likelihood.ShapeStandardError;

    /// <summary>Standard error of φ̂; NaN where it was held.</summary>
    public double DispersionStandardError => _likelihood.DispersionStandardError;

    /// <summary>Standard errors of the elements of D̂, q×q; NaN for those that lie on the boundary.</summary>
    public double[,] CovarianceStandardErrors => (double[,])_likelihood.CovarianceStandardErrors.Clone();

    /// <summary>What comparisons with other fits need.</summary>
    internal ModelOutline Outline => new()
    {
        Observations = Observations,
        Response = _likelihood.Response,
        Offset = _likelihood.Offset,
        Fingerprint = _likelihood.Fingerprint,
        Family = Family,
        Link = Link,
        FixedNames = [.. FixedEffects.Select(e => e.Name)],
        Dispersion = Dispersion,
        DispersionEstimated = DispersionEstimated,
        LogLikelihood = LogLikelihood,
        Converged = Converged,
        Structure = _likelihood.Structure,
        RandomTerms = RandomTerms,
        GroupName = GroupName,
        GroupCount = GroupCount,
        Singular = Singular,
        Nodes = Nodes,
        Observed = HasObservedCurvature,
    };
}

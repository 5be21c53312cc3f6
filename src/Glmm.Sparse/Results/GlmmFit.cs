using Glmm.Sparse.Families;
using Glmm.Sparse.Model;

namespace Glmm.Sparse.Results;

/// <summary>
/// What every fit says, whatever its method. Immutable and thread-safe. All values are on the user's scale.
/// </summary>
public abstract class GlmmFit
{
    private readonly Lazy<ApproximationRisk?>? _risk;

    private protected GlmmFit(FitSummary summary, Lazy<ApproximationRisk?>? risk) =>
        (Summary, _risk) = (summary, risk);

    private protected FitSummary Summary { get; }

    /// <summary>All of it that methods share.</summary>
    internal FitSummary Outcome => Summary;

    /// <summary>β̂, k×q row by row, where the expansion is at the modes; empty where it is about β = 0.</summary>
    internal virtual ReadOnlySpan<double> Modes => [];

    /// <summary>How the model was estimated.</summary>
    public abstract EstimationMethod Method { get; }

    /// <summary>REML or ML.</summary>
    public EstimationCriterion Criterion => Summary.Criterion;

    /// <summary>Order of the approximation of PQL and MQL (<c>FitOptions.Order</c>); 1 for the others.</summary>
    public int Order => Summary.Order;

    /// <summary>The family.</summary>
    public Family Family => Summary.Family;

    /// <summary>The link.</summary>
    public Link Link => Summary.Link;

    /// <summary>Number of observations, n: rows used, each as often as its frequency says.</summary>
    public int Observations => Summary.Observations;

    /// <summary>The grouping factor's name.</summary>
    public string GroupName => Summary.Clusters.Name;

    /// <summary>Number of clusters, k.</summary>
    public int GroupCount => Summary.Clusters.Count;

    /// <summary>How the fit ended.</summary>
    public Verdict Verdict => Summary.Verdict;

    /// <summary>The estimates satisfy the convergence criterion; true on the boundary too.</summary>
    public bool Converged => Verdict is Verdict.Converged or Verdict.Boundary;

    /// <summary>D̂ is singular: some variance is 0 or some correlation is ±1.</summary>
    public bool Singular => Summary.Singular;

    /// <summary>Linearisations done (PQL, MQL), or steps of the search for the maximum (Laplace,
    /// quadrature).</summary>
    public int Iterations => Summary.Iterations;

    /// <summary>The convergence number at the estimates: the next joint step in standard errors; infinite where there
    /// was no start.</summary>
    public double GradientNorm => Summary.GradientNorm;

    /// <summary>What went wrong and what to do, or null.</summary>
    public string? Message => Summary.Message;

    /// <summary>What the user should know though the fit went on.</summary>
    public IReadOnlyList<string> Warnings => Summary.Warnings;

    /// <summary>α̂ with standard errors, in the order of X, dropped columns left out.</summary>
    public IReadOnlyList<FixedEffect> FixedEffects => Summary.FixedEffects;

    /// <summary>Cov(α̂), p×p: φ(XᵀṼ⁻¹X)⁻¹ for PQL and MQL; for a <see cref="LikelihoodFit"/> the block of α in the
    /// inverse of the observed information on all parameters.</summary>
    public double[,] FixedCovariance => (double[,])Summary.FixedCovariance.Clone();

    /// <summary>Names of the q random effects.</summary>
    public IReadOnlyList<string> RandomTerms => Summary.RandomTerms;

    /// <summary>D̂, q×q.</summary>
    public double[,] Covariance => (double[,])Summary.Covariance.Clone();

    /// <summary>φ̂, or the value it was held at.</summary>
    public double Dispersion => Summary.Dispersion;

    /// <summary>φ was estimated.</summary>
    public bool DispersionEstimated => Summary.DispersionEstimated;

    /// <summary>The approximate log quasi-likelihood that the method maximises, at the estimates; NaN for the second
    /// order, which maximises none, and for a <see cref="LikelihoodFit"/>, which has a log-likelihood.</summary>
    public double LogQuasiLikelihood => Summary.LogQuasiLikelihood;

    /// <summary>
    /// The Gaussian log-density of the working response at the final linearisation (all constants in), the restricted
    /// one for REML; NaN for a <see cref="LikelihoodFit"/>, which has none.
    /// </summary>
    public double WorkingLogLikelihood => Summary.WorkingLogLikelihood;

    /// <summary>Σ d, the deviance at the estimates, not divided by φ.</summary>
    public double Deviance => Summary.Deviance;

    /// <summary>
    /// How far the method's approximation has taken the estimates from maximum likelihood; computed when first asked
    /// for, which takes some hundredths of a second. Null for a fit that did not converge, for the Laplace
    /// approximation with more than four random effects, and where the better likelihood has no maximum.
    /// </summary>
    public ApproximationRisk? ApproximationRisk => _risk?.Value;

    /// <summary>Passes over the data, the start included.</summary>
    public int DataPasses => Summary.DataPasses;

    /// <summary>Seconds from the finished design to this result.</summary>
    public double FitSeconds => Summary.FitSeconds;

    /// <summary>Threads used.</summary>
    public int Threads => Summary.Threads;

    /// <summary>The fit at a glance: random effects, fixed effects, and how it ended.</summary>
    /// <returns>A few lines.</returns>
    public override string ToString() => FitText.Of(this);

    /// <summary>Fitted values and residuals of every row of the design, in its row order.</summary>
    /// <param name="design">The design that was fitted.</param>
    /// <returns>n fitted rows.</returns>
    /// <exception cref="InvalidModelDataException">The design has other columns or clusters.</exception>
    public abstract FittedValues Fitted(ClusteredDesign design);
}

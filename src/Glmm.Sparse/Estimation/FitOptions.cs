using Glmm.Sparse.Families;
using Glmm.Sparse.Results;
using Glmm.Sparse.Threading;
using Microsoft.Extensions.Logging;

namespace Glmm.Sparse.Estimation;

/// <summary>Everything a fit can be told. Immutable; change a copy with <c>with</c>.</summary>
public sealed record FitOptions
{
    /// <summary>The defaults.</summary>
    public static FitOptions Default { get; } = new();

    /// <summary>REML or ML; null, the default, leaves it to the method: REML for PQL and MQL, ML for the Laplace
    /// approximation and quadrature, which have no other.</summary>
    public EstimationCriterion? Criterion { get; init; }

    /// <summary>Whether φ is held or estimated.</summary>
    public DispersionOption Dispersion { get; init; } = DispersionOption.FamilyDefault;

    /// <summary>
    /// Order of the expansion of PQL and MQL, 1 (the default) or 2; other methods do not ask. The second order takes
    /// the weights and residuals of the working model not at the point of expansion but averaged over the spread of the
    /// random effects about it: for PQL over what each cluster's rows leave of D, for MQL over D itself. It begins
    /// where the first order ends and takes a few times as long.
    /// </summary>
    /// <remarks>
    /// <para>Goldstein and Rasbash (1996) correct the mean and add the variance of its quadratic term, but leave the
    /// weights; then the variance of rare events does not vanish with its true value. With the weights corrected,
    /// nothing is left of the bias to first order in D, whatever the design or the link; <c>bench/README.md</c>
    /// measures both orders. This is so for a dispersion that is held; the second order refuses one that is
    /// estimated.</para>
    /// <para>The fixed effects of a second-order MQL fit are subject-specific, like those of PQL, for its working model
    /// has the moments of the marginal mean and variance, not those at β = 0. The second order maximises no approximate
    /// likelihood: its <c>LogQuasiLikelihood</c> is NaN.</para>
    /// </remarks>
    public int Order { get; init; } = 1;

    /// <summary>Most linearisations (PQL, MQL) or steps of the search for the maximum (Laplace, quadrature; their start
    /// not counted) before the fit ends as not converged.</summary>
    public int MaxIterations { get; init; } = 200;

    /// <summary>
    /// Convergence bound on the scale-free gradient norm: the next joint step measured in standard errors, for a
    /// likelihood √(gᵀH⁻¹g) of its gradient and Hessian. Where rounding hides so short a step, its level is the bound.
    /// </summary>
    public double Tolerance { get; init; } = 1e-8;

    /// <summary>Points of adaptive Gauss–Hermite quadrature for each random effect, from 1 to 100; 1 is the Laplace
    /// approximation. Other methods do not ask.</summary>
    public int Nodes { get; init; } = 7;

    /// <summary>The information in the curvature of the Laplace approximation, and of the spread of quadrature nodes.
    /// By default the expected where the mean is the only parameter of the family (binomial, poisson, a negative
    /// binomial of given size); the observed where φ or a shape is estimated, and for families with a likelihood of
    /// their own (<c>beta</c>, <c>negative-binomial-1</c>). PQL and MQL do not ask.</summary>
    public Curvature Curvature { get; init; }

    /// <summary>Threads to use; 0 means all processors. The result is bitwise the same for any number.</summary>
    public int Threads { get; init; }

    /// <summary>Called after each linearisation (PQL, MQL) or step of the search (Laplace, quadrature; not during their
    /// start), on the fitting thread; null for none. <see cref="ImmediateProgress{T}"/> makes one of a
    /// delegate.</summary>
    public IProgress<FitProgress>? Progress { get; init; }

    /// <summary>Takes messages: start (debug), iterations (trace), end (information), warnings and what did not
    /// converge (warning); null for none.</summary>
    public ILogger? Logger { get; init; }

    /// <summary>Stops the fit with an <see cref="OperationCanceledException"/> within one data pass.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Whether the fit is one that a caller asked for: told to metrics and logs.</summary>
    internal bool IsWatched { get; init; } = true;

    /// <summary>Whether PQL and MQL maximise the restricted likelihood.</summary>
    internal bool IsRestricted => Criterion is null or EstimationCriterion.Reml;

    /// <summary>Refuses a second order where φ is estimated: about η averaged over a spread, the residuals of the
    /// working model do not tell it.</summary>
    internal void RequireOrder(Family family, Link link)
    {
        bool isLinear = family.HasConstantVariance && ReferenceEquals(link, Link.Identity);
        if (Order == 1 || isLinear || !double.IsNaN(Dispersion.HeldValue(family))) return;
        throw new InvalidModelOptionException(
            $"The second order is for a dispersion that is held, but for family {family.Name} it is estimated. Hold " +
            $"the dispersion or use the first order.");
    }

    internal void Validate()
    {
        if (Nodes is < 1 or > 100)
        {
            throw new InvalidModelOptionException(
                $"The number of quadrature nodes must be from 1 to 100, not {Nodes}.");
        }

        if (MaxIterations < 1)
            throw new InvalidModelOptionException($"The number of iterations must be at least 1, not {MaxIterations}.");
        if (Order is not (1 or 2))
            throw new InvalidModelOptionException($"The order of the expansion must be 1 or 2, not {Order}.");
        if (!(Tolerance > 0) || !double.IsFinite(Tolerance))
            throw new InvalidModelOptionException($"The tolerance must be a finite number above 0, not {Tolerance:R}.");
        WorkerTeam.Count(Threads);
    }
}

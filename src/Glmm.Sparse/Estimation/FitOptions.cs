using Glmm.Sparse.Results;

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
    /// Order of the expansion, 1 (the default) or 2. The second order takes the weights and residuals of the working
    /// model not at the point of expansion but averaged over the spread of the random effects about it: for PQL over
    /// what each cluster's rows leave of D, for MQL over D itself. It begins where the first order ends and takes a few
    /// times as long.
    /// </summary>
    /// <remarks>
    /// <para>Goldstein and Rasbash (1996) correct the mean alone; then the variance of rare events does not vanish with
    /// its true value. With weights corrected too, nothing is left of the bias to first order in D, whatever the design
    /// (for the first order see <c>bench/README.md</c>, where both are measured).</para>
    /// <para>The fixed effects of a second-order MQL fit are subject-specific, like those of PQL, for its working model
    /// has the moments of the marginal mean and variance, not those at β = 0. Neither order maximises an approximate
    /// likelihood that could be reported beside the working one: <c>LogQuasiLikelihood</c> is NaN at the second.</para>
    /// </remarks>
    public int Order { get; init; } = 1;

    /// <summary>Most linearisations tried before the fit ends as not converged.</summary>
    public int MaxIterations { get; init; } = 200;

    /// <summary>
    /// Convergence bound on the scale-free gradient norm: the next joint step measured in standard errors.
    /// </summary>
    public double Tolerance { get; init; } = 1e-8;

    /// <summary>Points of adaptive Gauss–Hermite quadrature for each random effect; 1 is the Laplace
    /// approximation.</summary>
    public int Nodes { get; init; } = 7;

    /// <summary>The information in the curvature of the Laplace approximation, and of the spread of quadrature
    /// nodes.</summary>
    public Curvature Curvature { get; init; }

    /// <summary>Threads to use; 0 means all processors. The result is bitwise the same for any number.</summary>
    public int Threads { get; init; }

    /// <summary>Called after each linearisation, on the fitting thread; null for none.</summary>
    public Action<FitProgress>? Progress { get; init; }

    /// <summary>Stops the fit with an <see cref="OperationCanceledException"/> within one data pass.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Whether PQL and MQL maximise the restricted likelihood.</summary>
    internal bool IsRestricted => Criterion is null or EstimationCriterion.Reml;

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
        if (Threads < 0)
        {
            throw new InvalidModelOptionException(
                $"The number of threads must be 0 (all processors) or more, not {Threads}.");
        }
    }
}

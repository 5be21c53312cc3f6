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
        if (!(Tolerance > 0) || !double.IsFinite(Tolerance))
            throw new InvalidModelOptionException($"The tolerance must be a finite number above 0, not {Tolerance:R}.");
        if (Threads < 0)
        {
            throw new InvalidModelOptionException(
                $"The number of threads must be 0 (all processors) or more, not {Threads}.");
        }
    }
}

namespace Glmm.Sparse.Estimation;

/// <summary>How the model is linearised.</summary>
public enum EstimationMethod
{
    /// <summary>Penalised quasi-likelihood: expansion about the current random effects.</summary>
    Pql,

    /// <summary>Marginal quasi-likelihood: expansion about β = 0.</summary>
    Mql,
}

/// <summary>What the working linear mixed model maximises.</summary>
public enum EstimationCriterion
{
    /// <summary>Restricted maximum likelihood.</summary>
    Reml,

    /// <summary>Maximum likelihood.</summary>
    Ml,
}

/// <summary>Whether the dispersion φ is held or estimated. Immutable.</summary>
public readonly record struct DispersionOption
{
    private DispersionOption(bool isDefault, bool isEstimated, double value)
    {
        IsDefault = isDefault;
        IsEstimated = isEstimated;
        Value = value;
    }

    /// <summary>The family decides: held at 1 for binomial, poisson and negative binomial, estimated for all others.</summary>
    public static DispersionOption FamilyDefault => new(true, false, 1);

    /// <summary>φ is estimated.</summary>
    public static DispersionOption Estimated => new(false, true, 1);

    /// <summary>Leaves the choice to the family.</summary>
    public bool IsDefault { get; }

    /// <summary>φ is estimated.</summary>
    public bool IsEstimated { get; }

    /// <summary>The value at which φ is held; meaningless when it is estimated.</summary>
    public double Value { get; }

    /// <summary>The value at which φ is held for a family, NaN where it is estimated.</summary>
    internal double HeldValue(Families.Family family) =>
        (IsDefault ? family.EstimatesDispersionByDefault : IsEstimated) ? double.NaN : IsDefault ? 1 : Value;

    /// <summary>φ is held at a value.</summary>
    /// <param name="value">A finite number above 0.</param>
    /// <returns>The option.</returns>
    /// <exception cref="InvalidModelOptionException">The value is not a finite number above 0.</exception>
    public static DispersionOption Fixed(double value = 1) => double.IsFinite(value) && value > 0
        ? new(false, false, value)
        : throw new InvalidModelOptionException($"The dispersion must be a finite number above 0, not {value:R}.");
}

/// <summary>Everything a fit can be told. Immutable; change a copy with <c>with</c>.</summary>
public sealed record FitOptions
{
    /// <summary>The defaults.</summary>
    public static FitOptions Default { get; } = new();

    /// <summary>REML (the default) or ML.</summary>
    public EstimationCriterion Criterion { get; init; } = EstimationCriterion.Reml;

    /// <summary>Whether φ is held or estimated.</summary>
    public DispersionOption Dispersion { get; init; } = DispersionOption.FamilyDefault;

    /// <summary>Most linearisations tried before the fit ends as not converged.</summary>
    public int MaxIterations { get; init; } = 200;

    /// <summary>
    /// Convergence bound on the scale-free gradient norm: the next joint step measured in standard errors.
    /// </summary>
    public double Tolerance { get; init; } = 1e-8;

    /// <summary>Threads to use; 0 means all processors. The result is bitwise the same for any number.</summary>
    public int Threads { get; init; }

    /// <summary>Called after each linearisation, on the fitting thread; null for none.</summary>
    public Action<FitProgress>? Progress { get; init; }

    /// <summary>Stops the fit with an <see cref="OperationCanceledException"/> within one data pass.</summary>
    public CancellationToken CancellationToken { get; init; }

    internal void Validate()
    {
        if (MaxIterations < 1)
            throw new InvalidModelOptionException($"The number of iterations must be at least 1, not {MaxIterations}.");
        if (!(Tolerance > 0) || !double.IsFinite(Tolerance))
            throw new InvalidModelOptionException($"The tolerance must be a finite number above 0, not {Tolerance:R}.");
        if (Threads < 0)
            throw new InvalidModelOptionException($"The number of threads must be 0 (all processors) or more, not {Threads}.");
    }
}

/// <summary>How far a running fit has come.</summary>
/// <param name="Iteration">Linearisations done.</param>
/// <param name="GradientNorm">The convergence number, compared with <see cref="FitOptions.Tolerance"/>.</param>
public readonly record struct FitProgress(int Iteration, double GradientNorm);

namespace Glmm.Sparse.Results;

/// <summary>A fit corrected for its bias by parametric bootstrap. Immutable and thread-safe.</summary>
public sealed class BootstrapCorrection
{
    private readonly double[,] _covariance;
    private readonly double[,] _covarianceErrors;
    private readonly double[] _monteCarloErrors;

    internal BootstrapCorrection(double[,] covariance, double[,] covarianceErrors, double[] monteCarloErrors)
    {
        _covariance = covariance;
        _covarianceErrors = covarianceErrors;
        _monteCarloErrors = monteCarloErrors;
    }

    /// <summary>The fit that was corrected.</summary>
    public required GlmmFit Fit { get; init; }

    /// <summary>Corrected α with bootstrap standard errors, in which the uncertainty of D is, too.</summary>
    public required IReadOnlyList<FixedEffect> FixedEffects { get; init; }

    /// <summary>Monte-Carlo errors of the corrected α: what another seed would change.</summary>
    public ReadOnlySpan<double> MonteCarloErrors => _monteCarloErrors;

    /// <summary>Corrected D, q×q. What the fit found to be singular stays so.</summary>
    public double[,] Covariance => (double[,])_covariance.Clone();

    /// <summary>Standard errors of its elements, NaN where the fit is singular.</summary>
    public double[,] CovarianceStandardErrors => (double[,])_covarianceErrors.Clone();

    /// <summary>Corrected φ, or the value it was held at.</summary>
    public required double Dispersion { get; init; }

    /// <summary>Whether the correction settled. If not, see <see cref="Message"/>.</summary>
    public required bool Settled { get; init; }

    /// <summary>What went wrong and what to do, or null.</summary>
    public required string? Message { get; init; }

    /// <summary>Rounds of simulation.</summary>
    public required int Rounds { get; init; }

    /// <summary>Refits that the last round rests on.</summary>
    public required int Replicates { get; init; }

    /// <summary>Refits of the last round that did not converge and were left out.</summary>
    public required int Failures { get; init; }

    /// <summary>All refits made.</summary>
    public required int Refits { get; init; }
}

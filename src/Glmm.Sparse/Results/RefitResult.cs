namespace Glmm.Sparse.Results;

/// <summary>
/// The estimates of one response of a design that is fitted to many: what changes from response to response, without
/// names and random effects. Immutable and thread-safe.
/// </summary>
public sealed class RefitResult
{
    private readonly double[] _values;
    private readonly int _p;

    // α, its standard errors, D row by row.
    internal RefitResult(double[] values, int p, int q)
    {
        _values = values;
        _p = p;
        RandomCount = q;
    }

    /// <summary>α̂ on the user's scale, for the columns of X that are kept (<c>RefitPlan.FixedNames</c>).</summary>
    public ReadOnlySpan<double> FixedEffects => _values.AsSpan(0, _p);

    /// <summary>Standard errors of α̂.</summary>
    public ReadOnlySpan<double> StandardErrors => _values.AsSpan(_p, _p);

    /// <summary>D̂ = Cov(β_i), q×q row by row, on the user's scale.</summary>
    public ReadOnlySpan<double> Covariance => _values.AsSpan(2 * _p);

    /// <summary>q.</summary>
    public int RandomCount { get; }

    /// <summary>φ̂, or the value it was held at; NaN where there is no fit.</summary>
    public required double Dispersion { get; init; }

    /// <summary>What kind of point was reached.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>Whether that is a solution, with a singular D or without.</summary>
    public bool Converged => Verdict is Verdict.Converged or Verdict.Boundary;

    /// <summary>The culprit and the mend in words where it did not converge, or why the response was refused; else
    /// null.</summary>
    public required string? Message { get; init; }

    /// <summary>Whether the response itself was refused, so that nothing was fitted: the estimates are NaN.</summary>
    public bool IsRefused { get; private init; }

    /// <summary>Σ d, not divided by φ.</summary>
    public required double Deviance { get; init; }

    /// <summary>The approximate log quasi-likelihood at the estimates; NaN for the second order.</summary>
    public required double LogQuasiLikelihood { get; init; }

    /// <summary>The log-likelihood, or restricted log-likelihood, of the working linear mixed model; NaN where rows
    /// have frequencies.</summary>
    public required double WorkingLogLikelihood { get; init; }

    /// <summary>Linearisations.</summary>
    public required int Iterations { get; init; }

    /// <summary>Sweeps over the data.</summary>
    public required int DataPasses { get; init; }

    /// <summary>Length of the step that would come next, in standard errors.</summary>
    public required double GradientNorm { get; init; }

    /// <summary>The result of a response that cannot be fitted at all.</summary>
    internal static RefitResult Refused(string reason, int p, int q)
    {
        var values = new double[(2 * p) + (q * q)];
        Array.Fill(values, double.NaN);
        return new RefitResult(values, p, q)
        {
            IsRefused = true,
            Verdict = Verdict.NotIdentified,
            Message = reason,
            Dispersion = double.NaN,
            Deviance = double.NaN,
            LogQuasiLikelihood = double.NaN,
            WorkingLogLikelihood = double.NaN,
            Iterations = 0,
            DataPasses = 0,
            GradientNorm = double.NaN,
        };
    }
}

using System.Diagnostics;
using Glmm.Sparse.Model;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Estimation;

/// <content>What a run ended with, on the user's scale.</content>
internal sealed partial class Linearisation
{
    private FitSummary? _summary;

    /// <summary>The verdict and everything that a full result needs, on the user's scale; made when first asked
    /// for.</summary>
    internal FitSummary Summary => _summary ??= Summarise();

    /// <summary>β̂ on the user's scale, k×q row by row.</summary>
    internal double[] Modes { get; private set; } = [];

    /// <summary>Prediction standard errors, k×q row by row.</summary>
    internal double[] ModeErrors { get; private set; } = [];

    /// <summary>The last run's estimates without names, modes and errors: what a refit gives.</summary>
    /// <param name="scratch">At least p² + p and at least q.</param>
    internal RefitResult Brief(Span<double> scratch)
    {
        int p = _alpha.Length, q = _work.Blocks.RandomCount;
        var values = new double[(2 * p) + (q * q)];
        Span<double> alpha = values.AsSpan(0, p), errors = values.AsSpan(p, p), user = values.AsSpan(2 * p);
        Span<double> covariance = scratch[..(p * p)];
        _alpha.CopyTo(alpha);
        _work.Packed.FixedScale.ToUser(alpha);
        for (int e = 0; e < p * p; e++) covariance[e] = _model.InverseSchur[e] * _dispersion;
        _work.Packed.FixedScale.CovarianceToUser(covariance, scratch[(p * p)..]);
        for (int j = 0; j < p; j++) errors[j] = Math.Sqrt(covariance[(j * p) + j]);
        _work.UserCovarianceInto(_variance.Covariance, _dispersion, user, scratch);
        return new RefitResult(values, p, q)
        {
            Verdict = _outcome.Verdict,
            Message = _outcome.Message,
            Dispersion = _dispersion,
            Deviance = _work.Statistics.Deviance,
            LogQuasiLikelihood = _solved ? LogQuasiLikelihood() : double.NaN,
            WorkingLogLikelihood =
                _solved && _work.Packed.Source.Counts is null ? WorkingLogLikelihood() : double.NaN,
            Iterations = _iterations,
            GradientNorm = _gradientNorm,
            DataPasses = _work.Pass.Count - _passesBefore,
        };
    }

    /// <summary>The last run of a fit that expanded at the modes, as a result.</summary>
    internal PqlFit AsPql()
    {
        ClusteredDesign design = _work.Packed.Source;
        var fit = new PqlFit(
            Summary, Modes, ModeErrors, RiskProbe.Prepare(EstimationMethod.Pql, design, Summary, _options));
        return design.HasSamplingWeights
            ? new PqlFit(SampledCovariance.Replace(fit, design, _options.Threads), Modes, ModeErrors, null)
            : fit;
    }

    /// <summary>The last run of a fit that expanded at 0, as a result.</summary>
    internal MqlFit AsMql()
    {
        ClusteredDesign design = _work.Packed.Source;
        var fit = new MqlFit(Summary, RiskProbe.Prepare(EstimationMethod.Mql, design, Summary, _options));
        return design.HasSamplingWeights
            ? new MqlFit(SampledCovariance.Replace(fit, design, _options.Threads), null)
            : fit;
    }

    private FitSummary Summarise()
    {
        PackedDesign packed = _work.Packed;
        double phi = _dispersion;
        (FixedEffect[] effects, double[,] covariance) =
            FitSummaryBuilder.FixedEffects(_work, _alpha, _model.InverseSchur, phi);
        if (_expansion == ExpansionPoint.Modes)
        {
            (Modes, ModeErrors) =
                FitSummaryBuilder.RandomEffects(_work, _beta, _variance.Factor, _model.InverseSchur, phi);
        }

        return new FitSummary
        {
            Criterion = _options.IsRestricted ? EstimationCriterion.Reml : EstimationCriterion.Ml,
            Family = _work.Family,
            Link = _work.Link,
            Observations = packed.Source.FrequencyTotal,
            Clusters = packed.Source.Clusters,
            Verdict = _outcome.Verdict,
            Singular = _variance.IsSingular,
            Iterations = _iterations,
            GradientNorm = _gradientNorm,
            Message = _outcome.Message,
            Warnings = [.. _work.Warnings],
            FixedEffects = effects,
            FixedColumns = [.. _work.KeptColumns],
            FixedCovariance = covariance,
            RandomTerms = [.. packed.Source.RandomEffects.Select(c => c.Name)],
            Covariance = _work.UserCovariance(_variance.Covariance, phi),
            Dispersion = phi,
            DispersionEstimated = double.IsNaN(_held),
            LogQuasiLikelihood = _solved ? LogQuasiLikelihood() : double.NaN,
            WorkingLogLikelihood = _solved ? WorkingLogLikelihood() : double.NaN,
            Deviance = _work.Statistics.Deviance,
            DataPasses = _work.Pass.Count - _passesBefore,
            Threads = _work.Team.Threads,
            Order = _options.Order,
            FitSeconds = Stopwatch.GetElapsedTime(_started).TotalSeconds,
        };
    }

    private double WorkingLogLikelihood() =>
        _model.WorkingLogLikelihood(_work.Packed.Source.Counts is { } counts
            ? CountedLogWeights(counts.Column)
            : _work.Statistics.LogWeights) -
        (_options.IsRestricted ? _work.Packed.FixedScale.LogScale : 0);

    // Σ c log(w/c): a row that counts c times has c working responses of weight w/c. A pass sums each row once.
    private double CountedLogWeights(DesignColumn counts)
    {
        ClusteredDesign design = _work.Packed.Source;
        double[] alpha = [.. _alpha], times = counts.ToArray(), y = design.Response.ToArray();
        double[] omega = design.RowWeights!.ToArray(), eta = new double[y.Length], w = new double[y.Length];
        _work.Packed.FixedScale.ToUser(alpha);
        RowPredictor.LinearPredictor(
            design, _work.KeptColumns, alpha, Modes, [.. Enumerable.Range(0, y.Length)], eta, w);
        _work.Kernel.WeightsScoresAndObjective(eta, y, omega, w, eta);
        double sum = 0;
        for (int row = 0; row < w.Length; row++) sum += times[row] * Math.Log(w[row] / times[row]);
        return sum;
    }

    // PQL: −½ Σ log|I + DZᵀWZ| − κ(β̂). MQL: Σ ℓ_i0 − ½ Σ log|I + DZᵀWZ| + ½ Σ h_iᵀK_i⁻¹h_i.
    private double LogQuasiLikelihood()
    {
        if (_work.Pass.Spread is not null) return double.NaN;
        double deviance = _work.Statistics.Deviance;
        double rest = _expansion == ExpansionPoint.Modes
            ? -(deviance + _model.SphericalSquares)
            : _work.Statistics.WeightedSquares - _model.ResponseSquares - deviance;
        return (-0.5 * _model.LogDeterminant) + (0.5 * rest / _model.Dispersion);
    }
}

namespace Glmm.Sparse.Estimation;

/// <content>The last run as the start of another estimator.</content>
internal sealed partial class Linearisation
{
    /// <summary>How the last run ended.</summary>
    internal Diagnosis Outcome => _outcome;

    /// <summary>Whether the last run got lost.</summary>
    internal bool GotLost => IsLost(_outcome);

    /// <summary>Where the last run ended, off the boundary of D; null where nothing there is of use.</summary>
    internal StartingPoint? AsStart()
    {
        if (!_solved || !_work.Statistics.IsUsable) return null;
        bool usable = double.IsFinite(_dispersion) && _dispersion > 0;
        foreach (double a in _alpha) usable &= double.IsFinite(a);
        if (!usable) return null;
        if (_variance.IsSingular || IsLost(_outcome))
        {
            // The boundary is a place that is hard to leave, and so is a D that ran away.
            _variance.StartAtUnits();
        }

        if (double.IsPositiveInfinity(_variance.Evaluate())) return null;
        double[] information = _model.Schur.ToArray(), covariance = _variance.Hessian.ToArray();
        for (int e = 0; e < information.Length; e++) information[e] /= _dispersion;
        for (int e = 0; e < covariance.Length; e++) covariance[e] *= 0.5;
        return new StartingPoint
        {
            Verdict = _outcome.Verdict,
            Message = _outcome.Message,
            Alpha = [.. _alpha],
            Dispersion = _dispersion,
            Covariance = _variance.Covariance.ToArray(),
            Beta = _beta,
            Units = _model.Units.ToArray(),
            FixedInformation = information,
            CovarianceInformation = covariance,
        };
    }
}

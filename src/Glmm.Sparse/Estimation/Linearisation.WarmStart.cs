using Glmm.Sparse.Core;
using Glmm.Sparse.Families;

namespace Glmm.Sparse.Estimation;

/// <content>A start from estimates known from elsewhere.</content>
internal sealed partial class Linearisation
{
    private readonly double[] _startAlpha;
    private readonly double[] _startCovariance;
    private bool _hasStart;

    /// <summary>
    /// Makes every <see cref="Run"/> start from estimates known from elsewhere, such as the fit of another response
    /// of this design, rather than from the model without random effects. The solution is not affected; a start from
    /// which the fit gets lost is dropped for the usual one.
    /// </summary>
    /// <param name="alpha">α, p, for the fixed effects that are kept, on the user's scale.</param>
    /// <param name="covariance">D, q×q, on the user's scale.</param>
    /// <param name="dispersion">φ.</param>
    internal void StartFrom(ReadOnlySpan<double> alpha, double[,] covariance, double dispersion)
    {
        alpha.CopyTo(_startAlpha);
        _work.Packed.FixedScale.ToInternal(_startAlpha);
        double[] user = [.. covariance.Cast<double>()];
        double[,] relative = _work.Packed.RandomScale.CovarianceToInternal(user);
        for (int e = 0; e < user.Length; e++)
            _startCovariance[e] = relative[e / covariance.GetLength(1), e % covariance.GetLength(1)] / dispersion;
        _hasStart = true;
    }

    // False where the start lies outside the domain, or is no covariance.
    private bool TryStartAtGiven()
    {
        Reset();
        foreach (double value in _startCovariance)
        {
            if (!double.IsFinite(value)) return false;
        }

        _startAlpha.CopyTo(_alpha, 0);
        bool modes = _expansion == ExpansionPoint.Modes;
        if (modes && !_work.IsLinear && _work.Family.Domain != MeanDomain.UnitInterval) PredictFromResponse();
        _options.CancellationToken.ThrowIfCancellationRequested();
        _work.Pass.Run(PassPoint.Coefficients, _alpha, Expansion, _work.Statistics, _work.Blocks);
        if (!_work.Statistics.IsUsable) return false;
        _model.ExpandAbout(Expansion);
        _variance.StartAt(_startCovariance);

        // A D on the boundary is a place that is hard to leave: no start for a D that may be another.
        if (_variance.IsSingular) _variance.StartAtUnits();
        else _holdsCovariance = modes;
        return true;
    }

    // β for the D given, from the statistics about the response: where means have no upper bound, Newton's path from
    // β = 0 is a long one.
    private void PredictFromResponse()
    {
        _options.CancellationToken.ThrowIfCancellationRequested();
        _work.Pass.Run(PassPoint.Response, _alpha, null, _work.Statistics, _work.Blocks);
        _model.ExpandAbout(null);
        _variance.StartAt(_startCovariance);

        // An estimated φ comes out as 0 about the response; β does not depend on it.
        if (!_model.Evaluate(_variance.Factor) && !_model.IsExactFit) return;
        _model.GoBack(derivatives: false, newBeta: _beta);
    }
}

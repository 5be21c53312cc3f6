using Glmm.Sparse.Core;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Estimation;

/// <content>The second order: passes that average over the spread of the random effects.</content>
internal sealed partial class Linearisation
{
    // The first order has done its part as soon as the next step is shorter than this, in standard errors.
    private const double NearEnough = 0.1;

    private readonly PredictorSpread? _spread;

    // Whether the second order is still to come.
    private bool IsForeword => _spread is not null && _work.Pass.Spread is null;

    // Iterates, at the second order where it was asked for: that begins where the first is about to end.
    private Diagnosis Estimate()
    {
        Diagnosis first = Iterate();
        if (!IsForeword || first.Verdict is not (Verdict.Converged or Verdict.Boundary)) return first;
        _path.Reset();
        _path.MayRunOff = false;
        _previousNorm = _bestNorm = double.PositiveInfinity;
        (_hasLogWeights, _holdsCovariance) = (false, false);
        _work.Pass.Spread = _spread;
        RefreshSpread();
        _options.CancellationToken.ThrowIfCancellationRequested();
        _work.Pass.Run(PassPoint.Coefficients, _alpha, Expansion, _work.Statistics, _work.Blocks);
        return _work.Statistics.IsUsable ? Iterate() : _diagnosis.Breakdown(_alpha, _step);
    }

    // The spread for the D reached and the weights of the last pass.
    private void RefreshSpread() => _work.Pass.Spread?.Refresh(_variance.Factor, _model.Dispersion);

    // How far the spread of the last pass is from the one that its own weights lead to.
    private double SpreadStep() => _work.Pass.Spread?.Distance(_variance.Factor, _model.Dispersion) ?? 0;
}

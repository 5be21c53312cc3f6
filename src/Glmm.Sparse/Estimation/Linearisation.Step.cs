using Glmm.Sparse.Core;

namespace Glmm.Sparse.Estimation;

/// <content>One step, and how long steps are.</content>
internal sealed partial class Linearisation
{
    // α and β of the working model, and a pass there; halved while it is not acceptable.
    private bool Step()
    {
        _model.GoBack(derivatives: false, newBeta: _target);
        double move = StepLength();
        bool modes = _expansion == ExpansionPoint.Modes;

        // The penalised deviance at the new D before the step, and what the working model promises to take off it.
        double before = double.PositiveInfinity, gain = 0;
        RefreshSpread();
        if (modes && !_work.IsLinear && _work.Pass.Spread is null)
        {
            double spherical = ModeBuffer.SphericalSquares(_beta, _variance.Factor, _work.Blocks.RandomCount);
            before = _work.Statistics.Deviance + spherical;
            gain = double.IsFinite(spherical)
                ? Math.Max(0, _work.Statistics.WeightedSquares + spherical - _model.Squares)
                : 0;
        }

        _alpha.CopyTo(_origin, 0);
        double length = 1;
        for (int halving = 0; halving <= MostHalvings; halving++, length *= 0.5)
        {
            for (int j = 0; j < _origin.Length; j++) _alpha[j] = _origin[j] + (length * _step[j]);
            if (modes && halving > 0) ModeBuffer.Interpolate(_beta, _target, 0.5, _target);
            _options.CancellationToken.ThrowIfCancellationRequested();
            _hasLogWeights = _work.IsLinear || _gradientNorm < NearlyThere;
            _work.Pass.Run(
                PassPoint.Coefficients, _alpha, modes ? _target : null, _work.Statistics, _work.Blocks, _hasLogWeights);
            if (_work.Statistics.IsUsable && Acceptable(before, SufficientGain * length * gain))
            {
                (_beta, _target) = (_target, _beta);
                _path.Moved(move, whole: halving == 0);
                return true;
            }
        }

        // Nothing on the way was better: stay where the last pass that could be used was.
        _origin.CopyTo(_alpha, 0);
        _work.Pass.Run(PassPoint.Coefficients, _alpha, Expansion, _work.Statistics, _work.Blocks);
        return false;
    }

    // The working model's step is a descent direction of the penalised deviance at the new D; one that overshoots is
    // cut.
    private bool Acceptable(double before, double gain)
    {
        if (double.IsPositiveInfinity(before)) return true;
        double after = _work.Statistics.Deviance +
                       ModeBuffer.SphericalSquares(_target, _variance.Factor, _work.Blocks.RandomCount);
        return !(after > before - gain + (1e-7 * (Math.Abs(before) + 1)));
    }

    // Length of the step in α in standard errors.
    private double FixedStep()
    {
        ReadOnlySpan<double> step = _model.Step, schur = _model.Schur;
        int p = step.Length;
        double sum = 0;
        for (int i = 0; i < p; i++)
        {
            for (int j = 0; j < p; j++) sum += step[i] * schur[(i * p) + j] * step[j];
        }

        return Math.Sqrt(Math.Max(0, sum) / _model.Dispersion);
    }

    // Length of the step in α and β in standard errors.
    private double StepLength()
    {
        double modes = _expansion == ExpansionPoint.Zero ? 0 : _model.StepSquares / _model.Dispersion;
        return Math.Sqrt(Math.Pow(FixedStep(), 2) + modes);
    }

    // Root mean square of the step in β, in units that the data can tell.
    private double ModeStep() => _expansion == ExpansionPoint.Zero || _iterations == 0
        ? 0
        : Math.Sqrt(_model.StepSquares / _model.Dispersion / ((double)_work.UsedClusters * _work.Blocks.RandomCount));
}

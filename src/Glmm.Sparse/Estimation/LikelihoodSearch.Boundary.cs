namespace Glmm.Sparse.Estimation;

/// <content>Where the maximum may lie on the boundary: a singular D, a shape at its limit.</content>
internal sealed partial class LikelihoodSearch
{
    // log ξ beyond which a shape has run to its limit: there the family is another, simpler one.
    private const double ShapeLimit = 18.4;

    // In natural units a variance of 1 is one that the average cluster could just notice.
    private const double NegligibleVariance = 1e-9;

    // A shape on its way to infinity or 0 takes the likelihood to that of a simpler family, from below and for ever.
    private void HoldShapeAtLimit()
    {
        int at = _likelihood.ShapeAt;
        if (HoldsShape || at < 0 || Math.Abs(Parameters[at]) < ShapeLimit) return;
        HoldsShape = true;
        _gradient[at] = 0;
        HoldShape(_quasi.Matrix);
        _quasi.Set([.. _quasi.Matrix]);
    }

    private void HoldShape(double[] hessian)
    {
        int at = _likelihood.ShapeAt, count = _gradient.Length;
        for (int j = 0; j < count; j++) hessian[(at * count) + j] = hessian[(j * count) + at] = j == at ? 1 : 0;
    }

    // Puts collapsed directions exactly at 0, unless the likelihood minds. Returns whether anything moved.
    private bool SnapToBoundary()
    {
        Parameters.CopyTo(_trial, 0);
        IsSingular = _structure.Snap(_trial.AsSpan(_p, _m), NegligibleVariance, _units);
        if (_trial.AsSpan().SequenceEqual(Parameters)) return false;
        if (!HasMoved(_trial))
        {
            // What is all but 0 becomes 0; nothing else is to be learnt there.
            _trial.CopyTo(Parameters, 0);
            TryEvaluate(Parameters);
            return false;
        }

        double start = _objective;
        if (TryEvaluate(_trial) && _penalised.Objective(_trial) <= start + 1e-7 + Rounding(start))
        {
            _trial.CopyTo(Parameters, 0);
            _objective = _penalised.Objective(Parameters);
            Differentiate();
            return true;
        }

        IsSingular = false;
        TryEvaluate(Parameters);
        Differentiate();
        return false;
    }

    // By more than the rounding of a D that was put together anew.
    private bool HasMoved(double[] parameters)
    {
        for (int l = 0; l < _m; l++)
        {
            double size = _thetaUnits[l] + Math.Abs(Parameters[_p + l]);
            if (Math.Abs(parameters[_p + l] - Parameters[_p + l]) > 1e-12 * size) return true;
        }

        return false;
    }

    // Leaves the boundary where that raises the likelihood. Returns whether it did.
    private bool TryRelease()
    {
        if (!IsSingular) return false;
        _likelihood.ReleaseSlopeInto(_matrix);
        for (int e = 0; e < _matrix.Length; e++) _matrix[e] = -_matrix[e];
        double slope = _structure.ReleaseInto(Parameters.AsSpan(_p, _m), _matrix, _units, _direction);
        if (!(slope < -1e-6 * (1 + Math.Sqrt(_work.UsedClusters)))) return false;
        Parameters.CopyTo(_before, 0);
        double start = _objective, length = 0.5;
        for (int halving = 0; halving < MostHalvings && length > 2 * NegligibleVariance; halving++, length *= 0.25)
        {
            _structure.CovarianceInto(_before.AsSpan(_p, _m), _matrix);
            for (int e = 0; e < _matrix.Length; e++) _matrix[e] += length * _direction[e];
            _before.CopyTo(_trial, 0);
            _structure.CoordinatesInto(_matrix, _trial.AsSpan(_p, _m));
            if (!TryEvaluate(_trial) || !(_penalised.Objective(_trial) < start)) continue;
            _trial.CopyTo(Parameters, 0);
            _objective = _penalised.Objective(Parameters);
            IsSingular = false;
            _movedSinceHessian = double.PositiveInfinity;
            Differentiate();
            return true;
        }

        TryEvaluate(Parameters);
        return false;
    }
}

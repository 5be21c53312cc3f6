using Glmm.Sparse.Kernels;
using Glmm.Sparse.LinearAlgebra;

namespace Glmm.Sparse.Prediction;

/// <content>The search for the mode.</content>
public sealed partial class ClusterConditioning
{
    private const int MostSteps = 200;
    private const int MostHalvings = 60;

    // Squared length of a Newton step, in posterior standard deviations, below which the mode is where it leads; and
    // below which a step that is no shorter than the last is rounding.
    private const double Negligible = 1e-22;
    private const double Small = 1e-14;

    private void FindMode(ReadOnlySpan<double> response, ReadOnlySpan<double> priorWeights, int n)
    {
        double phi = _model.Dispersion;
        Array.Clear(_v);
        double value = Evaluate(_v, response, priorWeights, n, out int invalid), before = double.PositiveInfinity;
        for (Iterations = 1; Iterations <= MostSteps; Iterations++)
        {
            // −∂/∂v of the penalised objective, and M.
            for (int l = 0; l < _q; l++) _step[l] = -_v[l];
            for (int i = 0; i < n; i++) AddMultiple(_scores[i] / phi, _spherical.AsSpan(i * _q, _q), _step);
            if (!FactorInformation(response, priorWeights, n)) break;
            DenseCholesky.SolveLower(_information, _q, _step);
            double squared = 0;
            foreach (double part in _step) squared += part * part;
            if (!double.IsFinite(squared)) break;
            DenseCholesky.SolveLowerTransposed(_information, _q, _step);
            bool last = squared < Negligible || (squared < Small && squared >= before);
            before = squared;
            double length = 1;
            for (int halving = 0; ; halving++, length *= 0.5)
            {
                for (int l = 0; l < _q; l++) _trial[l] = _v[l] + (length * _step[l]);
                double next = Evaluate(_trial, response, priorWeights, n, out int outside);

                // Rounding of the value must not refuse a step that it cannot tell.
                double rounding = 1e-14 * (Math.Abs(value) + n);
                if (last || (outside <= invalid && next <= value + rounding))
                {
                    (value, invalid) = (next, outside);
                    break;
                }

                if (halving < MostHalvings) continue;
                Evaluate(_v, response, priorWeights, n, out _);
                Converged = false;
                return;
            }

            _trial.CopyTo(_v, 0);
            if (last) return;
        }

        Converged = false;
    }

    // The penalised objective at v, with weights and scores of the rows.
    private double Evaluate(
        double[] v, ReadOnlySpan<double> response, ReadOnlySpan<double> priorWeights, int n, out int invalid)
    {
        double penalty = 0;
        foreach (double part in v) penalty += part * part;
        for (int i = 0; i < n; i++)
        {
            double eta = _base[i];
            ReadOnlySpan<double> row = _spherical.AsSpan(i * _q, _q);
            for (int l = 0; l < row.Length; l++) eta += row[l] * v[l];
            _eta[i] = eta;
        }

        KernelSums sums = WeighRows(observed: !_isCanonical, response, priorWeights, n);
        invalid = sums.Invalid;
        return (sums.Objective / _model.Dispersion) + (0.5 * penalty);
    }

    private KernelSums WeighRows(
        bool observed, ReadOnlySpan<double> response, ReadOnlySpan<double> priorWeights, int n)
    {
        Span<double> eta = _eta.AsSpan(0, n), weights = _weights.AsSpan(0, n), scores = _scores.AsSpan(0, n);
        return observed
            ? _kernel.ObservedWeightsAndScores(eta, response, priorWeights, weights, scores)
            : _kernel.WeightsScoresAndObjective(eta, response, priorWeights, weights, scores);
    }

    // M of the rows' weights; of the expected ones where the observed make none that is definite.
    private bool FactorInformation(ReadOnlySpan<double> response, ReadOnlySpan<double> priorWeights, int n)
    {
        SphericalInformation(n);
        if (DenseCholesky.Factor(_information, _q) < 0) return true;
        if (_isCanonical) return false;
        WeighRows(observed: false, response, priorWeights, n);
        SphericalInformation(n);
        return DenseCholesky.Factor(_information, _q) < 0;
    }

    // M = I + LᵀZᵀWZL/φ, its lower triangle.
    private void SphericalInformation(int n)
    {
        double phi = _model.Dispersion;
        Array.Clear(_information);
        for (int l = 0; l < _q; l++) _information[(l * _q) + l] = 1;
        for (int i = 0; i < n; i++)
        {
            ReadOnlySpan<double> row = _spherical.AsSpan(i * _q, _q);
            double weight = _weights[i] / phi;
            for (int l = 0; l < _q; l++)
                AddMultiple(weight * row[l], row[..(l + 1)], _information.AsSpan(l * _q, l + 1));
        }
    }
}

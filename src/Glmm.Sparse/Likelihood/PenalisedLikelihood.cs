using Glmm.Sparse.Model.Covariance;

namespace Glmm.Sparse.Likelihood;

/// <summary>
/// What a search minimises: −ℓ and, where the covariance structure has a barrier at its boundary, a little of that.
/// Not thread-safe.
/// </summary>
internal sealed class PenalisedLikelihood
{
    private const double BarrierWeight = 1e-9;

    private readonly MarginalLikelihood _likelihood;
    private readonly CovarianceStructure _structure;
    private readonly double[] _units;
    private readonly double[] _barrierGradient;
    private readonly double[] _barrierHessian;
    private readonly int _p;
    private readonly int _m;

    /// <param name="likelihood">ℓ.</param>
    /// <param name="structure">The structure of D̃.</param>
    /// <param name="fixedCount">Fixed effects, which come before the coordinates of D̃.</param>
    /// <param name="units">q natural units of variance, of D̃; kept, not copied.</param>
    internal PenalisedLikelihood(
        MarginalLikelihood likelihood, CovarianceStructure structure, int fixedCount, double[] units)
    {
        (_likelihood, _structure, _units) = (likelihood, structure, units);
        (_p, _m) = (fixedCount, structure.ComponentCount);
        _barrierGradient = new double[_m];
        _barrierHessian = new double[_m * _m];
    }

    /// <summary>Evaluates the likelihood.</summary>
    /// <param name="parameters">(α, θ[, log φ][, log ξ]).</param>
    /// <param name="tolerance">How exactly the modes are wanted.</param>
    /// <param name="token">Cancels.</param>
    /// <returns>Whether the objective has a value there.</returns>
    internal bool TryEvaluate(ReadOnlySpan<double> parameters, double tolerance, CancellationToken token) =>
        _likelihood.TryEvaluate(parameters, tolerance, token) && double.IsFinite(Objective(parameters));

    /// <summary>The objective.</summary>
    /// <param name="parameters">The point evaluated last.</param>
    internal double Objective(ReadOnlySpan<double> parameters) => _structure.HasBarrier
        ? (BarrierWeight * _structure.Barrier(parameters.Slice(_p, _m), _units, [], [])) - _likelihood.Value
        : -_likelihood.Value;

    /// <summary>Differentiates the objective.</summary>
    /// <param name="parameters">The point evaluated last.</param>
    /// <param name="gradient">Overwritten.</param>
    internal void Differentiate(ReadOnlySpan<double> parameters, Span<double> gradient)
    {
        _likelihood.Differentiate();
        for (int j = 0; j < gradient.Length; j++) gradient[j] = -_likelihood.Gradient[j];
        if (!_structure.HasBarrier) return;
        _structure.Barrier(parameters.Slice(_p, _m), _units, _barrierGradient, _barrierHessian);
        for (int l = 0; l < _m; l++) gradient[_p + l] += BarrierWeight * _barrierGradient[l];
    }
}

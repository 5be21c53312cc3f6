using Glmm.Sparse.Core;

namespace Glmm.Sparse.Likelihood;

/// <summary>
/// Minus the Hessian of a marginal log-likelihood by differences of its analytic gradient. The modes at the points
/// between which it differences are those of the middle carried along to first order, so that each takes one pass and
/// needs no search. Not thread-safe.
/// </summary>
internal sealed class ObservedHessian : IDisposable
{
    // Distance of the points from the middle, in standard errors. What the Hessian changes over a standard error is of
    // the order of one over the root of the number of clusters: with so many, a difference to one side tells it to six
    // digits, at half the price.
    private const double Distance = 1e-3;
    private const double OneSidedDistance = 2e-4;
    private const int ManyClusters = 1000;

    private readonly MarginalLikelihood _likelihood;
    private readonly MarginalAnchor _anchor;
    private readonly double[] _point;
    private readonly double[] _upper;
    private readonly double[] _middle;
    private readonly bool _oneSided;

    internal ObservedHessian(FitWorkspace work, MarginalLikelihood likelihood)
    {
        _likelihood = likelihood;
        _anchor = new MarginalAnchor(work, likelihood.ShapeAt >= 0);
        _point = new double[likelihood.Count];
        _upper = new double[likelihood.Count];
        _middle = new double[likelihood.Count];
        _oneSided = work.UsedClusters >= ManyClusters;
    }

    /// <inheritdoc/>
    public void Dispose() => _anchor.Dispose();

    /// <summary>Differences about the point of the last evaluation, which must have been differentiated. Afterwards
    /// the likelihood has to be evaluated again.</summary>
    /// <param name="parameters">That point.</param>
    /// <param name="errors">About a standard error of each parameter.</param>
    /// <param name="hessian">Overwritten, symmetric.</param>
    /// <param name="token">Stops it.</param>
    /// <returns>Whether all points had a value.</returns>
    internal bool TryCompute(
        ReadOnlySpan<double> parameters, ReadOnlySpan<double> errors, Span<double> hessian, CancellationToken token)
    {
        int n = _likelihood.Count;
        _likelihood.AnchorInto(_anchor);
        _likelihood.Gradient.CopyTo(_middle, 0);
        for (int j = 0; j < n; j++)
        {
            token.ThrowIfCancellationRequested();
            double distance = (_oneSided ? OneSidedDistance : Distance) * errors[j];
            parameters.CopyTo(_point);
            _point[j] = parameters[j] + distance;
            double above = _point[j];
            if (!TryDifferentiate()) return false;
            _likelihood.Gradient.CopyTo(_upper, 0);
            _point[j] = parameters[j] - (_oneSided ? 0 : distance);
            if (!_oneSided && !TryDifferentiate()) return false;
            double[] lower = _oneSided ? _middle : _likelihood.Gradient;
            double width = above - _point[j];
            for (int i = 0; i < n; i++) hessian[(i * n) + j] = (lower[i] - _upper[i]) / width;
        }

        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < i; j++)
            {
                double mean = 0.5 * (hessian[(i * n) + j] + hessian[(j * n) + i]);
                hessian[(i * n) + j] = hessian[(j * n) + i] = mean;
            }
        }

        return true;
    }

    private bool TryDifferentiate()
    {
        if (!_likelihood.TryEvaluateNear(_point, _anchor)) return false;
        _likelihood.Differentiate();
        return true;
    }
}

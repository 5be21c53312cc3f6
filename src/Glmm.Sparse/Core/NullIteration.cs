using Glmm.Sparse.LinearAlgebra;

namespace Glmm.Sparse.Core;

/// <summary>
/// The model without random effects, fitted by iteratively reweighted least squares on the same pass: the start value
/// of every estimator and the ground of the score test.
/// </summary>
/// <remarks>McCullagh &amp; Nelder (1989), §2.5; steps are halved where the deviance would rise, as R's glm
/// does.</remarks>
internal sealed class NullIteration
{
    private const int MostHalvings = 30;

    // A step must bring at least this share of what the quadratic model promises, lest it land on a far plateau.
    private const double SufficientGain = 0.02;

    private readonly FitWorkspace _work;
    private readonly double[] _factor;
    private readonly double[] _previous;

    internal NullIteration(FitWorkspace work)
    {
        _work = work;
        int p = work.Packed.Layout.FixedCount;
        Alpha = new double[p];
        Step = new double[p];
        _previous = new double[p];
        _factor = new double[p * p];
    }

    /// <summary>α at which the workspace's statistics were taken, on the engine's scale.</summary>
    internal double[] Alpha { get; }

    /// <summary>The step that the next iteration would take.</summary>
    internal double[] Step { get; }

    /// <summary>Length of that step in standard errors, relative to the dispersion.</summary>
    internal double Decrement { get; private set; }

    /// <summary>Starts from the response and iterates.</summary>
    /// <param name="tolerance">Bound on <see cref="Decrement"/>.</param>
    /// <param name="mostIterations">Most steps.</param>
    /// <param name="heldDispersion">φ where it is held, NaN where it is estimated.</param>
    /// <param name="cancellation">Asked before every pass.</param>
    /// <returns>Whether the bound was met.</returns>
    internal bool Run(double tolerance, int mostIterations, double heldDispersion, CancellationToken cancellation)
    {
        return ExpandAtResponse(null, cancellation) && StartThere(cancellation) &&
               Continue(tolerance, mostIterations, heldDispersion, cancellation);
    }

    /// <summary>Takes the statistics about the response itself, whose least squares estimate is the start.</summary>
    /// <param name="blocks">The clusters' statistics, where they are wanted too.</param>
    /// <param name="cancellation">Asked before the pass.</param>
    /// <returns>Whether there is an estimate.</returns>
    internal bool ExpandAtResponse(ClusterBlocks? blocks, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        _work.Pass.Run(PassPoint.Response, Alpha, null, _work.Statistics, blocks);
        return Solve();
    }

    /// <summary>Takes the statistics at the start found by <see cref="ExpandAtResponse"/>.</summary>
    /// <param name="cancellation">Asked before every pass.</param>
    /// <returns>Whether they can be used.</returns>
    internal bool StartThere(CancellationToken cancellation)
    {
        Step.CopyTo(Alpha, 0);
        return Pass(cancellation) || TryConstantStart(cancellation);
    }

    /// <summary>Iterates from where the workspace's statistics were taken, at α.</summary>
    /// <param name="tolerance">Bound on <see cref="Decrement"/>.</param>
    /// <param name="mostIterations">Most steps.</param>
    /// <param name="heldDispersion">φ where it is held, NaN where it is estimated.</param>
    /// <param name="cancellation">Asked before every pass.</param>
    /// <returns>Whether the bound was met.</returns>
    internal bool Continue(
        double tolerance, int mostIterations, double heldDispersion, CancellationToken cancellation)
    {
        PassStatistics statistics = _work.Statistics;
        for (int iteration = 0; ; iteration++)
        {
            if (!Solve()) return false;
            double dispersion = double.IsNaN(heldDispersion)
                ? statistics.WeightedSquares / _work.Packed.CountTotal
                : heldDispersion;
            double product = 0;
            for (int j = 0; j < Step.Length; j++) product += Step[j] * statistics.Gradient[j];
            Decrement = Math.Sqrt(Math.Max(0, product) / dispersion);
            if (!(Decrement > tolerance)) return true;
            if (iteration == mostIterations) return false;

            double before = statistics.Deviance, length = 1;
            Alpha.CopyTo(_previous, 0);
            for (int halving = 0; ; halving++, length *= 0.5)
            {
                for (int j = 0; j < Step.Length; j++) Alpha[j] = _previous[j] + (length * Step[j]);
                double most = before - (SufficientGain * length * product) + (1e-8 * (Math.Abs(before) + 0.1));
                if (Pass(cancellation) && statistics.Deviance <= most) break;
                if (halving < MostHalvings) continue;
                _previous.CopyTo(Alpha, 0);
                Pass(cancellation);
                Solve();
                return false;
            }
        }
    }

    private bool Pass(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        _work.Pass.Run(PassPoint.Coefficients, Alpha, null, _work.Statistics, _work.Blocks);
        return _work.Statistics.IsUsable;
    }

    // XᵀWX·step = XᵀWr.
    private bool Solve()
    {
        _work.Statistics.Cross.CopyTo(_factor, 0);
        _work.Statistics.Gradient.CopyTo(Step, 0);
        if (DenseCholesky.Factor(_factor, Step.Length) >= 0) return false;
        DenseCholesky.Solve(_factor, Step.Length, Step);
        return true;
    }

    // Least squares may leave the domain where a constant does not: go back towards g(ȳ) on the intercept.
    private bool TryConstantStart(CancellationToken cancellation)
    {
        int intercept = _work.Packed.InterceptIndex;
        if (intercept < 0) return false;
        Alpha.CopyTo(_previous, 0);
        Span<double> constant = new double[Alpha.Length];
        constant[intercept] = _work.Link.Apply(_work.Response.WeightedSum / _work.Response.Weight);
        _work.Packed.FixedScale.ToInternal(constant);
        for (double length = 0.5; length > 1e-3; length *= 0.5)
        {
            for (int j = 0; j < constant.Length; j++) Alpha[j] = constant[j] + (length * (_previous[j] - constant[j]));
            if (Pass(cancellation)) return true;
        }

        constant.CopyTo(Alpha);
        return Pass(cancellation);
    }
}

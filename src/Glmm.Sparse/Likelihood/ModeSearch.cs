using Glmm.Sparse.Core;
using Glmm.Sparse.LinearAlgebra;

namespace Glmm.Sparse.Likelihood;

/// <summary>
/// The clusters' modes û, β̂ = Λû, at given parameters: Newton's method on all clusters at once, one data pass a step,
/// from wherever the last search ended. Allocates nothing after construction. Not thread-safe.
/// </summary>
internal sealed class ModeSearch : IDisposable
{
    private const int MostSteps = 100;
    private const int MostHalvings = 40;

    // A step below the first that gets no shorter is rounding; so is one below the second that does not help.
    private const double LeastRounding = 1e-8;
    private const double CoarsestRounding = 1e-6;

    private readonly FitWorkspace _work;
    private readonly ModeNewton _newton;
    private readonly AlignedBuffer _step;
    private readonly AlignedBuffer _ahead;
    private readonly AlignedBuffer _from;
    private readonly double[] _alpha;
    private readonly double[] _lambda;
    private readonly int _q;
    private AlignedBuffer _trial;

    internal ModeSearch(FitWorkspace work)
    {
        _work = work;
        _q = work.Blocks.RandomCount;
        _newton = new ModeNewton(work.Blocks, work.Team);
        _alpha = new double[work.Blocks.FixedCount];
        _lambda = new double[_q * _q];
        Spherical = ModeBuffer.Create(work.Blocks);
        Beta = ModeBuffer.Create(work.Blocks);
        _trial = ModeBuffer.Create(work.Blocks);
        _step = ModeBuffer.Create(work.Blocks);
        _ahead = ModeBuffer.Create(work.Blocks);
        _from = ModeBuffer.Create(work.Blocks);
    }

    /// <summary>û, [batch][q][lane].</summary>
    internal AlignedBuffer Spherical { get; private set; }

    /// <summary>β̂ = Λû.</summary>
    internal AlignedBuffer Beta { get; }

    /// <summary>Objective + ½ Σ|u|² at the last pass.</summary>
    internal double Penalised { get; private set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        _newton.Dispose();
        _step.Dispose();
        _ahead.Dispose();
        _from.Dispose();
        _trial.Dispose();
        Spherical.Dispose();
        Beta.Dispose();
    }

    /// <summary>Finds the modes; afterwards the statistics and blocks of the workspace, with observed weights, are
    /// those at the modes.</summary>
    /// <param name="alpha">α.</param>
    /// <param name="lambda">Λ.</param>
    /// <param name="dispersion">φ, in whose root standard errors are counted.</param>
    /// <param name="tolerance">Bound on the root mean square of the next step, in standard errors.</param>
    /// <param name="token">Stops the search.</param>
    /// <returns>Whether they were found.</returns>
    internal bool Find(
        ReadOnlySpan<double> alpha, ReadOnlySpan<double> lambda, double dispersion, double tolerance,
        CancellationToken token)
    {
        alpha.CopyTo(_alpha);
        lambda.CopyTo(_lambda);
        if (!Pass(Spherical))
        {
            // A start far from these parameters: 0 is where none is worse.
            Spherical.Clear();
            if (!Pass(Spherical)) return false;
        }

        double scale = 1.0 / ((double)_work.UsedClusters * _q * dispersion), last = double.PositiveInfinity;
        for (int step = 0; step < MostSteps; step++)
        {
            token.ThrowIfCancellationRequested();
            double before = Penalised;
            bool scored = false;
            _newton.Newton(_lambda, Spherical, _step);
            if (!_newton.IsDefinite)
            {
                // Far from the modes the observed information may be indefinite; the expected never is.
                if (!Pass(Spherical, observed: false)) return false;
                _newton.Newton(_lambda, Spherical, _step);
                if (!_newton.IsDefinite) return false;
                scored = true;
            }

            double distance = Math.Sqrt(_newton.Decrement * scale);
            if (!double.IsFinite(distance)) return false;
            bool rounding = distance <= LeastRounding && distance > 0.5 * last;
            if ((distance <= tolerance || rounding) && !scored) return true;
            last = distance;
            if (!Advance(before)) return distance <= CoarsestRounding && !scored && Pass(Spherical);
        }

        return false;
    }

    /// <summary>Takes the modes as they are, without a search, and the statistics there.</summary>
    /// <param name="alpha">α.</param>
    /// <param name="lambda">Λ.</param>
    internal bool Accept(ReadOnlySpan<double> alpha, ReadOnlySpan<double> lambda)
    {
        alpha.CopyTo(_alpha);
        lambda.CopyTo(_lambda);
        return Pass(Spherical);
    }

    /// <summary>Prepares a step in the parameters from where the modes were found last: how the modes will follow, to
    /// first order.</summary>
    /// <param name="alphaStep">The whole step in α.</param>
    /// <param name="lambdaStep">The whole step in Λ.</param>
    /// <param name="shapeStep">The whole step in log ξ.</param>
    /// <param name="slopes">The clusters' slopes where there is a shape, else null.</param>
    internal void LookAhead(
        ReadOnlySpan<double> alphaStep, ReadOnlySpan<double> lambdaStep, double shapeStep, AlignedBuffer? slopes)
    {
        ModeBuffer.Copy(Spherical, _from);
        _newton.Follow(_lambda, lambdaStep, alphaStep, shapeStep, slopes, Spherical, _ahead);
    }

    /// <summary>Moves the modes along the step prepared.</summary>
    /// <param name="length">Share of the whole step.</param>
    internal void GoAhead(double length) => ModeBuffer.Step(_from, _ahead, length, Spherical);

    // Newton's step, shorter while the penalised objective rises.
    private bool Advance(double before)
    {
        double length = 1;
        for (int halving = 0; halving <= MostHalvings; halving++, length *= 0.5)
        {
            ModeBuffer.Step(Spherical, _step, length, _trial);
            if (Pass(_trial) && Penalised <= before + (1e-11 * (1 + Math.Abs(before))))
            {
                (Spherical, _trial) = (_trial, Spherical);
                return true;
            }
        }

        return false;
    }

    private bool Pass(AlignedBuffer u, bool observed = true)
    {
        ModeBuffer.FromSpherical(u, _lambda, _q, Beta);
        PassStatistics statistics = _work.Statistics;
        _work.Pass.RunForLikelihood(_alpha, Beta, statistics, _work.Blocks, observed && !_work.Pass.Kernel.IsCanonical);
        Penalised = statistics.Objective + (0.5 * ModeBuffer.Squares(u));
        return statistics.IsUsableForLikelihood && double.IsFinite(Penalised);
    }
}

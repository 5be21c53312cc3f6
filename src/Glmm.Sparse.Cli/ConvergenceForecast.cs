namespace Glmm.Sparse.Cli;

/// <summary>
/// Guesses how long a fit will take from how fast its convergence number falls: PQL and the searches converge nearly
/// linearly, so the logarithm of the number falls by the same amount in each iteration.
/// </summary>
/// <param name="tolerance">The number at which the fit ends.</param>
/// <param name="clock">The clock.</param>
internal sealed class ConvergenceForecast(double tolerance, TimeProvider clock)
{
    // The rate is taken over so many iterations: one step alone may be a lucky one.
    private const int Window = 4;

    private readonly Queue<(double LogNorm, long Time)> _states = new();

    /// <summary>Takes the newest number.</summary>
    /// <param name="norm">The convergence number of this iteration.</param>
    /// <returns>Seconds that are left, or null where the numbers do not tell.</returns>
    public double? SecondsLeft(double norm)
    {
        if (!(norm > 0) || !double.IsFinite(norm))
        {
            _states.Clear();
            return null;
        }

        (double LogNorm, long Time) now = (Math.Log(norm), clock.GetTimestamp());
        _states.Enqueue(now);
        if (_states.Count > Window) _states.Dequeue();
        (double LogNorm, long Time) first = _states.Peek();
        double fallen = first.LogNorm - now.LogNorm;
        if (_states.Count < 3 || fallen <= 0) return null;
        double seconds = clock.GetElapsedTime(first.Time, now.Time).TotalSeconds;
        return Math.Max(0, (now.LogNorm - Math.Log(tolerance)) / fallen * seconds);
    }
}

using Glmm.Sparse.Core;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Estimation;

/// <summary>
/// Fits one response of a <see cref="RefitPlan"/> after the other in the same memory: a refit allocates its result and
/// nothing else. Not thread-safe: make one for each thread. Dispose it before its plan.
/// </summary>
public sealed class Refitter : IDisposable
{
    private readonly FitWorkspace _work;
    private readonly Linearisation _linearisation;
    private readonly double[] _scratch;
    private readonly double[] _response;
    private int _busy;
    private bool _disposed;

    internal Refitter(FitPlan plan, FitOptions options, ExpansionPoint expansion, PlanStart? start, int threads)
    {
        _work = new FitWorkspace(plan, threads);
        _linearisation = new Linearisation((_work, 0), options, expansion);
        if (start is { } from) _linearisation.StartFrom(from.FixedEffects, from.Covariance, from.Dispersion);
        int p = _work.Packed.Layout.FixedCount, q = _work.Packed.Layout.RandomCount;
        _scratch = new double[(p * p) + p + q];
        _response = new double[_work.Packed.Rows];
    }

    /// <summary>Fits a response.</summary>
    /// <param name="response">y, n, in the order of the design's rows.</param>
    /// <returns>The estimates. They depend on this response alone, not on those before it.</returns>
    /// <exception cref="InvalidModelDataException">The length differs, a value cannot be, or nothing is left to
    /// estimate.</exception>
    /// <exception cref="InvalidOperationException">Another thread is using this refitter.</exception>
    /// <exception cref="ObjectDisposedException">The refitter was disposed.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled.</exception>
    public RefitResult Refit(ReadOnlySpan<double> response)
    {
        if (Interlocked.Exchange(ref _busy, 1) != 0)
        {
            throw new InvalidOperationException(
                "This refitter is in use by another thread; make one for each thread with RefitPlan.CreateRefitter.");
        }

        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _work.TakeResponse(response);
            _linearisation.Run();
            return _linearisation.Brief(_scratch);
        }
        finally
        {
            Volatile.Write(ref _busy, 0);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _linearisation.Dispose();
    }

    /// <summary>Fits a response that the caller writes here; one that cannot be fitted is a result that says
    /// so.</summary>
    internal RefitResult Refit(int index, ResponseFiller fill)
    {
        try
        {
            // A row that is not written must not keep what another response had there.
            Array.Fill(_response, double.NaN);
            fill(index, _response);
            return Refit(_response);
        }
        catch (InvalidModelDataException exception)
        {
            return RefitResult.Refused(
                exception.Message, _work.Packed.Layout.FixedCount, _work.Packed.Layout.RandomCount);
        }
    }
}

/// <summary>Estimates to start from.</summary>
/// <param name="FixedEffects">α on the user's scale.</param>
/// <param name="Covariance">D on the user's scale.</param>
/// <param name="Dispersion">φ.</param>
internal sealed record PlanStart(double[] FixedEffects, double[,] Covariance, double Dispersion);

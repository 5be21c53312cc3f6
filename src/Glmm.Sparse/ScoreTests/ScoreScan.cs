using System.Collections.Concurrent;
using Glmm.Sparse.Model;
using Glmm.Sparse.Results;
using Glmm.Sparse.Threading;

namespace Glmm.Sparse.ScoreTests;

/// <summary>
/// Score tests of millions of candidate columns of X, one at a time, against one mixed model fitted by PQL: which
/// covariates, variants or probes deserve a fit of their own? Immutable and thread-safe.
/// </summary>
/// <remarks>
/// <para>In the working linear mixed model at the null fit, U = xᵀPy* and Var U = xᵀPx with
/// P = V⁻¹ − V⁻¹X(XᵀV⁻¹X)⁻¹XᵀV⁻¹ (Breslow &amp; Clayton 1993; Chen et al. 2016 call it GMMAT). Py* are the score
/// residuals at the modes; D and φ stay at the null fit. With V⁻¹ = W − FFᵀ, F an n_i×q block in each cluster, a column
/// costs O(n(2 + p + q)): eight are taken side by side. The estimates are those of one scoring step, near those of a
/// fit where effects are small.</para>
/// <para>A column with a NaN, or of which X and the random effects leave nothing but rounding (constant, collinear, or
/// shifted by some 1e7 of its spread: centre it), has a result of NaN.</para>
/// <para>A result depends on its column alone, to the last bit, not on threads nor on the columns beside it.</para>
/// </remarks>
public sealed class ScoreScan
{
    private readonly ScanRows _rows;

    private ScoreScan(ScanRows rows) => _rows = rows;

    /// <summary>n.</summary>
    public int Observations => _rows.Count;

    /// <summary>Makes a fit ready to be scanned against.</summary>
    /// <param name="fit">The fit without candidates, converged, of the first order.</param>
    /// <param name="design">The design it was fitted to.</param>
    /// <returns>The scan.</returns>
    /// <exception cref="GlmmException">The fit did not converge or is of the second order, or the design is another
    /// one.</exception>
    public static ScoreScan Create(PqlFit fit, ClusteredDesign design)
    {
        ArgumentNullException.ThrowIfNull(fit);
        ArgumentNullException.ThrowIfNull(design);
        if (!fit.Converged)
        {
            throw new InvalidModelOptionException(
                $"The fit did not converge, so there is nothing to scan against. {fit.Message}");
        }

        if (fit.Order != 1)
        {
            throw new InvalidModelOptionException(
                "A scan needs the working model of a first-order fit; fit with order 1.");
        }

        return new ScoreScan(ScanRows.Of(fit, design));
    }

    /// <summary>Tests one column.</summary>
    /// <param name="column">x, n, in the order of the design's rows.</param>
    /// <returns>The test.</returns>
    /// <exception cref="InvalidModelDataException">The length differs.</exception>
    public ScoreScanResult Test(ReadOnlySpan<double> column)
    {
        if (column.Length != _rows.Count)
        {
            throw new InvalidModelDataException(
                $"The column has {column.Length} rows, the design has {_rows.Count}: a value for every row is needed.");
        }

        var worker = new ScanWorker(_rows);
        column.CopyTo(worker.Column(0));
        Span<ScoreScanResult> result = stackalloc ScoreScanResult[1];
        worker.Test(result);
        return result[0];
    }

    /// <summary>Tests many columns side by side, each written when its turn comes.</summary>
    /// <param name="count">Number of columns.</param>
    /// <param name="fill">Writes a column; called from several threads at once, in any order.</param>
    /// <param name="threads">Threads; 0 for all processors.</param>
    /// <param name="progress">Told, now and then, how many columns are done; on any thread.</param>
    /// <param name="cancellationToken">Stops the scan within eight columns.</param>
    /// <returns>A result for each column, in their order.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ScoreScanResult[] Run(
        int count, ColumnFiller fill, int threads = 0, IProgress<int>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(fill);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        var results = new ScoreScanResult[count];
        var idle = new ConcurrentBag<ScanWorker>();
        var counter = new ProgressCounter(progress, count);
        using var team = new WorkerTeam(WorkerTeam.Count(threads));
        team.Run((count + ScanWorker.Lanes - 1) / ScanWorker.Lanes, new PartitionedAction(batch =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!idle.TryTake(out ScanWorker? worker)) worker = new ScanWorker(_rows);
            int first = batch * ScanWorker.Lanes, lanes = Math.Min(ScanWorker.Lanes, count - first);
            for (int lane = 0; lane < lanes; lane++)
            {
                Span<double> column = worker.Column(lane);
                column.Fill(double.NaN);
                fill(first + lane, column);
                counter.Add();
            }

            worker.Test(results.AsSpan(first, lanes));
            idle.Add(worker);
        }));
        return results;
    }
}

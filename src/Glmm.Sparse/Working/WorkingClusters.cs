using Glmm.Sparse.Kernels;
using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Model;
using Glmm.Sparse.Model.Covariance;
using Glmm.Sparse.Results;
using Glmm.Sparse.Threading;

namespace Glmm.Sparse.Working;

/// <summary>
/// Goes once over the rows of a design at the estimates of a fit and shows each cluster's working linear mixed model:
/// what all inference about a fit is made of. PQL and the likelihoods are expanded at the modes, MQL at β = 0.
/// </summary>
/// <remarks>
/// Weights are those of the fit's curvature: the expected information, or the observed where a maximum likelihood fit
/// has that. Of a second-order fit they are those of the first order at its estimates. Partitions are whole clusters,
/// cut without regard to threads, and are collected in order.
/// </remarks>
internal sealed class WorkingClusters
{
    private const int PartitionRows = 16_384;
    private const int MostPartitions = 256;
    private const int BlockRows = 2_048;

    private readonly FitSummary _fit;
    private readonly ClusteredDesign _design;
    private readonly WorkingKernel _kernel;
    private readonly bool _observed;
    private readonly double[] _alpha;
    private readonly double[] _modes;
    private readonly double[] _covariance;
    private readonly double[] _lambda;
    private readonly int[] _start;
    private readonly int[] _rows;
    private readonly int[] _partitionStart;
    private readonly int _threads;

    /// <param name="fit">The fit.</param>
    /// <param name="design">The design that was fitted.</param>
    /// <param name="threads">Threads; 0 for all processors.</param>
    /// <exception cref="InvalidModelDataException">The design has other columns or clusters.</exception>
    internal WorkingClusters(GlmmFit fit, ClusteredDesign design, int threads = 0)
    {
        ArgumentNullException.ThrowIfNull(fit);
        ArgumentNullException.ThrowIfNull(design);
        _fit = fit.Outcome;
        RowPredictor.RequireFitted(_fit, design);
        _design = design;
        _threads = WorkerTeam.Count(threads);
        _kernel = WorkingKernel.Create(_fit.Family, _fit.Link);
        _observed = _fit.Likelihood is { Observed: true } && !_kernel.IsCanonical;
        _alpha = [.. _fit.FixedEffects.Select(e => e.Estimate)];
        _modes = fit.Modes.ToArray();
        _covariance = [.. _fit.Covariance.Cast<double>()];
        _lambda = new double[_covariance.Length];
        CovarianceFactor.Compute(_covariance, Q, _lambda);
        (_start, _rows) = design.Clusters.RowsByCluster();
        _partitionStart = Partitions(_start);
    }

    /// <summary>p.</summary>
    internal int P => _alpha.Length;

    /// <summary>q.</summary>
    internal int Q => _fit.RandomTerms.Count;

    /// <summary>L, p² row by row, lower, LLᵀ = Cov(α̂): what a whitened sweep multiplies X by.</summary>
    /// <exception cref="InvalidModelOptionException">The covariance is not positive definite.</exception>
    internal double[] Whitening() => TryWhitening(out double[] root)
        ? root
        : throw new InvalidModelOptionException(
            "The fit has no covariance of its fixed effects, so nothing can be inferred from it; mend the fit first " +
            "(its message says how).");

    /// <summary><see cref="Whitening"/> where there is one.</summary>
    internal bool TryWhitening(out double[] root)
    {
        root = [.. _fit.FixedCovariance.Cast<double>()];
        if (DenseCholesky.Factor(root, P) >= 0) return false;
        for (int i = 0; i < P; i++) root.AsSpan((i * P) + i + 1, P - i - 1).Clear();
        return true;
    }

    /// <summary>Visits every cluster.</summary>
    /// <typeparam name="TPart">What is added up or kept for a partition of clusters.</typeparam>
    /// <param name="whitening">L, by which X is multiplied from the right (<see cref="Whitening"/>), so that S is
    /// near I (and I where Cov(α̂) is the working model's: not for likelihoods, sampling weights or the second order)
    /// and no scale or shift of a covariate costs digits; empty for X itself.</param>
    /// <param name="create">Makes a partition's part.</param>
    /// <param name="visit">Takes a cluster up in its partition's part; called on several threads, for one partition on
    /// one.</param>
    /// <param name="collect">Takes the parts, in order.</param>
    /// <param name="cancellationToken">Stops the sweep.</param>
    internal void Sweep<TPart>(
        ReadOnlyMemory<double> whitening, Func<TPart> create, Action<WorkingCluster, TPart> visit,
        Action<TPart> collect, CancellationToken cancellationToken = default)
    {
        int count = _partitionStart.Length - 1;
        var parts = new TPart[count];
        using var team = new WorkerTeam(Math.Min(_threads, Math.Max(1, count)));
        team.Run(count, new PartitionedAction(partition =>
        {
            TPart part = parts[partition] = create();
            var block = new Block(this);
            var cluster = new WorkingCluster(P, _covariance, _lambda, Q);
            int end = _partitionStart[partition + 1];
            for (int first = _partitionStart[partition], next; first < end; first = next)
            {
                cancellationToken.ThrowIfCancellationRequested();
                next = first + 1;
                while (next < end && _start[next + 1] - _start[first] <= BlockRows) next++;
                block.Fill(_start[first], _start[next] - _start[first], whitening.Span);
                for (int code = first; code < next; code++)
                {
                    int begin = _start[code];
                    if (begin == _start[code + 1]) continue;
                    cluster.MoveTo(
                        code, block.Columns, block.Stride, begin - _start[first],
                        _rows.AsMemory(begin, _start[code + 1] - begin), _modes);
                    visit(cluster, part);
                }
            }
        }));
        foreach (TPart part in parts) collect(part);
    }

    private static int[] Partitions(int[] start)
    {
        int clusters = start.Length - 1, wanted = Math.Max(PartitionRows, start[^1] / MostPartitions);
        var cuts = new List<int> { 0 };
        for (int i = 1; i <= clusters; i++)
        {
            if (start[i] - start[cuts[^1]] >= wanted || i == clusters) cuts.Add(i);
        }

        return [.. cuts];
    }

    /// <summary>Some whole clusters' rows, column by column.</summary>
    private sealed class Block(WorkingClusters owner)
    {
        private double[] _scratch = [];

        public double[] Columns { get; private set; } = [];

        public int Stride { get; private set; }

        public void Fill(int first, int count, ReadOnlySpan<double> whitening)
        {
            int p = owner.P, q = owner.Q;
            if (Stride < count)
            {
                Stride = Math.Max(count, BlockRows);
                Columns = new double[(p + q + WorkingCluster.OtherColumns) * Stride];
                _scratch = new double[Stride];
            }

            ClusteredDesign design = owner._design;
            FitSummary fit = owner._fit;
            ReadOnlySpan<int> rows = owner._rows.AsSpan(first, count);
            for (int j = 0; j < p; j++) design.FixedEffects[fit.FixedColumns[j]].Gather(rows, Column(j, count));
            for (int l = 0; l < q; l++) design.RandomEffects[l].Gather(rows, Column(p + l, count));
            Span<double> y = Column(p + q, count), eta = Column(p + q + 1, count), w = Column(p + q + 2, count);
            Span<double> s = Column(p + q + 3, count), omega = Column(p + q + 4, count);
            design.Response.Gather(rows, y);
            if (design.RowWeights is null) omega.Fill(1);
            else design.RowWeights.Gather(rows, omega);
            RowPredictor.LinearPredictor(design, fit.FixedColumns, owner._alpha, owner._modes, rows, eta, _scratch);
            ReadOnlySpan<double> prior = design.RowWeights is null ? [] : omega;
            if (owner._observed) owner._kernel.ObservedWeightsAndScores(eta, y, prior, w, s);
            else owner._kernel.WeightsScoresAndObjective(eta, y, prior, w, s);
            double phi = fit.Dispersion;
            for (int i = 0; i < count; i++)
            {
                w[i] /= phi;
                s[i] /= phi;
            }

            // XL, column by column: L is lower, so column j needs only those from j on.
            for (int j = 0; !whitening.IsEmpty && j < p; j++)
            {
                Span<double> target = Column(j, count);
                for (int i = 0; i < count; i++) target[i] *= whitening[(j * p) + j];
                for (int r = j + 1; r < p; r++)
                {
                    double factor = whitening[(r * p) + j];
                    ReadOnlySpan<double> source = Column(r, count);
                    for (int i = 0; i < count; i++) target[i] += factor * source[i];
                }
            }
        }

        private Span<double> Column(int index, int count) => Columns.AsSpan(index * Stride, count);
    }
}

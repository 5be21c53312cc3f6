using Glmm.Sparse.Kernels;
using Glmm.Sparse.Model;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Prediction;

/// <summary>Makes the parts of a <see cref="FittedModel"/> from a fit and its rows, cluster by cluster.</summary>
internal sealed class FittedModelBuilder
{
    private readonly ClusteredDesign _design;
    private readonly FitSummary _summary;
    private readonly double[] _modes;
    private readonly bool _observed;
    private readonly int _p;
    private readonly int _q;
    private readonly double[] _covariances;
    private readonly double[] _crosses;
    private readonly int[] _counts;

    private FittedModelBuilder(GlmmFit fit, ClusteredDesign design)
    {
        (_design, _summary) = (design, fit.Outcome);
        (_p, _q) = (_summary.FixedColumns.Length, _summary.RandomTerms.Count);
        int k = fit is MqlFit ? 0 : _summary.Clusters.Count;
        (_modes, _observed) = fit switch
        {
            PqlFit pql => (pql.RandomEffects.ToArray(), false),
            LikelihoodFit likelihood => (likelihood.RandomEffects.ToArray(), likelihood.HasObservedCurvature),
            _ => ([], false),
        };
        _covariances = new double[k * (_q * (_q + 1) / 2)];
        _crosses = new double[k * _p * _q];
        _counts = new int[k];
    }

    /// <summary>One sweep over the rows.</summary>
    /// <exception cref="InvalidModelDataException">The design has other columns or clusters than the fit.</exception>
    internal static FittedModelParts Build(GlmmFit fit, ClusteredDesign design)
    {
        ArgumentNullException.ThrowIfNull(fit);
        ArgumentNullException.ThrowIfNull(design);
        FitSummary summary = fit.Outcome;
        if (design.FixedEffects.Count <= summary.FixedColumns[^1] || design.Observations != summary.Observations ||
            design.RandomEffects.Count != summary.RandomTerms.Count || design.Clusters.Count != summary.Clusters.Count)
        {
            throw new InvalidModelDataException(
                "The design is not the one that was fitted: its rows, columns or clusters differ.");
        }

        var builder = new FittedModelBuilder(fit, design);
        if (fit is not MqlFit) builder.Sweep();
        return builder.Finish(fit);
    }

    private void Sweep()
    {
        int k = _counts.Length, n = _design.Observations;
        ReadOnlySpan<int> codes = _design.Clusters.Codes.Span;
        foreach (int code in codes) _counts[code]++;
        var ends = new int[k];
        for (int i = 0, start = 0; i < k; i++)
        {
            ends[i] = start;
            start += _counts[i];
        }

        var rows = new int[n];
        for (int row = 0; row < n; row++) rows[ends[codes[row]]++] = row;
        WorkingKernel kernel = WorkingKernel.Create(_summary.Family, _summary.Link);
        var work = new double[_p + _q + 5][];
        int longest = _counts.Max();
        for (int c = 0; c < work.Length; c++) work[c] = new double[longest];
        var posterior = new PosteriorAlgebra(_summary.Covariance, _q);
        for (int i = 0; i < k; i++) Visit(i, rows.AsSpan(ends[i] - _counts[i], _counts[i]), kernel, work, posterior);
    }

    // η, w, then C and E of one cluster.
    private void Visit(int cluster, ReadOnlySpan<int> rows, WorkingKernel kernel, double[][] work, PosteriorAlgebra posterior)
    {
        int n = rows.Length;
        Span<double> eta = work[_p + _q].AsSpan(0, n), y = work[_p + _q + 1].AsSpan(0, n);
        Span<double> omega = _design.PriorWeights is null ? [] : work[_p + _q + 2].AsSpan(0, n);
        Span<double> w = work[_p + _q + 3].AsSpan(0, n), s = work[_p + _q + 4].AsSpan(0, n);
        eta.Clear();
        _design.Offset?.Gather(rows, eta);
        for (int j = 0; j < _p; j++)
        {
            _design.FixedEffects[_summary.FixedColumns[j]].Gather(rows, work[j]);
            double alpha = _summary.FixedEffects[j].Estimate;
            for (int i = 0; i < n; i++) eta[i] += alpha * work[j][i];
        }

        for (int l = 0; l < _q; l++)
        {
            _design.RandomEffects[l].Gather(rows, work[_p + l]);
            double mode = _modes[(cluster * _q) + l];
            for (int i = 0; i < n; i++) eta[i] += mode * work[_p + l][i];
        }

        _design.Response.Gather(rows, y);
        _design.PriorWeights?.Gather(rows, omega);
        if (_observed) kernel.ObservedWeightsAndScores(eta, y, omega, w, s);
        else kernel.WeightsScoresAndObjective(eta, y, omega, w, s);
        Span<double> a = posterior.Information, cross = _crosses.AsSpan(cluster * _p * _q, _p * _q);
        a.Clear();
        for (int i = 0; i < n; i++)
        {
            double weight = w[i] / _summary.Dispersion;
            for (int l = 0; l < _q; l++)
            {
                double weighted = weight * work[_p + l][i];
                for (int j = 0; j < _p; j++) cross[(j * _q) + l] += weighted * work[j][i];
                for (int m = 0; m <= l; m++) a[(l * _q) + m] += weighted * work[_p + m][i];
            }
        }

        int packed = _q * (_q + 1) / 2;
        posterior.CovarianceInto(_covariances.AsSpan(cluster * packed, packed));
    }

    private FittedModelParts Finish(GlmmFit fit)
    {
        int k = _counts.Length;
        return new FittedModelParts
        {
            Method = fit.Method,
            Order = fit.Order,
            Family = _summary.Family,
            Link = _summary.Link,
            ObservedCurvature = _observed,
            FixedNames = [.. _summary.FixedEffects.Select(e => e.Name)],
            RandomTerms = [.. _summary.RandomTerms],
            GroupName = _summary.Clusters.Name,
            FixedEffects = [.. _summary.FixedEffects.Select(e => e.Estimate)],
            FixedCovariance = [.. _summary.FixedCovariance.Cast<double>()],
            Covariance = [.. _summary.Covariance.Cast<double>()],
            Dispersion = _summary.Dispersion,
            ClusterLabels = [.. Enumerable.Range(0, k).Select(_summary.Clusters.LabelOf)],
            ClusterRows = _counts,
            Modes = _modes,
            Covariances = _covariances,
            Crosses = _crosses,
        };
    }
}

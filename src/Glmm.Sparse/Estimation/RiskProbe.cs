using Glmm.Sparse.Core;
using Glmm.Sparse.Families;
using Glmm.Sparse.Likelihood;
using Glmm.Sparse.Model;
using Glmm.Sparse.Model.Covariance;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Estimation;

/// <summary>
/// Computes the <see cref="ApproximationRisk"/> of a fit, when first asked for, from a sample of its clusters: the score
/// of a better likelihood at the estimates less the method's own, both on the sample, so that what the sample happens to
/// be cancels; times the inverse information.
/// </summary>
internal sealed class RiskProbe
{
    private const int MostRows = 20_000;
    private const int LeastClusters = 50;

    // The score is taken this far off the boundary, in natural units, where D is singular: on it, it says nothing.
    private const double OffBoundary = 0.1;

    private readonly EstimationMethod _method;
    private readonly ClusteredDesign _sample;
    private readonly FitSummary _summary;
    private readonly bool _observed;

    private RiskProbe(EstimationMethod method, ClusteredDesign sample, FitSummary summary)
    {
        (_method, _sample, _summary) = (method, sample, summary);
        _observed = summary.Likelihood?.Observed ?? false;
    }

    /// <summary>Takes the sample; the rest waits until the risk is asked for.</summary>
    /// <param name="method">The fit's method.</param>
    /// <param name="design">Its data.</param>
    /// <param name="summary">What it says.</param>
    internal static Lazy<ApproximationRisk?> Prepare(
        EstimationMethod method, ClusteredDesign design, FitSummary summary)
    {
        bool linear = summary.Family.HasConstantVariance && ReferenceEquals(summary.Link, Link.Identity);
        bool fitted = summary.Verdict is Verdict.Converged or Verdict.Boundary;
        if (!fitted || method == EstimationMethod.Aghq || Nodes(design.RandomEffects.Count, method) == 0)
            return new Lazy<ApproximationRisk?>((ApproximationRisk?)null);
        if (linear)
        {
            return new Lazy<ApproximationRisk?>(
                new ApproximationRisk(0, summary.RandomTerms[0], 0, summary.FixedEffects[0].Name,
                    EstimationMethod.Aghq));
        }

        var probe = new RiskProbe(method, Sample(design, summary.FixedColumns), summary);
        return new Lazy<ApproximationRisk?>(probe.Compute);
    }

    // Nodes a dimension of the better likelihood; 1 for Laplace's, 0 where there is none.
    private static int Nodes(int q, EstimationMethod method) => q switch
    {
        1 => 11,
        2 => 7,
        3 => 4,
        4 => 3,
        _ => method == EstimationMethod.Laplace ? 0 : 1,
    };

    // Every so many-th cluster, with the columns that were kept.
    private static ClusteredDesign Sample(ClusteredDesign design, int[] kept)
    {
        int n = design.Observations, k = design.Clusters.Count;
        int stride = Math.Clamp((n + MostRows - 1) / MostRows, 1, Math.Max(1, k / LeastClusters));
        ReadOnlySpan<int> codes = design.Clusters.Codes.Span;
        var rows = new List<int>();
        var clusters = new List<int>();
        for (int row = 0; row < n; row++)
        {
            if (codes[row] % stride != 0) continue;
            rows.Add(row);
            clusters.Add(codes[row] / stride);
        }

        int[] taken = [.. rows];
        return ClusteredDesign.Create(
            Take(design.Response), [.. kept.Select(j => Take(design.FixedEffects[j]))],
            [.. design.RandomEffects.Select(Take)],
            new ClusterIndex(design.Clusters.Name, clusters.ToArray(), (k + stride - 1) / stride),
            design.PriorWeights is null ? null : Take(design.PriorWeights),
            design.Offset is null ? null : Take(design.Offset), design.Covariance);

        DesignColumn Take(DesignColumn column)
        {
            var values = new double[taken.Length];
            column.Gather(taken, values);
            return DesignColumn.FromValues(column.Name, values);
        }
    }

    private ApproximationRisk? Compute()
    {
        try
        {
            double phi = _summary.Dispersion;
            using var work = new FitWorkspace(
                _sample, _summary.Family, _summary.Link, threads: 1, estimatesDispersion: false, dropCollinear: false);
            return Probe(work, phi);
        }
        catch (GlmmException)
        {
            // A sample may be unusable where the data were not, such as one whose responses are all the same.
            return null;
        }
    }

    private ApproximationRisk? Probe(FitWorkspace work, double phi)
    {
        CovarianceStructure structure = _sample.Covariance;
        int p = work.Blocks.FixedCount, q = structure.Dimension, m = structure.ComponentCount;
        double[] alpha = [.. _summary.FixedEffects.Select(e => e.Estimate)];
        work.Packed.FixedScale.ToInternal(alpha);
        double[] user = [.. _summary.Covariance.Cast<double>()];
        double[] covariance = [.. work.Packed.RandomScale.CovarianceToInternal(user).Cast<double>()];
        for (int e = 0; e < covariance.Length; e++) covariance[e] /= phi;
        if (_summary.Singular && !TryRegularise(work, alpha, covariance, phi)) return null;

        // The better likelihood's score.
        int nodes = Nodes(q, _method);
        using var better = new MarginalLikelihood(work, _observed, nodes, phi);
        double[] parameters = new double[better.Count];
        alpha.CopyTo(parameters, 0);
        structure.CoordinatesInto(covariance, parameters.AsSpan(p, m));
        if (better.ShapeAt >= 0) parameters[better.ShapeAt] = Math.Log(_summary.Family.Shape!.Value.Value);
        if (!better.TryEvaluate(parameters, 1e-8, CancellationToken.None)) return null;
        better.Differentiate();
        double[] score = [.. better.Gradient];

        // The information, and the method's own score.
        using var model = new WorkingMixedModel(
            work.Packed.Rows, restricted: false, phi, work.Statistics, work.Blocks, work.Team);
        var variance = new VarianceNewton(structure, model);
        if (!TryExpand(work, model, variance, alpha, covariance, better)) return null;
        var information = new double[(p + m) * (p + m)];
        for (int i = 0; i < p; i++)
        {
            for (int j = 0; j < p; j++) information[(i * (p + m)) + j] = model.Schur[(i * p) + j] / phi;
        }

        for (int l = 0; l < m; l++)
        {
            for (int e = 0; e < m; e++)
                information[((p + l) * (p + m)) + p + e] = 0.5 * variance.Hessian[(l * m) + e];
        }

        Subtract(work, model, variance, parameters, alpha, covariance, score, phi);
        var newton = new QuasiNewton(p + m);
        newton.Set(information);
        double[] step = new double[p + m];
        for (int j = 0; j < p + m; j++) score[j] = -score[j];
        newton.Step(score.AsSpan(0, p + m), step);
        return Describe(work, structure, parameters, step, phi, nodes > 1);
    }

    // The statistics with expected weights at the modes, the working model there and its derivatives.
    private static bool TryExpand(
        FitWorkspace work, WorkingMixedModel model, VarianceNewton variance, double[] alpha, double[] covariance,
        MarginalLikelihood at)
    {
        work.Pass.Run(PassPoint.Coefficients, alpha, at.Modes, work.Statistics, work.Blocks);
        if (!work.Statistics.IsUsable) return false;
        model.ExpandAbout(at.Modes);
        variance.StartAt(covariance);
        return !double.IsPositiveInfinity(variance.Evaluate());
    }

    // Takes the method's own score at the estimates off.
    private void Subtract(
        FitWorkspace work, WorkingMixedModel model, VarianceNewton variance, double[] parameters, double[] alpha,
        double[] covariance, double[] score, double phi)
    {
        int p = alpha.Length, m = _sample.Covariance.ComponentCount;
        if (_method == EstimationMethod.Laplace)
        {
            using var own = new MarginalLikelihood(work, _observed, nodes: 1, phi);
            if (!own.TryEvaluate(parameters, 1e-8, CancellationToken.None)) return;
            own.Differentiate();
            for (int j = 0; j < p + m; j++) score[j] -= own.Gradient[j];
            return;
        }

        if (_method == EstimationMethod.Mql)
        {
            work.Pass.Run(PassPoint.Coefficients, alpha, null, work.Statistics, work.Blocks);
            model.ExpandAbout(null);
            variance.StartAt(covariance);
            if (double.IsPositiveInfinity(variance.Evaluate())) return;
        }

        // XᵀV⁻¹ỹ/φ = S·step/φ, and −½ of the criterion's slopes.
        ReadOnlySpan<double> schur = model.Schur, step = model.Step;
        for (int i = 0; i < p; i++)
        {
            for (int j = 0; j < p; j++) score[i] -= schur[(i * p) + j] * step[j] / phi;
        }

        var jacobian = new CovarianceJacobian(_sample.Covariance);
        jacobian.Refresh(parameters.AsSpan(p, m));
        for (int l = 0; l < m; l++) score[p + l] += 0.5 * jacobian.Slope(l, model.Gradient);
    }

    // Puts some variance where there is none.
    private static bool TryRegularise(FitWorkspace work, double[] alpha, double[] covariance, double phi)
    {
        int q = work.Blocks.RandomCount;
        work.Pass.Run(PassPoint.Coefficients, alpha, null, work.Statistics, work.Blocks);
        if (!work.Statistics.IsUsable) return false;
        using var model = new WorkingMixedModel(
            work.Packed.Rows, restricted: false, phi, work.Statistics, work.Blocks, work.Team);
        model.ExpandAbout(null);
        for (int a = 0; a < q; a++) covariance[(a * q) + a] += OffBoundary * model.Units[a];
        return true;
    }

    private ApproximationRisk Describe(
        FitWorkspace work, CovarianceStructure structure, double[] parameters, double[] step, double phi,
        bool quadrature)
    {
        int p = work.Blocks.FixedCount, q = structure.Dimension, m = structure.ComponentCount;
        double[] shift = step[..p];
        work.Packed.FixedScale.ToUser(shift);
        int fixedAt = 0, deviationAt = 0;
        double fixedShift = 0, deviationShift = 0;
        for (int j = 0; j < p; j++)
        {
            double size = shift[j] / _summary.FixedEffects[j].StandardError;
            if (Math.Abs(size) > Math.Abs(fixedShift)) (fixedAt, fixedShift) = (j, size);
        }

        double[] before = new double[q * q], after = new double[q * q];
        structure.CovarianceInto(parameters.AsSpan(p, m), before);
        for (int l = 0; l < m; l++) parameters[p + l] += step[p + l];
        structure.CovarianceInto(parameters.AsSpan(p, m), after);
        double[,] was = work.UserCovariance(before, phi), becomes = work.UserCovariance(after, phi);
        for (int a = 0; a < q; a++)
        {
            double size = Math.Sqrt(Math.Max(0, becomes[a, a]) / was[a, a]) - 1;
            if (Math.Abs(size) > Math.Abs(deviationShift)) (deviationAt, deviationShift) = (a, size);
        }

        return new ApproximationRisk(
            deviationShift, _summary.RandomTerms[deviationAt], fixedShift, _summary.FixedEffects[fixedAt].Name,
            quadrature ? EstimationMethod.Aghq : EstimationMethod.Laplace);
    }
}

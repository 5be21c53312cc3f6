using Glmm.Sparse.Families;
using Glmm.Sparse.Model;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Estimation;

/// <summary>
/// Computes the <see cref="ApproximationRisk"/> of a fit, when first asked for: fits a sample of its clusters by its
/// own method and by a better likelihood, and compares.
/// </summary>
internal sealed class RiskProbe
{
    private const int LeastClusters = 50;

    // Rows times nodes of a sample: what a hundredth of a second goes over once.
    private const double MostEvaluations = 250_000;

    private readonly EstimationMethod _method;
    private readonly ClusteredDesign _sample;
    private readonly FitSummary _summary;
    private readonly FitOptions _options;
    private readonly bool _isWhole;
    private readonly int _nodes;

    private RiskProbe(
        EstimationMethod method, ClusteredDesign design, FitSummary summary, FitOptions options, int nodes)
    {
        (_method, _summary, _nodes) = (method, summary, nodes);
        _options = options with
        {
            Threads = 1,
            Progress = null,
            Logger = null,
            IsWatched = false,
            CancellationToken = CancellationToken.None,
        };
        int n = design.Observations, k = design.Clusters.Count;
        double most = MostEvaluations / Math.Pow(nodes, design.RandomEffects.Count);
        int stride = (int)Math.Clamp(Math.Ceiling(n / most), 1, Math.Max(1, k / LeastClusters));
        _isWhole = stride == 1;
        _sample = Sample(design, summary.FixedColumns, stride);
    }

    /// <summary>Takes the sample; the rest waits until the risk is asked for.</summary>
    /// <param name="method">The fit's method.</param>
    /// <param name="design">Its data.</param>
    /// <param name="summary">What it says.</param>
    /// <param name="options">How it was made.</param>
    internal static Lazy<ApproximationRisk?> Prepare(
        EstimationMethod method, ClusteredDesign design, FitSummary summary, FitOptions options)
    {
        int q = design.RandomEffects.Count, nodes = Nodes(q, method, options);
        bool fitted = summary.Verdict is Verdict.Converged or Verdict.Boundary;
        if (!fitted || nodes == 0) return new Lazy<ApproximationRisk?>((ApproximationRisk?)null);
        if (summary.Family.HasConstantVariance && ReferenceEquals(summary.Link, Link.Identity))
        {
            return new Lazy<ApproximationRisk?>(new ApproximationRisk(
                0, summary.RandomTerms[0], 0, summary.FixedEffects[0].Name, Better(nodes), nodes));
        }

        var probe = new RiskProbe(method, design, summary, options, nodes);
        return new Lazy<ApproximationRisk?>(probe.Compute);
    }

    // Nodes a dimension of the better likelihood; 1 for Laplace's, 0 where there is none.
    private static int Nodes(int q, EstimationMethod method, FitOptions options)
    {
        int better = q switch
        {
            1 => 25,
            2 => 9,
            3 => 5,
            4 => 4,
            _ => method is EstimationMethod.Laplace or EstimationMethod.Aghq ? 0 : 1,
        };
        bool hasNodes = method == EstimationMethod.Aghq && better > 0;
        return hasNodes ? MoreNodes(better, options) : better;
    }

    // Twice as many as a quadrature had, where those are no more than a cluster can have.
    private static int MoreNodes(int better, FitOptions options) => Math.Max(better, Math.Min(100, 2 * options.Nodes));

    private static EstimationMethod Better(int nodes) =>
        nodes == 1 ? EstimationMethod.Laplace : EstimationMethod.Aghq;

    // Every so many-th cluster, with the columns that were kept.
    private static ClusteredDesign Sample(ClusteredDesign design, int[] kept, int stride)
    {
        int n = design.Observations, k = design.Clusters.Count;
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
        var sample = ClusteredDesign.Create(
            Take(design.Response), [.. kept.Select(j => Take(design.FixedEffects[j]))],
            [.. design.RandomEffects.Select(Take)],
            new ClusterIndex(design.Clusters.Name, clusters.ToArray(), (k + stride - 1) / stride),
            design.PriorWeights is null ? null : Take(design.PriorWeights),
            design.Offset is null ? null : Take(design.Offset), design.Covariance);
        return design.Frequencies is null ? sample : sample.WithFrequencies(Take(design.Frequencies));

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
            // A quasi-likelihood is judged by the likelihood that has its mean and variance.
            Family family = _summary.Family.LikelihoodCounterpart;
            bool quasi = !ReferenceEquals(family, _summary.Family) || !IsTrueLikelihood(family);
            FitOptions options = quasi ? _options with { Dispersion = DispersionOption.FamilyDefault } : _options;

            // What REML and ML differ by is no matter of the approximation.
            bool known = _isWhole && !quasi && _summary.Criterion == EstimationCriterion.Ml;
            options = options with { Criterion = EstimationCriterion.Ml };
            GlmmFit? own = known ? null : GlmmEstimator.Fit(_method, _sample, family, _summary.Link, options);
            FitSummary before = own?.Outcome ?? _summary;
            FitOptions more = options with { Nodes = _nodes, Order = 1 };
            GlmmFit better = GlmmEstimator.Fit(Better(_nodes), _sample, family, _summary.Link, more);
            bool comparable = before.FixedEffects.Count == better.FixedEffects.Count;
            return comparable && IsSolution(before) && better.Converged
                ? Compare(before, better) with { Counterpart = quasi ? family.Name : null }
                : null;
        }
        catch (GlmmException)
        {
            // A sample may be unusable where the data were not, such as one whose responses are all the same.
            return null;
        }
    }

    private bool IsTrueLikelihood(Family family) =>
        family.EstimatesDispersionByDefault || (!_summary.DispersionEstimated && _summary.Dispersion == 1);

    private static bool IsSolution(FitSummary summary) => summary.Verdict is Verdict.Converged or Verdict.Boundary;

    private ApproximationRisk Compare(FitSummary before, GlmmFit after)
    {
        int fixedAt = 0, deviationAt = 0;
        double fixedShift = 0, deviationShift = 0;
        for (int j = 0; j < before.FixedEffects.Count; j++)
        {
            // In standard errors of the fit itself, of all the data.
            double size = (after.FixedEffects[j].Estimate - before.FixedEffects[j].Estimate) /
                          _summary.FixedEffects[j].StandardError;
            if (Math.Abs(size) > Math.Abs(fixedShift)) (fixedAt, fixedShift) = (j, size);
        }

        double[,] was = before.Covariance, becomes = after.Covariance;
        for (int a = 0; a < was.GetLength(0); a++)
        {
            // Between two zeros nothing moves; from 0 to something there is no share: the whole of it.
            if (was[a, a] == becomes[a, a]) continue;
            double size = was[a, a] > 0 ? Math.Sqrt(becomes[a, a] / was[a, a]) - 1 : 1;
            if (Math.Abs(size) > Math.Abs(deviationShift)) (deviationAt, deviationShift) = (a, size);
        }

        return new ApproximationRisk(
            deviationShift, _summary.RandomTerms[deviationAt], fixedShift, _summary.FixedEffects[fixedAt].Name,
            Better(_nodes), _nodes);
    }
}

using System.Globalization;
using Glmm.Sparse.Families;
using Glmm.Sparse.Kernels;
using Glmm.Sparse.Model;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Prediction;

/// <summary>
/// A fit as predictions need it: the estimates with their uncertainty and what each cluster's rows said of its random
/// effects. Holds no rows. Immutable and thread-safe.
/// </summary>
/// <remarks>
/// Everything is conditional on the estimates D̂, φ̂ and the shape: standard errors and intervals know that the fixed
/// effects and the random effects are uncertain, and that the two are correlated, but not that the variance components
/// were estimated.
/// </remarks>
public sealed partial class FittedModel
{
    private readonly FittedModelParts _parts;
    private readonly WorkingKernel _kernel;
    private readonly Lazy<Dictionary<string, int>> _codes;
    private readonly RowPrediction _rows;

    /// <summary>Takes the parts over; their arrays must not change.</summary>
    /// <exception cref="ArgumentException">The lengths contradict each other.</exception>
    internal FittedModel(FittedModelParts parts)
    {
        int p = parts.FixedEffects.Length, q = parts.RandomTerms.Length, k = parts.ClusterLabels.Length;
        Require(parts.FixedNames.Length == p && parts.FixedCovariance.Length == p * p, "fixed effects");
        Require(parts.Covariance.Length == q * q, "random effects");
        Require(parts.ClusterRows.Length == k && parts.Modes.Length == (long)k * q, "clusters");
        Require(parts.Covariances.Length == (long)k * (q * (q + 1) / 2), "posterior covariances");
        Require(parts.Crosses.Length == (long)k * p * q, "cross products");
        _parts = parts;
        _kernel = WorkingKernel.Create(parts.Family, parts.Link);
        _codes = new Lazy<Dictionary<string, int>>(IndexLabels);
        Prior = new ClusterPosterior(new double[q], [.. parts.Covariance], new double[p * q], 0);
        _rows = new RowPrediction(this);
    }

    /// <summary>Takes from a fit what predictions need, by one sweep over the rows that it was made from.</summary>
    /// <param name="fit">The fit. MQL predicts no random effects: its model has no posteriors of clusters.</param>
    /// <param name="design">The design that was fitted.</param>
    /// <param name="cancellationToken">Stops the sweep.</param>
    /// <returns>The model.</returns>
    /// <exception cref="InvalidModelDataException">The design has other columns or clusters than the fit.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static FittedModel Create(
        GlmmFit fit, ClusteredDesign design, CancellationToken cancellationToken = default) =>
        new(FittedModelBuilder.Build(fit, design, cancellationToken));

    /// <summary>How the model was estimated.</summary>
    public EstimationMethod Method => _parts.Method;

    /// <summary>The family, its shape at the estimate.</summary>
    public Family Family => _parts.Family;

    /// <summary>The link.</summary>
    public Link Link => _parts.Link;

    /// <summary>Names of the p fixed effects in the order of x, dropped columns left out.</summary>
    public IReadOnlyList<string> FixedNames => _parts.FixedNames.AsReadOnly();

    /// <summary>Names of the q random effects in the order of z.</summary>
    public IReadOnlyList<string> RandomTerms => _parts.RandomTerms.AsReadOnly();

    /// <summary>The grouping factor's name.</summary>
    public string GroupName => _parts.GroupName;

    /// <summary>α̂, p.</summary>
    public ReadOnlySpan<double> FixedEffects => _parts.FixedEffects;

    /// <summary>Cov(α̂), p×p row by row.</summary>
    public ReadOnlySpan<double> FixedCovariance => _parts.FixedCovariance;

    /// <summary>D̂, q×q row by row.</summary>
    public ReadOnlySpan<double> Covariance => _parts.Covariance;

    /// <summary>φ̂, or the value it was held at.</summary>
    public double Dispersion => _parts.Dispersion;

    /// <summary>Number of clusters whose random effects are known, k; 0 for MQL.</summary>
    public int ClusterCount => _parts.ClusterLabels.Length;

    /// <summary>What is known of a cluster never seen: b ~ N(0, D).</summary>
    public ClusterPosterior Prior { get; }

    /// <summary>p.</summary>
    internal int FixedCount => _parts.FixedEffects.Length;

    /// <summary>q.</summary>
    internal int RandomCount => _parts.RandomTerms.Length;

    /// <summary>What it consists of, for the model file.</summary>
    internal FittedModelParts Parts => _parts;

    /// <summary>The kernel of family and link.</summary>
    internal WorkingKernel Kernel => _kernel;

    /// <summary>Label of a cluster.</summary>
    /// <param name="cluster">Zero-based code of the cluster.</param>
    /// <returns>The label.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such cluster.</exception>
    public string ClusterLabel(int cluster)
    {
        CheckCluster(cluster);
        return _parts.ClusterLabels[cluster];
    }

    /// <summary>Finds a cluster by its label.</summary>
    /// <param name="label">The label, compared character by character.</param>
    /// <param name="cluster">Its zero-based code, or −1, which predictions take as a cluster never seen.</param>
    /// <returns>Whether there is such a cluster.</returns>
    public bool TryFindCluster(string label, out int cluster)
    {
        ArgumentNullException.ThrowIfNull(label);
        if (_codes.Value.TryGetValue(label, out cluster)) return true;
        cluster = -1;
        return false;
    }

    /// <summary>What is known of a cluster's random effects.</summary>
    /// <param name="cluster">Zero-based code of the cluster.</param>
    /// <returns>A copy.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such cluster.</exception>
    public ClusterPosterior Posterior(int cluster)
    {
        int p = FixedCount, q = RandomCount;
        double[] mode = new double[q], covariance = new double[q * q], cross = new double[p * q];
        CopyPosterior(cluster, mode, covariance, cross, out int rows);
        return new ClusterPosterior(mode, covariance, cross, rows);
    }

    /// <summary><see cref="Posterior"/> into memory of the caller.</summary>
    internal void CopyPosterior(
        int cluster, Span<double> mode, Span<double> covariance, Span<double> cross, out int rows)
    {
        CheckCluster(cluster);
        int q = RandomCount, length = FixedCount * q;
        _parts.Modes.AsSpan(cluster * q, q).CopyTo(mode);
        UnpackCovariance(cluster, covariance);
        _parts.Crosses.AsSpan(cluster * length, length).CopyTo(cross);
        rows = _parts.ClusterRows[cluster];
    }

    /// <summary>One line: method, family and link, and the sizes.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Family.Name} model with {Link.Name} link by {Method}: {FixedCount} fixed effects, " +
        $"{RandomCount} random effects of each of {ClusterCount} clusters of {GroupName}");

    /// <summary>E of a cluster, q×q.</summary>
    private void UnpackCovariance(int cluster, Span<double> covariance)
    {
        int q = RandomCount, packed = q * (q + 1) / 2;
        ReadOnlySpan<double> triangle = _parts.Covariances.AsSpan(cluster * packed, packed);
        for (int r = 0, at = 0; r < q; r++)
        {
            for (int c = 0; c <= r; c++, at++) covariance[(r * q) + c] = covariance[(c * q) + r] = triangle[at];
        }
    }

    private Dictionary<string, int> IndexLabels()
    {
        var codes = new Dictionary<string, int>(ClusterCount, StringComparer.Ordinal);
        for (int cluster = 0; cluster < ClusterCount; cluster++) codes.TryAdd(_parts.ClusterLabels[cluster], cluster);
        return codes;
    }

    private void CheckCluster(int cluster)
    {
        if ((uint)cluster < (uint)ClusterCount) return;
        throw new ArgumentOutOfRangeException(
            nameof(cluster), cluster, $"The model knows {ClusterCount} clusters, coded from 0.");
    }

    private static void Require(bool holds, string what)
    {
        if (!holds) throw new ArgumentException($"The lengths of the parts contradict each other: {what}.");
    }
}

using System.Globalization;

namespace Glmm.Sparse.Prediction;

/// <summary>
/// What is known of the random effects b of one cluster, the parameters being those of a <see cref="FittedModel"/>: the
/// mode given its rows, the curvature there, and how the mode moves with the fixed effects. Immutable and thread-safe.
/// </summary>
public sealed class ClusterPosterior
{
    private readonly double[] _mode;
    private readonly double[] _covariance;
    private readonly double[] _cross;

    /// <param name="mode">b̂, q; kept.</param>
    /// <param name="covariance">E, q×q; kept.</param>
    /// <param name="cross">C, p×q; kept.</param>
    /// <param name="rows">Rows behind it.</param>
    internal ClusterPosterior(double[] mode, double[] covariance, double[] cross, int rows) =>
        (_mode, _covariance, _cross, Rows) = (mode, covariance, cross, rows);

    /// <summary>b̂, q.</summary>
    public ReadOnlySpan<double> Mode => _mode;

    /// <summary>E = (ZᵀWZ/φ + D⁻¹)⁻¹, the covariance of b given the fixed effects, q×q row by row.</summary>
    public ReadOnlySpan<double> Covariance => _covariance;

    /// <summary>C = XᵀWZ/φ of the cluster's rows, p×q row by row: −ECᵀ is the derivative of b̂ in α.</summary>
    public ReadOnlySpan<double> Cross => _cross;

    /// <summary>Rows of the cluster that it knows of.</summary>
    public int Rows { get; }

    /// <summary>What is known of the cluster after more rows of it, by a <see cref="ClusterConditioning"/> of its own.
    /// </summary>
    /// <param name="model">The model that this belongs to.</param>
    /// <param name="x">X of the new rows, n×p row by row.</param>
    /// <param name="z">Z, n×q row by row.</param>
    /// <param name="response">y, n.</param>
    /// <param name="priorWeights">ω, n, or empty for 1.</param>
    /// <param name="offset">o, n, or empty for 0.</param>
    /// <returns>The posterior given the new rows, too; this one is unchanged.</returns>
    /// <exception cref="InvalidModelDataException">A number is not finite, a response lies outside the family's domain,
    /// a weight is not positive, or a length does not fit.</exception>
    public ClusterPosterior Condition(
        FittedModel model, ReadOnlySpan<double> x, ReadOnlySpan<double> z, ReadOnlySpan<double> response,
        ReadOnlySpan<double> priorWeights = default, ReadOnlySpan<double> offset = default)
    {
        var conditioning = new ClusterConditioning(model);
        conditioning.Start(this);
        conditioning.Add(x, z, response, priorWeights, offset);
        return conditioning.ToPosterior();
    }

    /// <summary>The modes with their standard deviations given the fixed effects.</summary>
    public override string ToString()
    {
        int q = _mode.Length;
        IEnumerable<string> effects = Enumerable.Range(0, q).Select(l => string.Create(
            CultureInfo.InvariantCulture, $"{_mode[l]:G5} ± {Math.Sqrt(_covariance[(l * q) + l]):G3}"));
        return string.Create(
            CultureInfo.InvariantCulture, $"random effects {string.Join(", ", effects)} given {Rows} rows");
    }
}

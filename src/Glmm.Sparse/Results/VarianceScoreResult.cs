using System.Globalization;

namespace Glmm.Sparse.Results;

/// <summary>
/// The variance-component score test of H0: D = 0, from the model without random effects. Immutable and thread-safe.
/// </summary>
public sealed record VarianceScoreResult
{
    /// <summary>
    /// All components together, one-sided: the direction G = Σ_l G_l/√I_l, in which every variance component counts by
    /// its own information, so that no change of scale of Z matters. With one component it is that one.
    /// </summary>
    public required VarianceScore Overall { get; init; }

    /// <summary>Each variance component by itself, against D = 0 altogether (not against the others being what they
    /// are); components whose G_l is no variance, such as covariances, cannot differ from 0 alone and are left
    /// out.</summary>
    public required IReadOnlyList<VarianceScore> Components { get; init; }

    /// <summary>The distribution that the p-values are from.</summary>
    public required VarianceScoreReference Reference { get; init; }

    /// <summary>φ of the model without random effects.</summary>
    public required double Dispersion { get; init; }

    /// <summary>Whether the model without random effects converged; if not, there is no test and p-values are
    /// NaN.</summary>
    public required bool Converged { get; init; }

    /// <summary>Why there is no test, or null.</summary>
    public string? Message { get; init; }

    /// <summary>That distribution in words.</summary>
    public string ReferenceInWords => Reference switch
    {
        VarianceScoreReference.QuadraticForm => "weighted sum of chi-squares, by saddlepoint",
        VarianceScoreReference.RatioOfQuadraticForms => "ratio of quadratic forms, by saddlepoint",
        _ => "gamma distribution of the same mean, variance and skewness",
    };

    /// <inheritdoc/>
    public override string ToString() => Message ?? string.Create(
        CultureInfo.InvariantCulture,
        $"Score test of no variance between clusters: standardised score {Overall.Z:F3}, p = {Overall.PValue:G3} ") +
        $"(one-sided; {ReferenceInWords})";

    /// <summary>The result where there is no test.</summary>
    internal static VarianceScoreResult None(
        string message, double dispersion, VarianceScoreReference reference) => new()
        {
            Overall = new VarianceScore("overall", double.NaN, double.NaN, double.NaN, double.NaN),
            Components = [],
            Reference = reference,
            Dispersion = dispersion,
            Converged = false,
            Message = message,
        };
}

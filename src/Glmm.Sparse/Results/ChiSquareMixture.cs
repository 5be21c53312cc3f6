using System.Globalization;
using Glmm.Sparse.Kernels;

namespace Glmm.Sparse.Results;

/// <summary>A mixture of chi-square distributions, the law of a likelihood ratio where variances may lie on their
/// boundary (Self &amp; Liang 1987). Immutable.</summary>
public sealed class ChiSquareMixture
{
    private readonly double[] _weights;

    private ChiSquareMixture(int first, double[] weights)
    {
        FirstDegreesOfFreedom = first;
        _weights = weights;
    }

    /// <summary>Degrees of freedom of the first component; each further one has one more.</summary>
    public int FirstDegreesOfFreedom { get; }

    /// <summary>Weights of the components, which add up to 1.</summary>
    public IReadOnlyList<double> Weights => _weights;

    /// <summary>Σ_i C(s, i) 2⁻ˢ χ²_{f+i}.</summary>
    /// <param name="free">f, parameters that are free under the larger model alone.</param>
    /// <param name="boundary">s, parameters that lie on their boundary under the smaller model, each in one direction
    /// and independently estimated; 0 makes it an ordinary χ²_f.</param>
    /// <returns>The mixture.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative.</exception>
    public static ChiSquareMixture Binomial(int free, int boundary)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(free);
        ArgumentOutOfRangeException.ThrowIfNegative(boundary);
        var weights = new double[boundary + 1];
        weights[0] = Math.Pow(0.5, boundary);
        for (int i = 1; i <= boundary; i++) weights[i] = weights[i - 1] * (boundary - i + 1) / i;
        return new ChiSquareMixture(free, weights);
    }

    /// <summary>P(X ≥ x).</summary>
    /// <param name="x">The statistic.</param>
    /// <returns>The p-value.</returns>
    public double UpperTail(double x)
    {
        double sum = 0;
        for (int i = 0; i < _weights.Length; i++)
            sum += _weights[i] * ChiSquareDistribution.UpperTail(x, FirstDegreesOfFreedom + i);
        return sum;
    }

    /// <summary>The mixture in words, such as <c>0.5·χ²(0) + 0.5·χ²(1)</c>.</summary>
    public override string ToString() => _weights.Length == 1
        ? string.Create(CultureInfo.InvariantCulture, $"χ²({FirstDegreesOfFreedom})")
        : string.Join(" + ", _weights.Select((w, i) => string.Create(
            CultureInfo.InvariantCulture, $"{w:0.######}·χ²({FirstDegreesOfFreedom + i})")));
}

using Glmm.Sparse.Families;

namespace Glmm.Sparse.Kernels;

/// <summary>The closed range of means in which variances and their reciprocals are still numbers.</summary>
/// <param name="Lowest">The lowest mean that is ever evaluated.</param>
/// <param name="Highest">The highest.</param>
internal readonly record struct MeanBounds(double Lowest, double Highest)
{
    /// <summary>What stands for 0 where 0 is excluded.</summary>
    public const double AlmostZero = 1e-100;

    private const double Largest = 1e150;

    /// <summary>The bounds of a domain.</summary>
    public static MeanBounds Of(MeanDomain domain) => domain switch
    {
        MeanDomain.Real => new(-Largest, Largest),
        MeanDomain.Positive => new(AlmostZero, Largest),
        _ => new(AlmostZero, Math.BitDecrement(1.0)),
    };

    /// <summary>The nearest mean within the bounds.</summary>
    public double Clamp(double mean) => Math.Clamp(mean, Lowest, Highest);
}

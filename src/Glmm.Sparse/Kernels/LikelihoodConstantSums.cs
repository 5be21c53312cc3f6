namespace Glmm.Sparse.Kernels;

/// <summary>Sums over rows of <see cref="LikelihoodConstant"/>; those of chunks add up to those of all
/// rows.</summary>
/// <param name="Value">Σ c.</param>
/// <param name="DispersionSlope">Its derivative with respect to log φ; 0 for families that hold φ at 1.</param>
/// <param name="ShapeSlope">Its derivative with respect to log ξ; 0 for families without a shape.</param>
internal readonly record struct LikelihoodConstantSums(double Value, double DispersionSlope, double ShapeSlope)
{
    /// <summary>The sums over the rows of both.</summary>
    public static LikelihoodConstantSums operator +(LikelihoodConstantSums a, LikelihoodConstantSums b) =>
        new(a.Value + b.Value, a.DispersionSlope + b.DispersionSlope, a.ShapeSlope + b.ShapeSlope);
}

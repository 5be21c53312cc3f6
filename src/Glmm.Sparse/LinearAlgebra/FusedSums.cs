using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Glmm.Sparse.LinearAlgebra;

/// <summary>
/// Sums of products over contiguous values: eight running sums, every product fused with its sum, the rest one by one.
/// The order never depends on the processor, so neither does a bit of the result.
/// </summary>
/// <remarks>Spans of one call have equal lengths; none may overlap the one written, except entirely.</remarks>
internal static class FusedSums
{
    /// <summary>Σ x_m y_m.</summary>
    public static double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        ReadOnlySpan<Vector512<double>> wideX = Wide(x), wideY = Wide(y);
        Vector512<double> sums = Vector512<double>.Zero;
        for (int m = 0; m < wideX.Length; m++)
            sums = Vector512.FusedMultiplyAdd(wideX[m], wideY[m], sums);

        double sum = Vector512.Sum(sums);
        for (int m = Rest(wideX); m < x.Length; m++)
            sum = Math.FusedMultiplyAdd(x[m], y[m], sum);
        return sum;
    }

    /// <summary>Σ w_m x_m y_m.</summary>
    public static double WeightedDot(ReadOnlySpan<double> w, ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        ReadOnlySpan<Vector512<double>> wideW = Wide(w), wideX = Wide(x), wideY = Wide(y);
        Vector512<double> sums = Vector512<double>.Zero;
        for (int m = 0; m < wideW.Length; m++)
            sums = Vector512.FusedMultiplyAdd(wideW[m] * wideX[m], wideY[m], sums);

        double sum = Vector512.Sum(sums);
        for (int m = Rest(wideW); m < w.Length; m++)
            sum = Math.FusedMultiplyAdd(w[m] * x[m], y[m], sum);
        return sum;
    }

    /// <summary>y += factor · x.</summary>
    public static void AddMultiple(double factor, ReadOnlySpan<double> x, Span<double> y)
    {
        ReadOnlySpan<Vector512<double>> wideX = Wide(x);
        Span<Vector512<double>> wideY = MemoryMarshal.Cast<double, Vector512<double>>(y);
        Vector512<double> factors = Vector512.Create(factor);
        for (int m = 0; m < wideX.Length; m++)
            wideY[m] = Vector512.FusedMultiplyAdd(factors, wideX[m], wideY[m]);
        for (int m = Rest(wideX); m < x.Length; m++)
            y[m] = Math.FusedMultiplyAdd(factor, x[m], y[m]);
    }

    private static ReadOnlySpan<Vector512<double>> Wide(ReadOnlySpan<double> x) =>
        MemoryMarshal.Cast<double, Vector512<double>>(x);

    private static int Rest(ReadOnlySpan<Vector512<double>> wide) => wide.Length * Vector512<double>.Count;
}

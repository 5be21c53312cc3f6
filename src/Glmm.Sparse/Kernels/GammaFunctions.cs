namespace Glmm.Sparse.Kernels;

/// <summary>
/// log Γ and its derivatives of one number, for 1e-100 ≤ x ≤ 1e100: the scalar doors to <see cref="VectorMath{T}"/>.
/// </summary>
internal static class GammaFunctions
{
    /// <summary>log Γ(x).</summary>
    public static double LogGamma(double x) => Of(VectorMath<RowVector128>.LogGamma(RowVector128.Create(x)));

    /// <inheritdoc cref="VectorMath{T}.LogGammaRemainder"/>
    public static double LogGammaRemainder(double x) =>
        Of(VectorMath<RowVector128>.LogGammaRemainder(RowVector128.Create(x)));

    /// <summary>ψ(x) = dlog Γ/dx.</summary>
    public static double Digamma(double x) => Of(VectorMath<RowVector128>.Digamma(RowVector128.Create(x)));

    /// <inheritdoc cref="VectorMath{T}.DigammaRemainder"/>
    public static double DigammaRemainder(double x) =>
        Of(VectorMath<RowVector128>.DigammaRemainder(RowVector128.Create(x)));

    /// <summary>ψ′(x).</summary>
    public static double Trigamma(double x) => Of(VectorMath<RowVector128>.Trigamma(RowVector128.Create(x)));

    /// <summary>ψ″(x).</summary>
    public static double Tetragamma(double x) => Of(VectorMath<RowVector128>.Tetragamma(RowVector128.Create(x)));

    /// <inheritdoc cref="VectorMath{T}.LogGammaDifference"/>
    public static double LogGammaDifference(double x, double y) =>
        Of(VectorMath<RowVector128>.LogGammaDifference(RowVector128.Create(x), RowVector128.Create(y)));

    /// <inheritdoc cref="VectorMath{T}.DigammaDifference"/>
    public static double DigammaDifference(double x, double y) =>
        Of(VectorMath<RowVector128>.DigammaDifference(RowVector128.Create(x), RowVector128.Create(y)));

    private static double Of(RowVector128 rows) => RowVector128.Get(rows, 0);
}

using System.Runtime.CompilerServices;

namespace Glmm.Sparse.Kernels;

/// <content>log Γ and its derivatives ψ, ψ′, ψ″, for 1e-100 ≤ x ≤ 1e100, which the caller sees to.</content>
/// <remarks>
/// Below 10 the argument is raised by 10 through Γ(x + 10) = x(x + 1)…(x + 9) Γ(x), whose factors pair up: with
/// t = x(x + 9) they are t, t + 8, t + 14, t + 18 and t + 20. From 10 on the asymptotic series (Abramowitz &amp; Stegun
/// 6.1.41, 6.3.18, 6.4.11) are exact with the terms here. These are calls: inlined, they would use up what the JIT
/// grants to the loop around them.
/// </remarks>
internal static partial class VectorMath<T>
    where T : struct, IRowVector<T>
{
    private const double HalfLogTwoPi = 0.91893853320467274178;
    private const double Raise = 10;

    /// <summary>log Γ(x), within 1e-14 of it or of 1.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static T LogGamma(T x)
    {
        var large = Raised(x, out var isSmall);
        var product = T.ConditionalSelect(isSmall, RisingProduct(x), T.One);
        var leading = T.MultiplyAdd(large - 0.5, Log(large) - 1, HalfLogTwoPi - 0.5);
        return leading + StirlingSeries(T.One / large) - Log(product);
    }

    /// <summary>R(x) = log Γ(x) − (x − ½) log x + x − ½ log 2π, Binet's function, which falls as 1/(12x).</summary>
    /// <remarks>Where Γ of large numbers nearly cancel, it is what remains of them.</remarks>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static T LogGammaRemainder(T x)
    {
        var large = Raised(x, out var isSmall);
        var series = StirlingSeries(T.One / large);

        // R(x) = R(X) + (x − ½) log(X/x) + log(X¹⁰/(x(x + 1)…(x + 9))) − 10 with X = x + 10.
        var square = large * large;
        var fourth = square * square;
        var power = T.ConditionalSelect(isSmall, fourth * fourth * square / RisingProduct(x), T.One);
        var raised = T.MultiplyAdd(x - 0.5, Log(large / x), Log(power) - Raise);
        return T.ConditionalSelect(isSmall, raised + series, series);
    }

    /// <summary>ψ(x) = dlog Γ/dx, within 1e-14 of it or of 1.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static T Digamma(T x)
    {
        var large = Raised(x, out var isSmall);
        return Log(large) + DigammaSeries(T.One / large) - (isSmall & ReciprocalSum(x));
    }

    /// <summary>R′(x) = ψ(x) − log x + 1/(2x), which falls as −1/(12x²).</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static T DigammaRemainder(T x)
    {
        var large = Raised(x, out var isSmall);
        var reciprocal = T.One / large;
        var series = -reciprocal * reciprocal * DigammaTail(reciprocal * reciprocal);
        var raised = Log(large / x) + (0.5 / x) - (0.5 * reciprocal) - ReciprocalSum(x) + series;
        return T.ConditionalSelect(isSmall, raised, series);
    }

    /// <summary>ψ′(x), to a few units in the last place.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static T Trigamma(T x)
    {
        var reciprocal = T.One / Raised(x, out var isSmall);
        var leading = T.MultiplyAdd(0.5 * reciprocal, reciprocal, reciprocal);
        return leading + TrigammaSeries(reciprocal) + (isSmall & ReciprocalSquareSum(x));
    }

    /// <summary>ψ″(x), to a few units in the last place.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static T Tetragamma(T x)
    {
        var reciprocal = T.One / Raised(x, out var isSmall);
        var leading = reciprocal * T.MultiplyAdd(reciprocal, reciprocal, reciprocal);
        return TetragammaSeries(reciprocal) - leading - (isSmall & (2 * ReciprocalCubeSum(x)));
    }

    /// <summary>X = x + 10 where x is small, x elsewhere.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Raised(T x, out T isSmall)
    {
        isSmall = T.LessThan(x, T.Create(Raise));
        return T.ConditionalSelect(isSmall, x + Raise, x);
    }

    /// <summary>R(X), X ≥ 10, of 1/X.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T StirlingSeries(T r)
    {
        var z = r * r;
        var sum = T.MultiplyAdd(z, -3617.0 / 122400, 1.0 / 156);
        sum = T.MultiplyAdd(sum, z, -691.0 / 360360);
        sum = T.MultiplyAdd(sum, z, 1.0 / 1188);
        sum = T.MultiplyAdd(sum, z, -1.0 / 1680);
        sum = T.MultiplyAdd(sum, z, 1.0 / 1260);
        sum = T.MultiplyAdd(sum, z, -1.0 / 360);
        return r * T.MultiplyAdd(sum, z, 1.0 / 12);
    }

    /// <summary>ψ(X) − log X, X ≥ 10, of 1/X.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T DigammaSeries(T r) => -T.MultiplyAdd(r * r, DigammaTail(r * r), 0.5 * r);

    /// <summary>−(ψ(X) − log X + 1/(2X)) X² as a polynomial in 1/X².</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T DigammaTail(T z)
    {
        var sum = T.MultiplyAdd(z, 43867.0 / 14364, -3617.0 / 8160);
        sum = T.MultiplyAdd(sum, z, 1.0 / 12);
        sum = T.MultiplyAdd(sum, z, -691.0 / 32760);
        sum = T.MultiplyAdd(sum, z, 1.0 / 132);
        sum = T.MultiplyAdd(sum, z, -1.0 / 240);
        sum = T.MultiplyAdd(sum, z, 1.0 / 252);
        sum = T.MultiplyAdd(sum, z, -1.0 / 120);
        return T.MultiplyAdd(sum, z, 1.0 / 12);
    }

    /// <summary>ψ′(X) − 1/X − 1/(2X²), X ≥ 10, of 1/X.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T TrigammaSeries(T r)
    {
        var z = r * r;
        var sum = T.MultiplyAdd(z, -174611.0 / 330, 43867.0 / 798);
        sum = T.MultiplyAdd(sum, z, -3617.0 / 510);
        sum = T.MultiplyAdd(sum, z, 7.0 / 6);
        sum = T.MultiplyAdd(sum, z, -691.0 / 2730);
        sum = T.MultiplyAdd(sum, z, 5.0 / 66);
        sum = T.MultiplyAdd(sum, z, -1.0 / 30);
        sum = T.MultiplyAdd(sum, z, 1.0 / 42);
        sum = T.MultiplyAdd(sum, z, -1.0 / 30);
        return r * z * T.MultiplyAdd(sum, z, 1.0 / 6);
    }

    /// <summary>ψ″(X) + 1/X² + 1/X³, X ≥ 10, of 1/X.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T TetragammaSeries(T r)
    {
        var z = r * r;
        var sum = T.MultiplyAdd(z, -854513.0 / 6, 1222277.0 / 110);
        sum = T.MultiplyAdd(sum, z, -43867.0 / 42);
        sum = T.MultiplyAdd(sum, z, 3617.0 / 30);
        sum = T.MultiplyAdd(sum, z, -35.0 / 2);
        sum = T.MultiplyAdd(sum, z, 691.0 / 210);
        sum = T.MultiplyAdd(sum, z, -5.0 / 6);
        sum = T.MultiplyAdd(sum, z, 3.0 / 10);
        sum = T.MultiplyAdd(sum, z, -1.0 / 6);
        sum = T.MultiplyAdd(sum, z, 1.0 / 6);
        return z * z * T.MultiplyAdd(sum, z, -0.5);
    }

    /// <summary>x(x + 1)…(x + 9) for x ≤ 10; what it is beyond does not matter.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T RisingProduct(T x)
    {
        var t = Paired(x, out _);
        return t * (t + 8) * ((t + 14) * (t + 18)) * (t + 20);
    }

    /// <summary>Σ 1/(x + j), j = 0…9: each pair is (2x + 9)/(t + c).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T ReciprocalSum(T x)
    {
        var t = Paired(x, out var ends);
        T numerator = T.One, denominator = t;
        AddFraction(ref numerator, ref denominator, T.One, t + 8);
        AddFraction(ref numerator, ref denominator, T.One, t + 14);
        AddFraction(ref numerator, ref denominator, T.One, t + 18);
        AddFraction(ref numerator, ref denominator, T.One, t + 20);
        return ends * numerator / denominator;
    }

    /// <summary>Σ 1/(x + j)²: each pair is (2t + 81 − 2c)/(t + c)².</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T ReciprocalSquareSum(T x)
    {
        var t = Paired(x, out _);
        var twice = t + t;
        T numerator = twice + 81, denominator = t * t;
        AddFraction(ref numerator, ref denominator, twice + 65, Square(t + 8));
        AddFraction(ref numerator, ref denominator, twice + 53, Square(t + 14));
        AddFraction(ref numerator, ref denominator, twice + 45, Square(t + 18));
        AddFraction(ref numerator, ref denominator, twice + 41, Square(t + 20));
        return numerator / denominator;
    }

    /// <summary>Σ 1/(x + j)³: each pair is (2x + 9)(t + 81 − 3c)/(t + c)³.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T ReciprocalCubeSum(T x)
    {
        var t = Paired(x, out var ends);
        T numerator = t + 81, denominator = t * Square(t);
        AddFraction(ref numerator, ref denominator, t + 57, (t + 8) * Square(t + 8));
        AddFraction(ref numerator, ref denominator, t + 39, (t + 14) * Square(t + 14));
        AddFraction(ref numerator, ref denominator, t + 27, (t + 18) * Square(t + 18));
        AddFraction(ref numerator, ref denominator, t + 21, (t + 20) * Square(t + 20));
        return ends * (numerator / denominator);
    }

    /// <summary>t = x(x + 9), and 2x + 9, the sum of the two factors of every pair; of x = 10 beyond it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Paired(T x, out T ends)
    {
        x = T.Min(x, Raise);
        ends = x + x + 9;
        return x * (x + 9);
    }

    /// <summary>a/b + c/d as one fraction: a division costs more than the rest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddFraction(ref T a, ref T b, T c, T d)
    {
        a = T.MultiplyAdd(a, d, b * c);
        b *= d;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Square(T x) => x * x;
}

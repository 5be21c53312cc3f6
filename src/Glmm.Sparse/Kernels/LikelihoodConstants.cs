using System.Runtime.CompilerServices;

namespace Glmm.Sparse.Kernels;

/// <summary>The c of one family on a block of rows.</summary>
internal interface IConstantLanes<T>
    where T : struct, IRowVector<T>
{
    /// <summary>c of each row, and its derivative with respect to the logarithm of the family's one parameter, φ or ξ;
    /// 0 if it has none.</summary>
    public void Evaluate(T y, T omega, out T value, out T slope);
}

/// <summary>−½ log(2πφ/ω).</summary>
internal readonly struct GaussianConstant<T>(double phi) : IConstantLanes<T>
    where T : struct, IRowVector<T>
{
    private readonly double _logTwoPiPhi = Math.Log(2 * Math.PI) + Math.Log(phi);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Evaluate(T y, T omega, out T value, out T slope)
    {
        value = 0.5 * (VectorMath<T>.Log(omega) - _logTwoPiPhi);
        slope = T.Create(-0.5);
    }
}

/// <summary>log of ω over ωy, also where these are no whole numbers.</summary>
internal readonly struct BinomialConstant<T> : IConstantLanes<T>
    where T : struct, IRowVector<T>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Evaluate(T y, T omega, out T value, out T slope)
    {
        // Of successes and failures the fewer, k: (ω − k + 1)…ω/k!. All successes or failures leave exactly 0.
        slope = T.Zero;
        value = T.Zero;
        var successes = omega * y;
        var fewer = T.Max(T.Min(successes, omega - successes), 0);
        var isEdge = T.Equals(fewer, T.Zero);
        if (T.All(isEdge))
            return;
        var ways = VectorMath<T>.LogGammaDifference(omega - fewer + 1, fewer) - VectorMath<T>.LogGamma(fewer + 1);
        value = T.ConditionalSelect(isEdge, value, ways);
    }
}

/// <summary>−ω log y!.</summary>
internal readonly struct PoissonConstant<T> : IConstantLanes<T>
    where T : struct, IRowVector<T>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Evaluate(T y, T omega, out T value, out T slope)
    {
        value = -omega * VectorMath<T>.LogGamma(y + 1);
        slope = T.Zero;
    }
}

/// <summary>
/// With the shape ν = ω/φ: ½ log(ν/2π) − R(ν) + (ν − 1) log y, by Binet's R instead of the large log Γ(ν).
/// </summary>
internal readonly struct GammaConstant<T> : IConstantLanes<T>
    where T : struct, IRowVector<T>
{
    private readonly double _phi;
    private readonly bool _isWeighted;
    private readonly T _value;
    private readonly T _slope;

    /// <summary>Without weights all rows have the same ν.</summary>
    public GammaConstant(double phi, bool isWeighted)
    {
        _phi = phi;
        _isWeighted = isWeighted;
        OfShape(T.One / T.Create(phi), out _value, out _slope);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Evaluate(T y, T omega, out T value, out T slope)
    {
        T free = _value, freeSlope = _slope;
        var nu = omega / T.Create(_phi);
        if (_isWeighted)
            OfShape(nu, out free, out freeSlope);
        var logY = VectorMath<T>.Log(T.Max(y, VectorMath<T>.MinNormal));
        value = T.MultiplyAdd(nu - 1, logY, free);
        slope = freeSlope - (nu * logY);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void OfShape(T nu, out T value, out T slope)
    {
        const double HalfLogTwoPi = 0.91893853320467274178;
        nu = Lanes<T>.Clamp(nu, 1e-100, 1e100);
        value = T.MultiplyAdd(VectorMath<T>.Log(nu), 0.5, -HalfLogTwoPi) - VectorMath<T>.LogGammaRemainder(nu);
        slope = T.MultiplyAdd(nu, VectorMath<T>.DigammaRemainder(nu), -0.5);
    }
}

/// <summary>−½ log(2πφy³/ω) − ω/(2φy).</summary>
internal readonly struct InverseGaussianConstant<T>(double phi) : IConstantLanes<T>
    where T : struct, IRowVector<T>
{
    private readonly double _logTwoPiPhi = Math.Log(2 * Math.PI) + Math.Log(phi);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Evaluate(T y, T omega, out T value, out T slope)
    {
        y = T.Max(y, VectorMath<T>.MinNormal);
        var edge = 0.5 * omega / T.Create(phi) / y;
        value = (0.5 * (VectorMath<T>.Log(omega) - (3 * VectorMath<T>.Log(y)) - _logTwoPiPhi)) - edge;
        slope = edge - 0.5;
    }
}

/// <summary>ω(log Γ(y + θ) − log Γ(θ) − log y!).</summary>
internal readonly struct NegativeBinomialConstant<T>(double theta) : IConstantLanes<T>
    where T : struct, IRowVector<T>
{
    private readonly double _theta = Math.Clamp(theta, 1e-100, 1e100);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Evaluate(T y, T omega, out T value, out T slope)
    {
        var size = T.Create(_theta);
        value = omega * (VectorMath<T>.LogGammaDifference(size, y) - VectorMath<T>.LogGamma(y + 1));
        slope = omega * (size * VectorMath<T>.DigammaDifference(size, y));
    }
}

/// <summary>−ω(y log(1 + φ) + log y!).</summary>
internal readonly struct NegativeBinomial1Constant<T>(double phi) : IConstantLanes<T>
    where T : struct, IRowVector<T>
{
    private readonly double _logOnePlusPhi = LogOnePlus(phi);
    private readonly double _share = phi / (1 + phi);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Evaluate(T y, T omega, out T value, out T slope)
    {
        value = -omega * T.MultiplyAdd(y, _logOnePlusPhi, VectorMath<T>.LogGamma(y + 1));
        slope = -omega * (y * _share);
    }

    // Kahan's correction of the rounding of 1 + x.
    private static double LogOnePlus(double x)
    {
        double u = 1 + x;
        return u == 1 ? x : Math.Log(u) * (x / (u - 1));
    }
}

/// <summary>ω(½ log(φ/2π) + R(φ) − log y − log(1 − y)) with precision φ.</summary>
/// <remarks>The objective has taken Stirling's terms of the three log Γ, which cancel for large φ.</remarks>
internal readonly struct BetaConstant<T> : IConstantLanes<T>
    where T : struct, IRowVector<T>
{
    private readonly double _value;
    private readonly double _slope;

    public BetaConstant(double precision)
    {
        double phi = Math.Clamp(precision, 1e-100, 1e100);
        _value = (0.5 * Math.Log(phi / (2 * Math.PI))) + GammaFunctions.LogGammaRemainder(phi);
        _slope = 0.5 + (phi * GammaFunctions.DigammaRemainder(phi));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Evaluate(T y, T omega, out T value, out T slope)
    {
        var logY = VectorMath<T>.Log(T.Max(y, VectorMath<T>.MinNormal));
        value = omega * (T.Create(_value) - logY - VectorMath<T>.Log(T.One - y));
        slope = omega * _slope;
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Glmm.Sparse.Kernels;

/// <summary>V = 1: gaussian, quasi.</summary>
internal readonly struct ConstantVariance : IVarianceLanes
{
    /// <inheritdoc/>
    public static Type? CanonicalLink => typeof(IdentityLanes);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<double> Quotient(Vector256<double> a, Vector256<double> b, in MeanLanes at) => a * b;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<double> Standardize(Vector256<double> x, in MeanLanes at) => x;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<double> HalfDeviance<TLink>(
        Vector256<double> y, Vector256<double> difference, in MeanLanes at)
        where TLink : struct, ILinkLanes => Vector256.Create(0.5) * difference * difference;
}

/// <summary>V = μ(1 − μ): binomial, quasibinomial.</summary>
internal readonly struct BinomialVariance : IVarianceLanes
{
    /// <inheritdoc/>
    public static bool MeansAreProportions => true;

    /// <inheritdoc/>
    public static Type? CanonicalLink => typeof(LogitLanes);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<double> Quotient(Vector256<double> a, Vector256<double> b, in MeanLanes at) =>
        a * (b / (at.Mean * at.Complement));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<double> Standardize(Vector256<double> x, in MeanLanes at) =>
        x / Vector256.Sqrt(at.Mean * at.Complement);

    /// <summary>y log(y/μ) + (1 − y) log((1 − y)/(1 − μ)).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<double> HalfDeviance<TLink>(
        Vector256<double> y, Vector256<double> difference, in MeanLanes at)
        where TLink : struct, ILinkLanes
    {
        // Failures and successes need one logarithm, which the link may have for less. A row takes this road or the
        // other by its own y alone; only whether the other is walked at all depends on its neighbours.
        TLink.Logarithms(at, out var logMean, out var logComplement);
        var success = Vector256.Equals(y, Lanes.One);
        var isEdge = success | Vector256.Equals(y, Vector256<double>.Zero);
        var deviance = -Vector256.ConditionalSelect(success, logMean, logComplement);
        if (isEdge.AsInt64() != Vector256<long>.AllBitsSet)
        {
            deviance = Vector256.ConditionalSelect(isEdge, deviance, Grouped(y, difference, at.Mean, at.Complement));
        }

        return deviance;
    }

    /// <summary>The deviance of a proportion within (0, 1): two Poisson halves, whose linear terms cancel.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector256<double> Grouped(
        Vector256<double> y, Vector256<double> difference, Vector256<double> mean, Vector256<double> complement)
    {
        return Lanes.RelativeEntropy(y, mean, difference / mean)
            + Lanes.RelativeEntropy(Lanes.One - y, complement, -difference / complement);
    }
}

/// <summary>V = μ: Poisson, quasipoisson.</summary>
internal readonly struct PoissonVariance : IVarianceLanes
{
    /// <inheritdoc/>
    public static Type? CanonicalLink => typeof(LogLanes);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<double> Quotient(Vector256<double> a, Vector256<double> b, in MeanLanes at) => a * (b / at.Mean);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<double> Standardize(Vector256<double> x, in MeanLanes at) => x / Vector256.Sqrt(at.Mean);

    /// <summary>y log(y/μ) − (y − μ).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<double> HalfDeviance<TLink>(
        Vector256<double> y, Vector256<double> difference, in MeanLanes at)
        where TLink : struct, ILinkLanes =>
        Lanes.RelativeEntropy(y, at.Mean, difference / at.Mean);
}

/// <summary>V = μ²: gamma.</summary>
internal readonly struct GammaVariance : IVarianceLanes
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<double> Quotient(Vector256<double> a, Vector256<double> b, in MeanLanes at) =>
        (a / at.Mean) * (b / at.Mean);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<double> Standardize(Vector256<double> x, in MeanLanes at) => x / at.Mean;

    /// <summary>(y − μ)/μ − log(y/μ).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<double> HalfDeviance<TLink>(
        Vector256<double> y, Vector256<double> difference, in MeanLanes at)
        where TLink : struct, ILinkLanes =>
        Lanes.LogExcess(difference / at.Mean, y / at.Mean);
}

/// <summary>V = μ³: inverse gaussian.</summary>
internal readonly struct InverseGaussianVariance : IVarianceLanes
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<double> Quotient(Vector256<double> a, Vector256<double> b, in MeanLanes at) =>
        (a / at.Mean) * (b / at.Mean) / at.Mean;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<double> Standardize(Vector256<double> x, in MeanLanes at) => x / at.Mean / Vector256.Sqrt(at.Mean);

    /// <summary>(y − μ)²/(2 y μ²).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<double> HalfDeviance<TLink>(
        Vector256<double> y, Vector256<double> difference, in MeanLanes at)
        where TLink : struct, ILinkLanes
    {
        var relative = difference / at.Mean;
        return Vector256.Create(0.5) * relative * (relative / y);
    }
}

/// <summary>V = μ + μ²/θ: negative binomial of size θ.</summary>
internal readonly struct NegativeBinomialVariance(double theta) : IVarianceLanes
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<double> Quotient(Vector256<double> a, Vector256<double> b, in MeanLanes at) =>
        a * (b / at.Mean) * (Vector256.Create(theta) / (Vector256.Create(theta) + at.Mean));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<double> Standardize(Vector256<double> x, in MeanLanes at) =>
        x / Vector256.Sqrt(at.Mean) * Vector256.Sqrt(Vector256.Create(theta) / (Vector256.Create(theta) + at.Mean));

    /// <summary>y log(y/μ) − (y + θ) log((y + θ)/(μ + θ)).</summary>
    /// <remarks>
    /// Written as y + θ trials with success probability μ/(μ + θ): two Poisson halves, both positive, where the
    /// textbook's difference of logarithms cancels for small θ as for large. Of the successes y exceeds its expectation
    /// by (y − μ)θ/(μ(y + θ)) of it, of the failures θ by −(y − μ)/(y + θ).
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<double> HalfDeviance<TLink>(
        Vector256<double> y, Vector256<double> difference, in MeanLanes at)
        where TLink : struct, ILinkLanes
    {
        var size = Vector256.Create(theta);
        var trials = y + size;
        var share = size / (size + at.Mean);
        var failures = trials * share;
        var successes = trials * (at.Mean / (size + at.Mean));
        var relative = difference / trials;
        return Lanes.RelativeEntropy(y, successes, (difference / at.Mean) * (size / trials))
            + Lanes.RelativeEntropy(size, failures, -relative);
    }
}

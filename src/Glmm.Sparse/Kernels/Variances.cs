using System.Runtime.CompilerServices;

namespace Glmm.Sparse.Kernels;

/// <summary>V = 1: gaussian, quasi.</summary>
internal readonly partial struct ConstantVariance<T> : IVarianceLanes<T>
    where T : struct, IRowVector<T>
{
    /// <inheritdoc/>
    public static Type? CanonicalLink => typeof(IdentityLanes<T>);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Variance(in MeanLanes<T> at) => T.One;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Quotient<TLink>(T a, in MeanLanes<T> at)
        where TLink : struct, ILinkLanes<T> => a * at.Derivative;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Standardize(T x, in MeanLanes<T> at) => x;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T HalfDeviance<TLink>(T y, T difference, in MeanLanes<T> at)
        where TLink : struct, ILinkLanes<T> => 0.5 * difference * difference;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Objective<TLink>(T y, T difference, in MeanLanes<T> at)
        where TLink : struct, ILinkLanes<T> => HalfDeviance<TLink>(y, difference, at);
}

/// <summary>V = μ(1 − μ): binomial, quasibinomial.</summary>
internal readonly partial struct BinomialVariance<T> : IVarianceLanes<T>
    where T : struct, IRowVector<T>
{
    /// <inheritdoc/>
    public static bool MeansAreProportions => true;

    /// <inheritdoc/>
    public static Type? CanonicalLink => typeof(LogitLanes<T>);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Variance(in MeanLanes<T> at) => at.Mean * at.Complement;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Quotient<TLink>(T a, in MeanLanes<T> at)
        where TLink : struct, ILinkLanes<T> => a * (at.Derivative / (at.Mean * at.Complement));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Standardize(T x, in MeanLanes<T> at) =>
        x / T.Sqrt(at.Mean * at.Complement);

    /// <summary>y log(y/μ) + (1 − y) log((1 − y)/(1 − μ)).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T HalfDeviance<TLink>(T y, T difference, in MeanLanes<T> at)
        where TLink : struct, ILinkLanes<T>
    {
        // Failures and successes need one logarithm, which the link may have for less. A row takes this road or the
        // other by its own y alone; only whether the other is walked at all depends on its neighbours.
        TLink.Logarithms(at, out var logMean, out var logComplement);
        var success = T.Equals(y, T.One);
        var isEdge = success | T.Equals(y, T.Zero);
        var deviance = -T.ConditionalSelect(success, logMean, logComplement);
        if (!T.All(isEdge))
        {
            deviance = T.ConditionalSelect(isEdge, deviance, Grouped(y, difference, at.Mean, at.Complement));
        }

        return deviance;
    }

    /// <summary>The deviance of a proportion within (0, 1): two Poisson halves, whose linear terms cancel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Grouped(T y, T difference, T mean, T complement)
    {
        var failures = T.One - y;
        return Lanes<T>.RelativeEntropy(y, mean, difference, Lanes<T>.LogRatio(y, mean))
            + Lanes<T>.RelativeEntropy(failures, complement, -difference, Lanes<T>.LogRatio(failures, complement));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Objective<TLink>(T y, T difference, in MeanLanes<T> at)
        where TLink : struct, ILinkLanes<T> => TLink.CrossEntropy<TLink>(y, at);
}

/// <summary>V = μ: Poisson, quasipoisson.</summary>
internal readonly partial struct PoissonVariance<T> : IVarianceLanes<T>
    where T : struct, IRowVector<T>
{
    /// <inheritdoc/>
    public static Type? CanonicalLink => typeof(LogLanes<T>);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Variance(in MeanLanes<T> at) => at.Mean;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Quotient<TLink>(T a, in MeanLanes<T> at)
        where TLink : struct, ILinkLanes<T> => a * TLink.RelativeDerivative(at);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Standardize(T x, in MeanLanes<T> at) => x / T.Sqrt(at.Mean);

    /// <summary>y log(y/μ) − (y − μ).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T HalfDeviance<TLink>(T y, T difference, in MeanLanes<T> at)
        where TLink : struct, ILinkLanes<T> =>
        Lanes<T>.RelativeEntropy(y, at.Mean, difference, TLink.LogRatio(y, at));

    /// <summary>μ − y log μ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Objective<TLink>(T y, T difference, in MeanLanes<T> at)
        where TLink : struct, ILinkLanes<T> => at.Mean - (y * TLink.LogMean(at));
}

/// <summary>V = μ²: gamma.</summary>
internal readonly partial struct GammaVariance<T> : IVarianceLanes<T>
    where T : struct, IRowVector<T>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Variance(in MeanLanes<T> at) => at.Mean * at.Mean;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Quotient<TLink>(T a, in MeanLanes<T> at)
        where TLink : struct, ILinkLanes<T> =>
        (a / at.Mean) * TLink.RelativeDerivative(at);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Standardize(T x, in MeanLanes<T> at) => x / at.Mean;

    /// <summary>(y − μ)/μ − log(y/μ).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T HalfDeviance<TLink>(T y, T difference, in MeanLanes<T> at)
        where TLink : struct, ILinkLanes<T> =>
        Lanes<T>.RelativeEntropy(T.One, y / at.Mean, -difference / at.Mean, -TLink.LogRatio(y, at));

    /// <summary>(y − μ)/μ + log μ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Objective<TLink>(T y, T difference, in MeanLanes<T> at)
        where TLink : struct, ILinkLanes<T> => (difference / at.Mean) + TLink.LogMean(at);
}

/// <summary>V = μ³: inverse gaussian.</summary>
internal readonly partial struct InverseGaussianVariance<T> : IVarianceLanes<T>
    where T : struct, IRowVector<T>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Variance(in MeanLanes<T> at) => at.Mean * at.Mean * at.Mean;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Quotient<TLink>(T a, in MeanLanes<T> at)
        where TLink : struct, ILinkLanes<T> =>
        (a / at.Mean) * TLink.RelativeDerivative(at) / at.Mean;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Standardize(T x, in MeanLanes<T> at) => x / at.Mean / T.Sqrt(at.Mean);

    /// <summary>(y − μ)²/(2 y μ²).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T HalfDeviance<TLink>(T y, T difference, in MeanLanes<T> at)
        where TLink : struct, ILinkLanes<T>
    {
        var relative = difference / at.Mean;
        return 0.5 * relative * (relative / y);
    }

    /// <summary>y/(2μ²) − 1/μ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Objective<TLink>(T y, T difference, in MeanLanes<T> at)
        where TLink : struct, ILinkLanes<T>
    {
        var reciprocal = T.One / at.Mean;
        return reciprocal * ((0.5 * y * reciprocal) - T.One);
    }
}

/// <summary>V = μ + μ²/θ: negative binomial of size θ.</summary>
internal readonly partial struct NegativeBinomialVariance<T>(double theta) : IVarianceLanes<T>
    where T : struct, IRowVector<T>
{
    private readonly double _logTheta = Math.Log(theta);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Variance(in MeanLanes<T> at) => at.Mean / (theta / (at.Mean + theta));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Quotient<TLink>(T a, in MeanLanes<T> at)
        where TLink : struct, ILinkLanes<T> =>
        a * TLink.RelativeDerivative(at) * (theta / (at.Mean + theta));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Standardize(T x, in MeanLanes<T> at) =>
        x / T.Sqrt(at.Mean) * T.Sqrt(theta / (at.Mean + theta));

    /// <summary>y log(y/μ) − (y + θ) log((y + θ)/(μ + θ)).</summary>
    /// <remarks>
    /// Written as y + θ trials with success probability μ/(μ + θ): two Poisson halves, both positive, where the
    /// textbook's difference of logarithms cancels for small θ as for large.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T HalfDeviance<TLink>(T y, T difference, in MeanLanes<T> at)
        where TLink : struct, ILinkLanes<T>
    {
        var size = T.Create(theta);
        var share = theta / (at.Mean + theta);
        var trials = y + theta;
        var successes = trials * (at.Mean / (at.Mean + theta));
        var failures = trials * share;
        var shift = difference * share;
        return Lanes<T>.RelativeEntropy(y, successes, shift, Lanes<T>.LogRatio(y, successes))
            + Lanes<T>.RelativeEntropy(size, failures, -shift, Lanes<T>.LogRatio(size, failures));
    }

    /// <summary>(y + θ) log(1 + μ/θ) − y log(μ/θ).</summary>
    /// <remarks>
    /// With x = log(μ/θ) this is the cross entropy of y + θ trials under a logit link: log(1 + e^−|x|) for each of
    /// them and |x| for those on the other side, all terms positive.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Objective<TLink>(T y, T difference, in MeanLanes<T> at)
        where TLink : struct, ILinkLanes<T>
    {
        var size = T.Create(theta);
        var isLarge = T.LessThan(size, at.Mean);
        var smaller = T.ConditionalSelect(isLarge, size, at.Mean) / (at.Mean + theta);
        var missed = T.ConditionalSelect(isLarge, size, y);
        var distance = T.Abs(TLink.LogMean(at) - _logTheta);
        return T.MultiplyAdd(distance, missed, (y + theta) * VectorMath<T>.MinusLogOfComplement(smaller));
    }
}

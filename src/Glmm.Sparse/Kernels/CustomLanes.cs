using Glmm.Sparse.Families;

namespace Glmm.Sparse.Kernels;

/// <summary>A user's link: its functions are called lane by lane.</summary>
internal readonly struct CustomLinkLanes<T>(CustomLink link) : ILinkLanes<T>
    where T : struct, IRowVector<T>
{
    /// <inheritdoc/>
    public T Saturate(T eta) => Lanes<T>.Clamp(eta, -double.MaxValue, double.MaxValue);

    /// <inheritdoc/>
    public MeanLanes<T> Invert(T eta, bool withComplement)
    {
        var mean = Lanes<T>.Map(eta, link.InverseOf);
        return new(eta, mean, T.One - mean, Lanes<T>.Map(eta, link.DerivativeAt));
    }

    /// <inheritdoc/>
    public BendLanes<T> Bend(in MeanLanes<T> at)
    {
        var derivative = link.DerivativeAt;
        return NumericalDerivatives.Of<T>(
            eta => Math.Log(Math.Abs(derivative(eta))), at.Predictor, double.NegativeInfinity, double.PositiveInfinity);
    }
}

/// <summary>A user's variance function: called lane by lane, its deviance integrated numerically.</summary>
internal readonly struct CustomVariance<T>(Family family) : IVarianceLanes<T>
    where T : struct, IRowVector<T>
{
    /// <inheritdoc/>
    public T Variance(in MeanLanes<T> at)
    {
        var bounds = MeanBounds.Of(family.Domain);
        return Lanes<T>.Map(Lanes<T>.Clamp(at.Mean, bounds.Lowest, bounds.Highest), family.Variance);
    }

    /// <inheritdoc/>
    public T Quotient<TLink>(T a, in MeanLanes<T> at)
        where TLink : struct, ILinkLanes<T> => a * (at.Derivative / Variance(at));

    /// <inheritdoc/>
    public T Standardize(T x, in MeanLanes<T> at) => x / T.Sqrt(Variance(at));

    /// <inheritdoc/>
    public T HalfDeviance<TLink>(T y, T difference, in MeanLanes<T> at)
        where TLink : struct, ILinkLanes<T>
    {
        Span<double> result = stackalloc double[T.Count];
        for (int row = 0; row < result.Length; row++)
        {
            // Padding repeats the last row: its integral is already there.
            double response = T.Get(y, row), mean = T.Get(at.Mean, row);
            bool repeats = row > 0 && response == T.Get(y, row - 1) && mean == T.Get(at.Mean, row - 1);
            result[row] = repeats ? result[row - 1] : DevianceIntegral.HalfDeviance(family, response, mean);
        }

        return RowBlocks<T>.Load(result, 0);
    }

    /// <inheritdoc/>
    public T Objective<TLink>(T y, T difference, in MeanLanes<T> at)
        where TLink : struct, ILinkLanes<T> => HalfDeviance<TLink>(y, difference, at);

    /// <inheritdoc/>
    public T WeightBend<TLink>(in MeanLanes<T> at, in BendLanes<T> bend)
        where TLink : struct, ILinkLanes<T> =>
        bend.First + bend.First - (at.Derivative * VarianceBend(at).First);

    /// <inheritdoc/>
    public T ObservedWeight<TLink>(T y, T difference, in MeanLanes<T> at, in BendLanes<T> bend)
        where TLink : struct, ILinkLanes<T>
    {
        var a1 = bend.First - (at.Derivative * VarianceBend(at).First);
        return Quotient<TLink>(at.Derivative - (difference * a1), at);
    }

    /// <inheritdoc/>
    public T ObservedWeightSlope<TLink>(T y, T difference, in MeanLanes<T> at, in BendLanes<T> bend)
        where TLink : struct, ILinkLanes<T>
    {
        // The logarithmic derivatives of δ/V are those of δ less those of V, by the chain rule.
        var variance = VarianceBend(at);
        var a1 = bend.First - (at.Derivative * variance.First);
        var a2 = bend.Second - (at.Derivative * ((at.Derivative * variance.Second) + (bend.First * variance.First)));
        return Quotient<TLink>(
            (at.Derivative * (bend.First + a1 + a1)) - (difference * ((a1 * a1) + a2)), at);
    }

    /// <summary>The derivatives of log V with respect to μ; 0 where μ had to be moved inside the domain.</summary>
    private BendLanes<T> VarianceBend(in MeanLanes<T> at)
    {
        var bounds = MeanBounds.Of(family.Domain);
        var of = family;
        return NumericalDerivatives.Of(mean => Math.Log(of.Variance(mean)), at.Mean, bounds.Lowest, bounds.Highest);
    }
}

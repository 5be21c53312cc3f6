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
}

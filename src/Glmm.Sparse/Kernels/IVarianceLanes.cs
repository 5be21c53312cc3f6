
namespace Glmm.Sparse.Kernels;

/// <summary>A variance function and its deviance on a block of rows. Implemented by structs, as links are.</summary>
internal interface IVarianceLanes<T>
    where T : struct, IRowVector<T>
{
    /// <summary>The mean is confined to (0, 1).</summary>
    public static virtual bool MeansAreProportions => false;

    /// <summary>The link for which dμ/dη = V(μ), so that w = ωδ; null when there is none.</summary>
    public static virtual Type? CanonicalLink => null;

    /// <summary>
    /// The link for which δ/V(μ) is the same for every μ, though perhaps not 1: what is called canonical in theory. Its
    /// observed information is the expected one.
    /// </summary>
    public static virtual Type? LinkOfConstantQuotient => null;

    /// <summary>
    /// The score is not (y − μ)δ/V(μ), there being more to the likelihood than a mean and a variance: it is
    /// <see cref="OwnScore"/>, and the expected weight <see cref="OwnWeight"/>.
    /// </summary>
    public static virtual bool HasOwnScore => false;

    /// <summary>V(μ); may be infinite.</summary>
    public T Variance(in MeanLanes<T> at);

    /// <summary>aδ/V(μ), in an order that neither overflows nor underflows before the result does.</summary>
    public T Quotient<TLink>(T a, in MeanLanes<T> at)
        where TLink : struct, ILinkLanes<T>;

    /// <summary>x/√V(μ), likewise.</summary>
    public T Standardize(T x, in MeanLanes<T> at);

    /// <summary>½ of the unit deviance, ∫_y^μ (u − y)/V(u) du; may be infinite, is never NaN.</summary>
    /// <param name="y">The response.</param>
    /// <param name="difference">y − μ, exact in the tails.</param>
    /// <param name="at">The mean.</param>
    /// <typeparam name="TLink">The link, which may know logarithms of μ cheaply.</typeparam>
    public T HalfDeviance<TLink>(T y, T difference, in MeanLanes<T> at)
        where TLink : struct, ILinkLanes<T>;

    /// <summary>
    /// <see cref="HalfDeviance"/> up to a term of y alone, by whatever is cheapest; may be infinite, is never NaN.
    /// </summary>
    /// <inheritdoc cref="HalfDeviance"/>
    public T Objective<TLink>(T y, T difference, in MeanLanes<T> at)
        where TLink : struct, ILinkLanes<T>;

    /// <summary>s, minus the derivative of the objective; asked for only if <see cref="HasOwnScore"/>.</summary>
    /// <inheritdoc cref="HalfDeviance"/>
    public T OwnScore<TLink>(T y, T difference, in MeanLanes<T> at)
        where TLink : struct, ILinkLanes<T> => throw new InvalidOperationException("The score is (y − μ)δ/V(μ).");

    /// <summary>The expected weight w; asked for only if <see cref="HasOwnScore"/>.</summary>
    public T OwnWeight<TLink>(in MeanLanes<T> at)
        where TLink : struct, ILinkLanes<T> => throw new InvalidOperationException("The weight is δ²/V(μ).");

    /// <summary>d log w/dη of the expected weight w, which mostly is δ²/V(μ).</summary>
    public T WeightBend<TLink>(in MeanLanes<T> at, in BendLanes<T> bend)
        where TLink : struct, ILinkLanes<T>;

    /// <summary>The observed weight, −ds/dη; may be infinite.</summary>
    /// <param name="y">The response.</param>
    /// <param name="difference">y − μ, exact in the tails.</param>
    /// <param name="at">The mean.</param>
    /// <param name="bend">How the link bends there.</param>
    /// <typeparam name="TLink">The link.</typeparam>
    public T ObservedWeight<TLink>(T y, T difference, in MeanLanes<T> at, in BendLanes<T> bend)
        where TLink : struct, ILinkLanes<T>;

    /// <summary>The derivative of <see cref="ObservedWeight"/> with respect to η; may be infinite.</summary>
    /// <inheritdoc cref="ObservedWeight"/>
    public T ObservedWeightSlope<TLink>(T y, T difference, in MeanLanes<T> at, in BendLanes<T> bend)
        where TLink : struct, ILinkLanes<T>;
}

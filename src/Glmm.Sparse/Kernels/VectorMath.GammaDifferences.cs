using System.Runtime.CompilerServices;

namespace Glmm.Sparse.Kernels;

/// <content>
/// What log Γ and its derivatives grow by from x to x + y, for 1e-100 ≤ x ≤ 1e100 and 0 ≤ y ≤ 1e100, without the
/// cancellation of a difference: nothing is lost where x is huge beside y.
/// </content>
internal static partial class VectorMath<T>
    where T : struct, IRowVector<T>
{
    /// <summary>log Γ(x + y) − log Γ(x), the logarithm of the rising factorial; exactly 0 for y = 0.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static T LogGammaDifference(T x, T y)
    {
        var ends = new RaisedEnds(x, y);
        var products = T.ConditionalSelect(ends.IsStartSmall, RisingProduct(x), T.One)
            / T.ConditionalSelect(ends.IsEndSmall, RisingProduct(x + y), T.One);

        // Stirling's leading terms: d log X₁ − ½ log(X₁/X₀) less X₀ log(X₀/X₁) + d, which is small of second order.
        var logRatio = ends.LogRatio;
        var entropy = Lanes<T>.RelativeEntropy(ends.Start, ends.End, -ends.Distance, -logRatio);
        var leading = T.MultiplyAdd(ends.Distance, Log(ends.End), -T.MultiplyAdd(logRatio, 0.5, entropy));
        var series = StirlingSeries(T.One / ends.End) - StirlingSeries(T.One / ends.Start);
        return leading + series + Log(products);
    }

    /// <summary>ψ(x + y) − ψ(x).</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static T DigammaDifference(T x, T y)
    {
        var ends = new RaisedEnds(x, y);
        T r0 = T.One / ends.Start, r1 = T.One / ends.End;
        T z0 = r0 * r0, z1 = r1 * r1;
        var series = (z0 * DigammaTail(z0)) - (z1 * DigammaTail(z1));
        var sums = (ends.IsStartSmall & ReciprocalSum(x)) - (ends.IsEndSmall & ReciprocalSum(x + y));
        return ends.LogRatio + T.MultiplyAdd(0.5 * ends.Distance, r0 * r1, series) + sums;
    }

    /// <summary>ψ′(x + y) − ψ′(x).</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static T TrigammaDifference(T x, T y)
    {
        var ends = new RaisedEnds(x, y);
        T r0 = T.One / ends.Start, r1 = T.One / ends.End;
        var step = ends.Distance * r0 * r1;
        var leading = T.MultiplyAdd(0.5 * step, r0 + r1, step);
        var sums = (ends.IsEndSmall & ReciprocalSquareSum(x + y)) - (ends.IsStartSmall & ReciprocalSquareSum(x));
        return TrigammaSeries(r1) - TrigammaSeries(r0) - leading + sums;
    }

    /// <summary>ψ″(x + y) − ψ″(x).</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static T TetragammaDifference(T x, T y)
    {
        var ends = new RaisedEnds(x, y);
        T r0 = T.One / ends.Start, r1 = T.One / ends.End;
        var step = ends.Distance * r0 * r1;
        var sum = r0 + r1;
        var leading = step * T.MultiplyAdd(sum, sum, sum - (r0 * r1));
        var sums = (ends.IsStartSmall & ReciprocalCubeSum(x)) - (ends.IsEndSmall & ReciprocalCubeSum(x + y));
        return leading + (TetragammaSeries(r1) - TetragammaSeries(r0)) + (sums + sums);
    }

    /// <summary>Both ends, each raised by 10 where it is small, and their exact distance.</summary>
    private readonly struct RaisedEnds
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public RaisedEnds(T x, T y)
        {
            Start = Raised(x, out IsStartSmall);
            End = Raised(x + y, out IsEndSmall);
            Distance = T.ConditionalSelect(IsEndSmall, y, y - (IsStartSmall & T.Create(Raise)));
        }

        /// <summary>X₀.</summary>
        public readonly T Start;

        /// <summary>X₁.</summary>
        public readonly T End;

        /// <summary>X₁ − X₀, ≥ −X₀/2.</summary>
        public readonly T Distance;

        public readonly T IsStartSmall;

        public readonly T IsEndSmall;

        /// <summary>log(X₁/X₀).</summary>
        public T LogRatio
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get
            {
                var relative = Distance / Start;
                var isNear = T.LessThan(relative, T.One);
                return T.ConditionalSelect(
                    isNear, LogP1(T.ConditionalSelect(isNear, relative, T.Zero)), Log(End / Start));
            }
        }
    }
}

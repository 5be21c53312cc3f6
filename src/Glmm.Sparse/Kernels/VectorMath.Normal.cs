using System.Runtime.CompilerServices;

namespace Glmm.Sparse.Kernels;

/// <content>The normal distribution.</content>
internal static partial class VectorMath<T>
    where T : struct, IRowVector<T>
{
    private const double InverseSqrtTwoPi = 0.39894228040143267794;

    /// <summary>φ(x), the standard normal density, for |x| ≤ 37.5.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T NormalDensity(T x)
    {
        // e^(−x²/2) with x² in two parts: the rounding of x² alone would cost x²/2 units in the last place. The upper
        // half of x has 26 bits, so its square is exact.
        var upper = x & T.CreateBits(~0x7FFFFFFL);
        var rest = -0.5 * (x - upper) * (x + upper);
        var head = Exp(-0.5 * upper * upper) * InverseSqrtTwoPi;

        // |rest| ≤ 38²·2^−26 < 2.2e-5: e^rest − 1 needs three terms.
        var correction = T.MultiplyAdd(T.MultiplyAdd(rest, 1.0 / 6, 0.5), rest, 1);
        return T.MultiplyAdd(head, rest * correction, head);
    }

    /// <summary>Mills' ratio (1 − Φ(x))/φ(x) for x ≥ 0: the upper tail without its exponential.</summary>
    /// <remarks>
    /// (1 + x)·ratio is smooth in t = (x − 5)/(x + 5) over the whole half line (Schonfelder 1978), so one polynomial
    /// serves every x without a branch.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T MillsRatio(T x)
    {
        var t = (x - 5) / (x + 5);
        // Even and odd powers in two chains, which the processor runs side by side.
        var t2 = t * t;
        var even = T.Create(6.1630471986551671e-11);
        even = T.MultiplyAdd(even, t2, -1.0770966817867951e-09);
        even = T.MultiplyAdd(even, t2, 1.006273629203449e-08);
        even = T.MultiplyAdd(even, t2, -6.7352467072358908e-08);
        even = T.MultiplyAdd(even, t2, 3.2194150125726876e-07);
        even = T.MultiplyAdd(even, t2, -1.7721527238693433e-07);
        even = T.MultiplyAdd(even, t2, -2.4805466630979408e-05);
        even = T.MultiplyAdd(even, t2, 0.00045704382051160779);
        even = T.MultiplyAdd(even, t2, -0.0042012903110784164);
        even = T.MultiplyAdd(even, t2, -0.038026592187718318);
        even = T.MultiplyAdd(even, t2, -0.066177600778995815);
        even = T.MultiplyAdd(even, t2, 0.077781598868735577);
        even = T.MultiplyAdd(even, t2, 1.1568486282918946);
        var odd = T.Create(-9.5452158844568583e-10);
        odd = T.MultiplyAdd(odd, t2, 1.1020770424653135e-08);
        odd = T.MultiplyAdd(odd, t2, -7.7556892823196662e-08);
        odd = T.MultiplyAdd(odd, t2, 4.9195580079427622e-07);
        odd = T.MultiplyAdd(odd, t2, -3.2772513658038686e-06);
        odd = T.MultiplyAdd(odd, t2, 2.2709591493592911e-05);
        odd = T.MultiplyAdd(odd, t2, -0.00013437427041945409);
        odd = T.MultiplyAdd(odd, t2, 1.9530636365484052e-05);
        odd = T.MultiplyAdd(odd, t2, 0.016348231281331425);
        odd = T.MultiplyAdd(odd, t2, 0.061505045840161206);
        odd = T.MultiplyAdd(odd, t2, 0.025072179301639779);
        odd = T.MultiplyAdd(odd, t2, -0.22948753825211318);
        return T.MultiplyAdd(odd, t, even) / (x + 1);
    }
}

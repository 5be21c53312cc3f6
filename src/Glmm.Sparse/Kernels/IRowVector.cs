using System.Numerics;

namespace Glmm.Sparse.Kernels;

/// <summary>The doubles of several rows, on which arithmetic works row by row.</summary>
/// <remarks>
/// The kernels are written once, for any <typeparamref name="T"/>: eight, four or two rows, whatever the hardware has
/// vectors for. The formulas are long chains of dependent instructions, which leave a processor waiting; twice the rows
/// per instruction are twice the work in what it can look ahead to. .NET's own wide vectors fall back to halves where
/// there is no hardware, but each operation then is ten calls to inline, and the JIT's budget ends in mid-formula.
/// Operations with constants exist for that budget, too. Comparisons give all bits or none.
/// </remarks>
/// <typeparam name="T">The type itself.</typeparam>
internal interface IRowVector<T> :
    IAdditionOperators<T, T, T>,
    ISubtractionOperators<T, T, T>,
    IMultiplyOperators<T, T, T>,
    IDivisionOperators<T, T, T>,
    IUnaryNegationOperators<T, T>,
    IBitwiseOperators<T, T, T>
    where T : struct, IRowVector<T>
{
    /// <summary>Rows in a vector.</summary>
    public static abstract int Count { get; }

    /// <summary>0 in every row.</summary>
    public static abstract T Zero { get; }

    /// <summary>1 in every row.</summary>
    public static abstract T One { get; }

    /// <summary>A number in every row.</summary>
    public static abstract T Create(double value);

    /// <summary>The bits of an integer in every row.</summary>
    public static abstract T CreateBits(long bits);

    /// <summary>Reads rows from <paramref name="start"/> on.</summary>
    public static abstract T Load(ref readonly double rows, nuint start);

    /// <summary>Writes rows from <paramref name="start"/> on.</summary>
    public static abstract void Store(T vector, ref double rows, nuint start);

    /// <summary>One row.</summary>
    public static abstract double Get(T vector, int row);

    /// <summary>The sum of the rows, in an order that is always the same.</summary>
    public static abstract double Sum(T vector);

    /// <summary>a + b.</summary>
    public static abstract T operator +(T a, double b);

    /// <summary>a − b.</summary>
    public static abstract T operator -(T a, double b);

    /// <summary>a·b.</summary>
    public static abstract T operator *(T a, double b);

    /// <summary>a·b.</summary>
    public static abstract T operator *(double a, T b);

    /// <summary>a/b.</summary>
    public static abstract T operator /(double a, T b);

    /// <summary>|x|.</summary>
    public static abstract T Abs(T x);

    /// <summary>√x.</summary>
    public static abstract T Sqrt(T x);

    /// <summary>The smaller; b where either is NaN.</summary>
    public static abstract T Min(T a, T b);

    /// <inheritdoc cref="Min(T, T)"/>
    public static abstract T Min(T a, double b);

    /// <summary>The larger; b where either is NaN.</summary>
    public static abstract T Max(T a, double b);

    /// <summary>|x| with the sign of <paramref name="sign"/>.</summary>
    public static abstract T CopySign(T x, T sign);

    /// <summary>a·b + c, fused where the hardware has it.</summary>
    public static abstract T MultiplyAdd(T a, T b, T c);

    /// <inheritdoc cref="MultiplyAdd(T, T, T)"/>
    public static abstract T MultiplyAdd(T a, T b, double c);

    /// <inheritdoc cref="MultiplyAdd(T, T, T)"/>
    public static abstract T MultiplyAdd(T a, double b, T c);

    /// <inheritdoc cref="MultiplyAdd(T, T, T)"/>
    public static abstract T MultiplyAdd(T a, double b, double c);

    /// <summary>x where the condition's bits are set, y elsewhere.</summary>
    public static abstract T ConditionalSelect(T condition, T x, T y);

    /// <summary>a = b.</summary>
    public static abstract T Equals(T a, T b);

    /// <summary>a &lt; b.</summary>
    public static abstract T LessThan(T a, T b);

    /// <summary>a ≤ b.</summary>
    public static abstract T LessThanOrEqual(T a, T b);

    /// <summary>Whether a comparison holds in all rows.</summary>
    public static abstract bool All(T condition);

    /// <summary>The sum of the bits as integers.</summary>
    public static abstract T AddBits(T a, long b);

    /// <summary>The difference of the bits as integers.</summary>
    public static abstract T SubtractBits(T a, T b);

    /// <summary>The bits moved up.</summary>
    public static abstract T ShiftLeft(T x, int count);

    /// <summary>The bits moved down, zeros after them.</summary>
    public static abstract T ShiftRight(T x, int count);
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Glmm.Sparse.Kernels;

/// <summary>
/// Eight rows in two vectors of 256 bits. Every operation is written on both, one after the other, so that their
/// instructions alternate and each hides the other's latency.
/// </summary>
/// <remarks>Results are filled in field by field: a constructor would be a call more for the inliner to count.</remarks>
internal struct RowVectorPair : IRowVector<RowVectorPair>
{
    private Vector256<double> _lower;
    private Vector256<double> _upper;

    /// <inheritdoc/>
    public static int Count => 8;

    /// <inheritdoc/>
    public static RowVectorPair Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            RowVectorPair result;
            result._lower = Vector256<double>.Zero;
            result._upper = Vector256<double>.Zero;
            return result;
        }
    }

    /// <inheritdoc/>
    public static RowVectorPair One
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            RowVectorPair result;
            result._lower = Vector256<double>.One;
            result._upper = Vector256<double>.One;
            return result;
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVectorPair operator +(RowVectorPair a, RowVectorPair b)
    {
        RowVectorPair result;
        result._lower = a._lower + b._lower;
        result._upper = a._upper + b._upper;
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVectorPair operator +(RowVectorPair a, double b)
    {
        RowVectorPair result;
        result._lower = a._lower + Vector256.Create(b);
        result._upper = a._upper + Vector256.Create(b);
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVectorPair operator -(RowVectorPair a, RowVectorPair b)
    {
        RowVectorPair result;
        result._lower = a._lower - b._lower;
        result._upper = a._upper - b._upper;
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVectorPair operator -(RowVectorPair a, double b)
    {
        RowVectorPair result;
        result._lower = a._lower - Vector256.Create(b);
        result._upper = a._upper - Vector256.Create(b);
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVectorPair operator *(RowVectorPair a, RowVectorPair b)
    {
        RowVectorPair result;
        result._lower = a._lower * b._lower;
        result._upper = a._upper * b._upper;
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVectorPair operator *(RowVectorPair a, double b)
    {
        RowVectorPair result;
        result._lower = a._lower * Vector256.Create(b);
        result._upper = a._upper * Vector256.Create(b);
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVectorPair operator *(double a, RowVectorPair b)
    {
        RowVectorPair result;
        result._lower = Vector256.Create(a) * b._lower;
        result._upper = Vector256.Create(a) * b._upper;
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVectorPair operator /(double a, RowVectorPair b)
    {
        RowVectorPair result;
        result._lower = Vector256.Create(a) / b._lower;
        result._upper = Vector256.Create(a) / b._upper;
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVectorPair operator /(RowVectorPair a, RowVectorPair b)
    {
        RowVectorPair result;
        result._lower = a._lower / b._lower;
        result._upper = a._upper / b._upper;
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVectorPair operator &(RowVectorPair a, RowVectorPair b)
    {
        RowVectorPair result;
        result._lower = a._lower & b._lower;
        result._upper = a._upper & b._upper;
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVectorPair operator |(RowVectorPair a, RowVectorPair b)
    {
        RowVectorPair result;
        result._lower = a._lower | b._lower;
        result._upper = a._upper | b._upper;
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVectorPair operator ^(RowVectorPair a, RowVectorPair b)
    {
        RowVectorPair result;
        result._lower = a._lower ^ b._lower;
        result._upper = a._upper ^ b._upper;
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVectorPair operator -(RowVectorPair a)
    {
        RowVectorPair result;
        result._lower = -a._lower;
        result._upper = -a._upper;
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVectorPair operator ~(RowVectorPair a)
    {
        RowVectorPair result;
        result._lower = ~a._lower;
        result._upper = ~a._upper;
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVectorPair Create(double value)
    {
        RowVectorPair result;
        result._lower = Vector256.Create(value);
        result._upper = Vector256.Create(value);
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVectorPair CreateBits(long bits)
    {
        RowVectorPair result;
        result._lower = Vector256.Create(bits).AsDouble();
        result._upper = Vector256.Create(bits).AsDouble();
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVectorPair Abs(RowVectorPair x)
    {
        RowVectorPair result;
        result._lower = Vector256.Abs(x._lower);
        result._upper = Vector256.Abs(x._upper);
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVectorPair Sqrt(RowVectorPair x)
    {
        RowVectorPair result;
        result._lower = Vector256.Sqrt(x._lower);
        result._upper = Vector256.Sqrt(x._upper);
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVectorPair Min(RowVectorPair a, RowVectorPair b)
    {
        RowVectorPair result;
        result._lower = Vector256.MinNative(a._lower, b._lower);
        result._upper = Vector256.MinNative(a._upper, b._upper);
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVectorPair Min(RowVectorPair a, double b)
    {
        RowVectorPair result;
        result._lower = Vector256.MinNative(a._lower, Vector256.Create(b));
        result._upper = Vector256.MinNative(a._upper, Vector256.Create(b));
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVectorPair Max(RowVectorPair a, double b)
    {
        RowVectorPair result;
        result._lower = Vector256.MaxNative(a._lower, Vector256.Create(b));
        result._upper = Vector256.MaxNative(a._upper, Vector256.Create(b));
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVectorPair CopySign(RowVectorPair x, RowVectorPair sign)
    {
        RowVectorPair result;
        result._lower = Vector256.CopySign(x._lower, sign._lower);
        result._upper = Vector256.CopySign(x._upper, sign._upper);
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVectorPair MultiplyAdd(RowVectorPair a, RowVectorPair b, RowVectorPair c)
    {
        RowVectorPair result;
        result._lower = Vector256.MultiplyAddEstimate(a._lower, b._lower, c._lower);
        result._upper = Vector256.MultiplyAddEstimate(a._upper, b._upper, c._upper);
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVectorPair MultiplyAdd(RowVectorPair a, RowVectorPair b, double c)
    {
        RowVectorPair result;
        result._lower = Vector256.MultiplyAddEstimate(a._lower, b._lower, Vector256.Create(c));
        result._upper = Vector256.MultiplyAddEstimate(a._upper, b._upper, Vector256.Create(c));
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVectorPair MultiplyAdd(RowVectorPair a, double b, RowVectorPair c)
    {
        RowVectorPair result;
        result._lower = Vector256.MultiplyAddEstimate(a._lower, Vector256.Create(b), c._lower);
        result._upper = Vector256.MultiplyAddEstimate(a._upper, Vector256.Create(b), c._upper);
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVectorPair MultiplyAdd(RowVectorPair a, double b, double c)
    {
        RowVectorPair result;
        result._lower = Vector256.MultiplyAddEstimate(a._lower, Vector256.Create(b), Vector256.Create(c));
        result._upper = Vector256.MultiplyAddEstimate(a._upper, Vector256.Create(b), Vector256.Create(c));
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVectorPair ConditionalSelect(RowVectorPair condition, RowVectorPair x, RowVectorPair y)
    {
        RowVectorPair result;
        result._lower = Vector256.ConditionalSelect(condition._lower, x._lower, y._lower);
        result._upper = Vector256.ConditionalSelect(condition._upper, x._upper, y._upper);
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVectorPair Equals(RowVectorPair a, RowVectorPair b)
    {
        RowVectorPair result;
        result._lower = Vector256.Equals(a._lower, b._lower);
        result._upper = Vector256.Equals(a._upper, b._upper);
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVectorPair LessThan(RowVectorPair a, RowVectorPair b)
    {
        RowVectorPair result;
        result._lower = Vector256.LessThan(a._lower, b._lower);
        result._upper = Vector256.LessThan(a._upper, b._upper);
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVectorPair LessThanOrEqual(RowVectorPair a, RowVectorPair b)
    {
        RowVectorPair result;
        result._lower = Vector256.LessThanOrEqual(a._lower, b._lower);
        result._upper = Vector256.LessThanOrEqual(a._upper, b._upper);
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVectorPair AddBits(RowVectorPair a, RowVectorPair b)
    {
        RowVectorPair result;
        result._lower = (a._lower.AsInt64() + b._lower.AsInt64()).AsDouble();
        result._upper = (a._upper.AsInt64() + b._upper.AsInt64()).AsDouble();
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVectorPair SubtractBits(RowVectorPair a, RowVectorPair b)
    {
        RowVectorPair result;
        result._lower = (a._lower.AsInt64() - b._lower.AsInt64()).AsDouble();
        result._upper = (a._upper.AsInt64() - b._upper.AsInt64()).AsDouble();
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVectorPair ShiftLeft(RowVectorPair x, int count)
    {
        RowVectorPair result;
        result._lower = Vector256.ShiftLeft(x._lower.AsInt64(), count).AsDouble();
        result._upper = Vector256.ShiftLeft(x._upper.AsInt64(), count).AsDouble();
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVectorPair ShiftRight(RowVectorPair x, int count)
    {
        RowVectorPair result;
        result._lower = Vector256.ShiftRightLogical(x._lower.AsInt64(), count).AsDouble();
        result._upper = Vector256.ShiftRightLogical(x._upper.AsInt64(), count).AsDouble();
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVectorPair Load(ref readonly double rows, nuint start)
    {
        RowVectorPair result;
        result._lower = Vector256.LoadUnsafe(in rows, start);
        result._upper = Vector256.LoadUnsafe(in rows, start + 4);
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(RowVectorPair vector, ref double rows, nuint start)
    {
        vector._lower.StoreUnsafe(ref rows, start);
        vector._upper.StoreUnsafe(ref rows, start + 4);
    }

    /// <inheritdoc/>
    public static double Get(RowVectorPair vector, int row) =>
        row < 4 ? vector._lower.GetElement(row) : vector._upper.GetElement(row - 4);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool All(RowVectorPair condition) =>
        (condition._lower & condition._upper).AsInt64() == Vector256<long>.AllBitsSet;
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Glmm.Sparse.Kernels;

/// <summary>
/// Eight rows in two vectors of 256 bits. Every operation is written on both, one after the other, so that their
/// instructions alternate and each hides the other's latency.
/// </summary>
internal readonly struct RowVectorPair : IRowVector<RowVectorPair>
{
    private readonly Vector256<double> _lower;
    private readonly Vector256<double> _upper;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private RowVectorPair(Vector256<double> lower, Vector256<double> upper) => (_lower, _upper) = (lower, upper);

    /// <inheritdoc/>
    public static RowVectorPair Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Vector256<double>.Zero, Vector256<double>.Zero);
    }

    /// <inheritdoc/>
    public static RowVectorPair One
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Vector256<double>.One, Vector256<double>.One);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVectorPair operator +(RowVectorPair a, RowVectorPair b) =>
        new(a._lower + b._lower, a._upper + b._upper);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVectorPair operator -(RowVectorPair a, RowVectorPair b) =>
        new(a._lower - b._lower, a._upper - b._upper);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVectorPair operator *(RowVectorPair a, RowVectorPair b) =>
        new(a._lower * b._lower, a._upper * b._upper);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVectorPair operator /(RowVectorPair a, RowVectorPair b) =>
        new(a._lower / b._lower, a._upper / b._upper);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVectorPair operator &(RowVectorPair a, RowVectorPair b) =>
        new(a._lower & b._lower, a._upper & b._upper);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVectorPair operator |(RowVectorPair a, RowVectorPair b) =>
        new(a._lower | b._lower, a._upper | b._upper);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVectorPair operator ^(RowVectorPair a, RowVectorPair b) =>
        new(a._lower ^ b._lower, a._upper ^ b._upper);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVectorPair operator -(RowVectorPair a) => new(-a._lower, -a._upper);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVectorPair operator ~(RowVectorPair a) => new(~a._lower, ~a._upper);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVectorPair Create(double value) => new(Vector256.Create(value), Vector256.Create(value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVectorPair CreateBits(long bits) =>
        new(Vector256.Create(bits).AsDouble(), Vector256.Create(bits).AsDouble());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVectorPair Abs(RowVectorPair x) => new(Vector256.Abs(x._lower), Vector256.Abs(x._upper));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVectorPair Sqrt(RowVectorPair x) => new(Vector256.Sqrt(x._lower), Vector256.Sqrt(x._upper));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVectorPair Min(RowVectorPair a, RowVectorPair b) =>
        new(Vector256.MinNative(a._lower, b._lower), Vector256.MinNative(a._upper, b._upper));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVectorPair Max(RowVectorPair a, RowVectorPair b) =>
        new(Vector256.MaxNative(a._lower, b._lower), Vector256.MaxNative(a._upper, b._upper));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVectorPair CopySign(RowVectorPair x, RowVectorPair sign) =>
        new(Vector256.CopySign(x._lower, sign._lower), Vector256.CopySign(x._upper, sign._upper));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVectorPair MultiplyAdd(RowVectorPair a, RowVectorPair b, RowVectorPair c) => new(
        Vector256.MultiplyAddEstimate(a._lower, b._lower, c._lower),
        Vector256.MultiplyAddEstimate(a._upper, b._upper, c._upper));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVectorPair ConditionalSelect(RowVectorPair condition, RowVectorPair x, RowVectorPair y) => new(
        Vector256.ConditionalSelect(condition._lower, x._lower, y._lower),
        Vector256.ConditionalSelect(condition._upper, x._upper, y._upper));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVectorPair Equals(RowVectorPair a, RowVectorPair b) =>
        new(Vector256.Equals(a._lower, b._lower), Vector256.Equals(a._upper, b._upper));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVectorPair LessThan(RowVectorPair a, RowVectorPair b) =>
        new(Vector256.LessThan(a._lower, b._lower), Vector256.LessThan(a._upper, b._upper));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVectorPair LessThanOrEqual(RowVectorPair a, RowVectorPair b) =>
        new(Vector256.LessThanOrEqual(a._lower, b._lower), Vector256.LessThanOrEqual(a._upper, b._upper));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVectorPair AddBits(RowVectorPair a, RowVectorPair b) => new(
        (a._lower.AsInt64() + b._lower.AsInt64()).AsDouble(),
        (a._upper.AsInt64() + b._upper.AsInt64()).AsDouble());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVectorPair SubtractBits(RowVectorPair a, RowVectorPair b) => new(
        (a._lower.AsInt64() - b._lower.AsInt64()).AsDouble(),
        (a._upper.AsInt64() - b._upper.AsInt64()).AsDouble());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVectorPair ShiftLeft(RowVectorPair x, int count) => new(
        Vector256.ShiftLeft(x._lower.AsInt64(), count).AsDouble(),
        Vector256.ShiftLeft(x._upper.AsInt64(), count).AsDouble());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVectorPair ShiftRight(RowVectorPair x, int count) => new(
        Vector256.ShiftRightLogical(x._lower.AsInt64(), count).AsDouble(),
        Vector256.ShiftRightLogical(x._upper.AsInt64(), count).AsDouble());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVectorPair Load(ref readonly double rows, nuint start) =>
        new(Vector256.LoadUnsafe(in rows, start), Vector256.LoadUnsafe(in rows, start + 4));

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

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Glmm.Sparse.Kernels;

/// <summary>Eight rows in one vector of 512 bits.</summary>
internal readonly struct RowVector512 : IRowVector<RowVector512>
{
    private readonly Vector512<double> _rows;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private RowVector512(Vector512<double> rows) => _rows = rows;

    /// <inheritdoc/>
    public static int Count => 8;

    /// <inheritdoc/>
    public static RowVector512 Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Vector512<double>.Zero);
    }

    /// <inheritdoc/>
    public static RowVector512 One
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Vector512<double>.One);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector512 operator +(RowVector512 a, RowVector512 b) => new(a._rows + b._rows);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector512 operator +(RowVector512 a, double b) => new(a._rows + Vector512.Create(b));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector512 operator -(RowVector512 a, RowVector512 b) => new(a._rows - b._rows);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector512 operator -(RowVector512 a, double b) => new(a._rows - Vector512.Create(b));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector512 operator *(RowVector512 a, RowVector512 b) => new(a._rows * b._rows);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector512 operator *(RowVector512 a, double b) => new(a._rows * Vector512.Create(b));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector512 operator *(double a, RowVector512 b) => new(Vector512.Create(a) * b._rows);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector512 operator /(double a, RowVector512 b) => new(Vector512.Create(a) / b._rows);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector512 operator /(RowVector512 a, RowVector512 b) => new(a._rows / b._rows);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector512 operator &(RowVector512 a, RowVector512 b) => new(a._rows & b._rows);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector512 operator |(RowVector512 a, RowVector512 b) => new(a._rows | b._rows);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector512 operator ^(RowVector512 a, RowVector512 b) => new(a._rows ^ b._rows);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector512 operator -(RowVector512 a) => new(-a._rows);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector512 operator ~(RowVector512 a) => new(~a._rows);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector512 Create(double value) => new(Vector512.Create(value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector512 CreateBits(long bits) => new(Vector512.Create(bits).AsDouble());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector512 Abs(RowVector512 x) => new(Vector512.Abs(x._rows));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector512 Sqrt(RowVector512 x) => new(Vector512.Sqrt(x._rows));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector512 Min(RowVector512 a, RowVector512 b) => new(Vector512.MinNative(a._rows, b._rows));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector512 Min(RowVector512 a, double b) => new(Vector512.MinNative(a._rows, Vector512.Create(b)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector512 Max(RowVector512 a, double b) => new(Vector512.MaxNative(a._rows, Vector512.Create(b)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector512 CopySign(RowVector512 x, RowVector512 sign) =>
        new(Vector512.CopySign(x._rows, sign._rows));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector512 MultiplyAdd(RowVector512 a, RowVector512 b, RowVector512 c) =>
        new(Vector512.MultiplyAddEstimate(a._rows, b._rows, c._rows));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector512 MultiplyAdd(RowVector512 a, RowVector512 b, double c) =>
        new(Vector512.MultiplyAddEstimate(a._rows, b._rows, Vector512.Create(c)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector512 MultiplyAdd(RowVector512 a, double b, RowVector512 c) =>
        new(Vector512.MultiplyAddEstimate(a._rows, Vector512.Create(b), c._rows));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector512 MultiplyAdd(RowVector512 a, double b, double c) =>
        new(Vector512.MultiplyAddEstimate(a._rows, Vector512.Create(b), Vector512.Create(c)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector512 ConditionalSelect(RowVector512 condition, RowVector512 x, RowVector512 y) =>
        new(Vector512.ConditionalSelect(condition._rows, x._rows, y._rows));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector512 Equals(RowVector512 a, RowVector512 b) => new(Vector512.Equals(a._rows, b._rows));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector512 LessThan(RowVector512 a, RowVector512 b) => new(Vector512.LessThan(a._rows, b._rows));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector512 LessThanOrEqual(RowVector512 a, RowVector512 b) =>
        new(Vector512.LessThanOrEqual(a._rows, b._rows));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector512 AddBits(RowVector512 a, long b) =>
        new((a._rows.AsInt64() + Vector512.Create(b)).AsDouble());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector512 SubtractBits(RowVector512 a, RowVector512 b) =>
        new((a._rows.AsInt64() - b._rows.AsInt64()).AsDouble());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector512 ShiftLeft(RowVector512 x, int count) =>
        new(Vector512.ShiftLeft(x._rows.AsInt64(), count).AsDouble());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector512 ShiftRight(RowVector512 x, int count) =>
        new(Vector512.ShiftRightLogical(x._rows.AsInt64(), count).AsDouble());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector512 Load(ref readonly double rows, nuint start) =>
        new(Vector512.LoadUnsafe(in rows, start));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(RowVector512 vector, ref double rows, nuint start) =>
        vector._rows.StoreUnsafe(ref rows, start);

    /// <inheritdoc/>
    public static double Get(RowVector512 vector, int row) => vector._rows.GetElement(row);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool All(RowVector512 condition) =>
        condition._rows.AsInt64() == Vector512<long>.AllBitsSet;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Sum(RowVector512 vector) => Vector512.Sum(vector._rows);
}

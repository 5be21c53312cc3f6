using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Glmm.Sparse.Kernels;

/// <summary>Four rows in one vector of 256 bits.</summary>
internal readonly struct RowVector256 : IRowVector<RowVector256>
{
    private readonly Vector256<double> _rows;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private RowVector256(Vector256<double> rows) => _rows = rows;

    /// <inheritdoc/>
    public static int Count => 4;

    /// <inheritdoc/>
    public static RowVector256 Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Vector256<double>.Zero);
    }

    /// <inheritdoc/>
    public static RowVector256 One
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Vector256<double>.One);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector256 operator +(RowVector256 a, RowVector256 b) => new(a._rows + b._rows);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector256 operator +(RowVector256 a, double b) => new(a._rows + Vector256.Create(b));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector256 operator -(RowVector256 a, RowVector256 b) => new(a._rows - b._rows);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector256 operator -(RowVector256 a, double b) => new(a._rows - Vector256.Create(b));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector256 operator *(RowVector256 a, RowVector256 b) => new(a._rows * b._rows);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector256 operator *(RowVector256 a, double b) => new(a._rows * Vector256.Create(b));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector256 operator *(double a, RowVector256 b) => new(Vector256.Create(a) * b._rows);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector256 operator /(double a, RowVector256 b) => new(Vector256.Create(a) / b._rows);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector256 operator /(RowVector256 a, RowVector256 b) => new(a._rows / b._rows);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector256 operator &(RowVector256 a, RowVector256 b) => new(a._rows & b._rows);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector256 operator |(RowVector256 a, RowVector256 b) => new(a._rows | b._rows);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector256 operator ^(RowVector256 a, RowVector256 b) => new(a._rows ^ b._rows);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector256 operator -(RowVector256 a) => new(-a._rows);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector256 operator ~(RowVector256 a) => new(~a._rows);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector256 Create(double value) => new(Vector256.Create(value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector256 CreateBits(long bits) => new(Vector256.Create(bits).AsDouble());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector256 Abs(RowVector256 x) => new(Vector256.Abs(x._rows));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector256 Sqrt(RowVector256 x) => new(Vector256.Sqrt(x._rows));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector256 Min(RowVector256 a, RowVector256 b) => new(Vector256.MinNative(a._rows, b._rows));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector256 Min(RowVector256 a, double b) => new(Vector256.MinNative(a._rows, Vector256.Create(b)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector256 Max(RowVector256 a, double b) => new(Vector256.MaxNative(a._rows, Vector256.Create(b)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector256 CopySign(RowVector256 x, RowVector256 sign) =>
        new(Vector256.CopySign(x._rows, sign._rows));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector256 MultiplyAdd(RowVector256 a, RowVector256 b, RowVector256 c) =>
        new(Vector256.MultiplyAddEstimate(a._rows, b._rows, c._rows));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector256 MultiplyAdd(RowVector256 a, RowVector256 b, double c) =>
        new(Vector256.MultiplyAddEstimate(a._rows, b._rows, Vector256.Create(c)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector256 MultiplyAdd(RowVector256 a, double b, RowVector256 c) =>
        new(Vector256.MultiplyAddEstimate(a._rows, Vector256.Create(b), c._rows));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector256 MultiplyAdd(RowVector256 a, double b, double c) =>
        new(Vector256.MultiplyAddEstimate(a._rows, Vector256.Create(b), Vector256.Create(c)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector256 ConditionalSelect(RowVector256 condition, RowVector256 x, RowVector256 y) =>
        new(Avx.IsSupported // one instruction: the JIT uses three unless it sees that the condition is a comparison
            ? Avx.BlendVariable(y._rows, x._rows, condition._rows)
            : Vector256.ConditionalSelect(condition._rows, x._rows, y._rows));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector256 Equals(RowVector256 a, RowVector256 b) => new(Vector256.Equals(a._rows, b._rows));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector256 LessThan(RowVector256 a, RowVector256 b) => new(Vector256.LessThan(a._rows, b._rows));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector256 LessThanOrEqual(RowVector256 a, RowVector256 b) =>
        new(Vector256.LessThanOrEqual(a._rows, b._rows));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector256 AddBits(RowVector256 a, long b) =>
        new((a._rows.AsInt64() + Vector256.Create(b)).AsDouble());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector256 SubtractBits(RowVector256 a, RowVector256 b) =>
        new((a._rows.AsInt64() - b._rows.AsInt64()).AsDouble());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector256 ShiftLeft(RowVector256 x, int count) =>
        new(Vector256.ShiftLeft(x._rows.AsInt64(), count).AsDouble());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector256 ShiftRight(RowVector256 x, int count) =>
        new(Vector256.ShiftRightLogical(x._rows.AsInt64(), count).AsDouble());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector256 Load(ref readonly double rows, nuint start) =>
        new(Vector256.LoadUnsafe(in rows, start));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(RowVector256 vector, ref double rows, nuint start) =>
        vector._rows.StoreUnsafe(ref rows, start);

    /// <inheritdoc/>
    public static double Get(RowVector256 vector, int row) => vector._rows.GetElement(row);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool All(RowVector256 condition) =>
        condition._rows.AsInt64() == Vector256<long>.AllBitsSet;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Sum(RowVector256 vector) => Vector256.Sum(vector._rows);
}

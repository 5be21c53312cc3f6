using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Glmm.Sparse.Kernels;

/// <summary>Two rows in one vector of 128 bits.</summary>
internal readonly struct RowVector128 : IRowVector<RowVector128>
{
    private readonly Vector128<double> _rows;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private RowVector128(Vector128<double> rows) => _rows = rows;

    /// <inheritdoc/>
    public static int Count => 2;

    /// <inheritdoc/>
    public static RowVector128 Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Vector128<double>.Zero);
    }

    /// <inheritdoc/>
    public static RowVector128 One
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Vector128<double>.One);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector128 operator +(RowVector128 a, RowVector128 b) => new(a._rows + b._rows);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector128 operator +(RowVector128 a, double b) => new(a._rows + Vector128.Create(b));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector128 operator -(RowVector128 a, RowVector128 b) => new(a._rows - b._rows);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector128 operator -(RowVector128 a, double b) => new(a._rows - Vector128.Create(b));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector128 operator *(RowVector128 a, RowVector128 b) => new(a._rows * b._rows);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector128 operator *(RowVector128 a, double b) => new(a._rows * Vector128.Create(b));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector128 operator *(double a, RowVector128 b) => new(Vector128.Create(a) * b._rows);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector128 operator /(double a, RowVector128 b) => new(Vector128.Create(a) / b._rows);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector128 operator /(RowVector128 a, RowVector128 b) => new(a._rows / b._rows);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector128 operator &(RowVector128 a, RowVector128 b) => new(a._rows & b._rows);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector128 operator |(RowVector128 a, RowVector128 b) => new(a._rows | b._rows);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector128 operator ^(RowVector128 a, RowVector128 b) => new(a._rows ^ b._rows);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector128 operator -(RowVector128 a) => new(-a._rows);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector128 operator ~(RowVector128 a) => new(~a._rows);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector128 Create(double value) => new(Vector128.Create(value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector128 CreateBits(long bits) => new(Vector128.Create(bits).AsDouble());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector128 Abs(RowVector128 x) => new(Vector128.Abs(x._rows));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector128 Sqrt(RowVector128 x) => new(Vector128.Sqrt(x._rows));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector128 Min(RowVector128 a, RowVector128 b) => new(Vector128.MinNative(a._rows, b._rows));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector128 Min(RowVector128 a, double b) => new(Vector128.MinNative(a._rows, Vector128.Create(b)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector128 Max(RowVector128 a, double b) => new(Vector128.MaxNative(a._rows, Vector128.Create(b)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector128 CopySign(RowVector128 x, RowVector128 sign) =>
        new(Vector128.CopySign(x._rows, sign._rows));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector128 MultiplyAdd(RowVector128 a, RowVector128 b, RowVector128 c) =>
        new(Vector128.MultiplyAddEstimate(a._rows, b._rows, c._rows));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector128 MultiplyAdd(RowVector128 a, RowVector128 b, double c) =>
        new(Vector128.MultiplyAddEstimate(a._rows, b._rows, Vector128.Create(c)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector128 MultiplyAdd(RowVector128 a, double b, RowVector128 c) =>
        new(Vector128.MultiplyAddEstimate(a._rows, Vector128.Create(b), c._rows));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector128 MultiplyAdd(RowVector128 a, double b, double c) =>
        new(Vector128.MultiplyAddEstimate(a._rows, Vector128.Create(b), Vector128.Create(c)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector128 ConditionalSelect(RowVector128 condition, RowVector128 x, RowVector128 y) =>
        new(Sse41.IsSupported // one instruction: the JIT uses three unless it sees that the condition is a comparison
            ? Sse41.BlendVariable(y._rows, x._rows, condition._rows)
            : Vector128.ConditionalSelect(condition._rows, x._rows, y._rows));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector128 Equals(RowVector128 a, RowVector128 b) => new(Vector128.Equals(a._rows, b._rows));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector128 LessThan(RowVector128 a, RowVector128 b) => new(Vector128.LessThan(a._rows, b._rows));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector128 LessThanOrEqual(RowVector128 a, RowVector128 b) =>
        new(Vector128.LessThanOrEqual(a._rows, b._rows));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector128 AddBits(RowVector128 a, long b) =>
        new((a._rows.AsInt64() + Vector128.Create(b)).AsDouble());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector128 SubtractBits(RowVector128 a, RowVector128 b) =>
        new((a._rows.AsInt64() - b._rows.AsInt64()).AsDouble());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector128 ShiftLeft(RowVector128 x, int count) =>
        new(Vector128.ShiftLeft(x._rows.AsInt64(), count).AsDouble());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector128 ShiftRight(RowVector128 x, int count) =>
        new(Vector128.ShiftRightLogical(x._rows.AsInt64(), count).AsDouble());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowVector128 Load(ref readonly double rows, nuint start) =>
        new(Vector128.LoadUnsafe(in rows, start));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(RowVector128 vector, ref double rows, nuint start) =>
        vector._rows.StoreUnsafe(ref rows, start);

    /// <inheritdoc/>
    public static double Get(RowVector128 vector, int row) => vector._rows.GetElement(row);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool All(RowVector128 condition) =>
        condition._rows.AsInt64() == Vector128<long>.AllBitsSet;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Sum(RowVector128 vector) => Vector128.Sum(vector._rows);
}

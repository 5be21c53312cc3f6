using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Glmm.Sparse.Model;

/// <summary>What one look at a column tells.</summary>
/// <param name="Mean">Σx/n.</param>
/// <param name="StandardDeviation">√(Σ(x − mean)²/n).</param>
/// <param name="RootMeanSquare">√(Σx²/n).</param>
/// <param name="IsConstant">Every value is the same number.</param>
internal sealed record ColumnFacts(double Mean, double StandardDeviation, double RootMeanSquare, bool IsConstant)
{
    private const int BlockRows = 4096;

    /// <summary>Looks at a column.</summary>
    /// <exception cref="InvalidModelDataException">A value is not finite; the message names column and
    /// row.</exception>
    internal static ColumnFacts Of(ClusteredDesign design, DesignColumn column)
    {
        int n = column.Length;
        var rows = new int[Math.Min(n, BlockRows)];
        var scratch = new double[rows.Length];
        double first = 0, sum = 0, squares = 0;
        bool constant = true;
        for (int start = 0; start < n; start += BlockRows)
        {
            ReadOnlySpan<double> values = column.Slice(start, Math.Min(BlockRows, n - start), rows, scratch);
            if (start == 0) first = values[0];
            (double blockSum, double blockSquares, bool same) = Deviations(values, first);
            if (!double.IsFinite(blockSquares)) RequireFinite(design, column, values, start);
            sum += blockSum;
            squares += blockSquares;
            constant &= same;
        }

        double meanDeviation = n == 0 ? 0 : sum / n;
        double variance = n == 0 ? 0 : Math.Max(0, (squares / n) - (meanDeviation * meanDeviation));
        double mean = first + meanDeviation;
        return new ColumnFacts(mean, Math.Sqrt(variance), Math.Sqrt(variance + (mean * mean)), constant);
    }

    // Σd and Σd² with d = x − origin, and whether every d is 0.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (double Sum, double Squares, bool Same) Deviations(ReadOnlySpan<double> values, double origin)
    {
        ref double x = ref MemoryMarshal.GetReference(values);
        Vector512<double> about = Vector512.Create(origin), sums = default, squares = default, differs = default;
        int whole = values.Length / Vector512<double>.Count * Vector512<double>.Count;
        for (int i = 0; i < whole; i += Vector512<double>.Count)
        {
            Vector512<double> d = Vector512.LoadUnsafe(ref x, (nuint)i) - about;
            sums += d;
            squares += d * d;
            differs |= ~Vector512.Equals(d, Vector512<double>.Zero);
        }

        double sum = Vector512.Sum(sums), square = Vector512.Sum(squares);
        bool same = Vector512.EqualsAll(differs.AsInt64(), Vector512<long>.Zero);
        for (int i = whole; i < values.Length; i++)
        {
            double d = values[i] - origin;
            sum += d;
            square += d * d;
            same &= d == 0;
        }

        return (sum, square, same);
    }

    private static void RequireFinite(
        ClusteredDesign design, DesignColumn column, ReadOnlySpan<double> values, int start)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (double.IsFinite(values[i])) continue;
            throw new InvalidModelDataException(string.Create(
                CultureInfo.InvariantCulture,
                $"Column '{column.Name}' holds {values[i]} in {design.RowLabel(start + i)}; every value must be a " +
                $"finite number. Mend the value, or mark it as missing (an empty field or NA)."));
        }
    }
}

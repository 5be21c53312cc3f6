using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Glmm.Sparse.LinearAlgebra;

/// <summary>
/// Cholesky factorisation A = LLᵀ of eight small symmetric blocks at once: the scalar algorithm on
/// <see cref="Vector512{T}"/>, one lane one cluster.
/// </summary>
/// <remarks>
/// <para>A block is its lower triangle packed row by row: element (i, j), j ≤ i, lies at i(i+1)/2 + j, and each element
/// is one vector of eight clusters. Lanes never mix: a block that is not positive definite spoils no other.</para>
/// <para>Products are fused with their sums, so results are the same bits on every processor, however wide its vectors.
/// Golub &amp; Van Loan, Matrix Computations, 4th ed., §4.2. Nothing is allocated.</para>
/// <para>Spans should start at a multiple of 64 bytes (<see cref="AlignedBuffer"/>): off it, solves took twice as long.
/// Methods are optimised when first called: until the tiered compiler gets to them on a busy machine, a short fit is
/// over. Compiling the loops for a constant q was tried for q up to 4 and gained nothing.</para>
/// </remarks>
public static unsafe class LaneCholesky
{
    /// <summary>Blocks that one vector holds.</summary>
    public const int Lanes = 8;

    /// <summary>Where element (i, j) of the lower triangle lies.</summary>
    /// <param name="i">Row.</param>
    /// <param name="j">Column, at most <paramref name="i"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int PackedIndex(int i, int j) => i * (i + 1) / 2 + j;

    /// <summary>Number of elements of a packed lower triangle, q(q+1)/2.</summary>
    /// <param name="q">Order of the blocks.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int PackedLength(int q) => q * (q + 1) / 2;

    /// <summary>Overwrites A with its factor L.</summary>
    /// <param name="a">Packed lower triangles, at least q(q+1)/2 vectors.</param>
    /// <param name="q">Order of the blocks.</param>
    /// <returns>
    /// All bits set in the lanes whose block is positive definite and finite. From its first bad pivot on, a failing
    /// lane holds NaN, which every later step on it passes on.
    /// </returns>
    public static Vector512<double> Factor(Span<Vector512<double>> a, int q) =>
        Factor(ref First(a, PackedLength(q)), q, ref Unsafe.NullRef<Vector512<double>>());

    /// <summary>Overwrites A with its factor L, and keeps 1/l_jj for the solves that follow.</summary>
    /// <param name="a">Packed lower triangles, q(q+1)/2 vectors.</param>
    /// <param name="q">Order of the blocks.</param>
    /// <param name="reciprocals">Overwritten, q vectors.</param>
    /// <returns>As for <see cref="Factor(Span{Vector512{double}}, int)"/>.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<double> Factor(Vector512<double>* a, int q, Vector512<double>* reciprocals) =>
        Factor(ref *a, q, ref *reciprocals);

    // One division a pivot, as a division takes as long as ten products.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Vector512<double> Factor(
        ref Vector512<double> h, int q, ref Vector512<double> reciprocals)
    {
        Vector512<double> definite = Vector512<double>.AllBitsSet;
        Vector512<double> infinity = Vector512.Create(double.PositiveInfinity);
        Vector512<double> nan = Vector512.Create(double.NaN);

        for (int j = 0; j < q; j++)
        {
            ref Vector512<double> rowJ = ref Unsafe.Add(ref h, PackedIndex(j, 0));
            Vector512<double> pivot = MinusDot(Unsafe.Add(ref rowJ, j), ref rowJ, ref rowJ, j);
            Vector512<double> good = Vector512.GreaterThan(pivot, Vector512<double>.Zero) // NaN fails too
                & Vector512.LessThan(pivot, infinity);
            definite &= good;

            Vector512<double> diagonal = Vector512.Sqrt(Vector512.ConditionalSelect(good, pivot, nan));
            Vector512<double> reciprocal = Vector512<double>.One / diagonal;
            Unsafe.Add(ref rowJ, j) = diagonal;
            if (!Unsafe.IsNullRef(ref reciprocals)) Unsafe.Add(ref reciprocals, j) = reciprocal;
            for (int i = j + 1; i < q; i++)
            {
                ref Vector512<double> rowI = ref Unsafe.Add(ref h, PackedIndex(i, 0));
                Unsafe.Add(ref rowI, j) = MinusDot(Unsafe.Add(ref rowI, j), ref rowI, ref rowJ, j) * reciprocal;
            }
        }

        return definite;
    }

    /// <summary>Solves Lx = b in place.</summary>
    /// <param name="l">The factor.</param>
    /// <param name="q">Order of the blocks.</param>
    /// <param name="b">q vectors, overwritten by x.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SolveLower(ReadOnlySpan<Vector512<double>> l, int q, Span<Vector512<double>> b)
    {
        ref Vector512<double> factor = ref First(l, PackedLength(q));
        ref Vector512<double> x = ref First(b, q);
        for (int i = 0; i < q; i++)
        {
            ref Vector512<double> rowI = ref Unsafe.Add(ref factor, PackedIndex(i, 0));
            Unsafe.Add(ref x, i) = MinusDot(Unsafe.Add(ref x, i), ref rowI, ref x, i) / Unsafe.Add(ref rowI, i);
        }
    }

    /// <summary>Solves Lx = b in place by products alone.</summary>
    /// <param name="l">The factor.</param>
    /// <param name="reciprocals">1/l_jj, q vectors.</param>
    /// <param name="q">Order of the blocks.</param>
    /// <param name="b">q vectors, overwritten by x.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void SolveLower(
        Vector512<double>* l, Vector512<double>* reciprocals, int q, Vector512<double>* b)
    {
        for (int i = 0; i < q; i++, l += i)
            b[i] = MinusDot(b[i], ref *l, ref *b, i) * reciprocals[i];
    }

    /// <summary>Solves Lᵀx = b in place by products alone.</summary>
    /// <param name="l">The factor.</param>
    /// <param name="reciprocals">1/l_jj, q vectors.</param>
    /// <param name="q">Order of the blocks.</param>
    /// <param name="b">q vectors, overwritten by x.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void SolveLowerTransposed(
        Vector512<double>* l, Vector512<double>* reciprocals, int q, Vector512<double>* b)
    {
        for (int i = q - 1; i >= 0; i--)
        {
            Vector512<double>* row = l + PackedIndex(i, 0);
            Vector512<double> x = b[i] * reciprocals[i], minus = -x;
            b[i] = x;
            for (int j = 0; j < i; j++) b[j] = Vector512.FusedMultiplyAdd(minus, row[j], b[j]);
        }
    }

    /// <summary>target = L⁻¹S for a q×q matrix S of numbers that all lanes share.</summary>
    /// <param name="l">The factor.</param>
    /// <param name="reciprocals">1/l_jj, q vectors.</param>
    /// <param name="q">Order of the blocks.</param>
    /// <param name="shared">S row by row, q².</param>
    /// <param name="target">q² vectors; element (r, c) goes to r·rowStep + c·columnStep.</param>
    /// <param name="rowStep">q for the result row by row, 1 for its transpose.</param>
    /// <param name="columnStep">1 for the result row by row, q for its transpose.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void SolveLowerShared(
        Vector512<double>* l, Vector512<double>* reciprocals, int q, double* shared, Vector512<double>* target,
        int rowStep, int columnStep)
    {
        for (int r = 0; r < q; r++, l += r, shared += q)
        {
            Vector512<double> scale = reciprocals[r];
            Vector512<double>* column = target;
            for (int c = 0; c < q; c++, column += columnStep)
            {
                Vector512<double> negated = Vector512.Create(-shared[c]);
                for (int e = 0; e < r; e++)
                    negated = Vector512.FusedMultiplyAdd(l[e], column[e * rowStep], negated);
                column[r * rowStep] = -negated * scale;
            }
        }
    }

    /// <summary>Solves Lᵀx = b in place.</summary>
    /// <param name="l">The factor.</param>
    /// <param name="q">Order of the blocks.</param>
    /// <param name="b">q vectors, overwritten by x.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SolveLowerTransposed(ReadOnlySpan<Vector512<double>> l, int q, Span<Vector512<double>> b)
    {
        ref Vector512<double> factor = ref First(l, PackedLength(q));
        ref Vector512<double> x = ref First(b, q);
        for (int i = q - 1; i >= 0; i--)
        {
            ref Vector512<double> rowI = ref Unsafe.Add(ref factor, PackedIndex(i, 0));
            Vector512<double> xi = Unsafe.Add(ref x, i) / Unsafe.Add(ref rowI, i);
            Unsafe.Add(ref x, i) = xi;
            Vector512<double> minus = -xi;
            for (int j = 0; j < i; j++)
                Unsafe.Add(ref x, j) = Vector512.FusedMultiplyAdd(minus, Unsafe.Add(ref rowI, j), Unsafe.Add(ref x, j));
        }
    }

    /// <summary>Solves Ax = b in place, A = LLᵀ.</summary>
    /// <param name="l">The factor.</param>
    /// <param name="q">Order of the blocks.</param>
    /// <param name="b">q vectors, overwritten by x.</param>
    public static void Solve(ReadOnlySpan<Vector512<double>> l, int q, Span<Vector512<double>> b)
    {
        SolveLower(l, q, b);
        SolveLowerTransposed(l, q, b);
    }

    /// <summary>log|A| = 2 Σ log l_jj; NaN in lanes that failed.</summary>
    /// <param name="l">The factor.</param>
    /// <param name="q">Order of the blocks.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Vector512<double> LogDeterminant(ReadOnlySpan<Vector512<double>> l, int q)
    {
        LaneLogSum half = LaneLogSum.Zero;
        AddLogDiagonal(l, q, ref half);
        return 2 * half.Value();
    }

    /// <summary>Adds Σ log l_jj = ½ log|A| to a sum over many blocks, which takes one logarithm in the end.</summary>
    /// <param name="l">The factor.</param>
    /// <param name="q">Order of the blocks.</param>
    /// <param name="sum">The sum.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // lets a caller's loop keep the sum in registers
    public static void AddLogDiagonal(ReadOnlySpan<Vector512<double>> l, int q, ref LaneLogSum sum)
    {
        ref Vector512<double> factor = ref First(l, PackedLength(q));
        for (int j = 0; j < q; j++)
            sum.Add(Unsafe.Add(ref factor, PackedIndex(j, j)));
    }

    /// <summary>Adds Σ log l_jj as its public twin does.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void AddLogDiagonal(Vector512<double>* l, int q, ref LaneLogSum sum)
    {
        for (int j = 0; j < q; j++) sum.Add(l[PackedIndex(j, j)]);
    }

    /// <summary>A⁻¹ = L⁻ᵀL⁻¹.</summary>
    /// <param name="l">The factor.</param>
    /// <param name="q">Order of the blocks.</param>
    /// <param name="inverse">Takes the packed lower triangles of A⁻¹; may be <paramref name="l"/> itself.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Invert(ReadOnlySpan<Vector512<double>> l, int q, Span<Vector512<double>> inverse)
    {
        l[..PackedLength(q)].CopyTo(inverse);
        ref Vector512<double> m = ref First(inverse, PackedLength(q));
        InvertLower(ref m, q);

        // Element (i, j) of MᵀM needs rows i and below of M only; within row i the diagonal, needed by all, goes last.
        for (int i = 0; i < q; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                Vector512<double> sum = Vector512<double>.Zero;
                for (int r = i; r < q; r++)
                {
                    ref Vector512<double> rowR = ref Unsafe.Add(ref m, PackedIndex(r, 0));
                    sum = Vector512.FusedMultiplyAdd(Unsafe.Add(ref rowR, i), Unsafe.Add(ref rowR, j), sum);
                }

                Unsafe.Add(ref m, PackedIndex(i, j)) = sum;
            }
        }
    }

    // M = L⁻¹ over L: row i is −(Σ_{r<i} l_ir M_r) / l_ii; column j needs l_ir with r ≥ j only, so j ascends.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void InvertLower(ref Vector512<double> m, int q)
    {
        for (int i = 0; i < q; i++)
        {
            ref Vector512<double> rowI = ref Unsafe.Add(ref m, PackedIndex(i, 0));
            Vector512<double> reciprocal = Vector512<double>.One / Unsafe.Add(ref rowI, i);
            for (int j = 0; j < i; j++)
            {
                Vector512<double> sum = Vector512<double>.Zero;
                for (int r = j; r < i; r++)
                {
                    Vector512<double> above = Unsafe.Add(ref m, PackedIndex(r, j));
                    sum = Vector512.FusedMultiplyAdd(Unsafe.Add(ref rowI, r), above, sum);
                }

                Unsafe.Add(ref rowI, j) = -sum * reciprocal;
            }

            Unsafe.Add(ref rowI, i) = reciprocal;
        }
    }

    // start − Σ_{m<count} x_m y_m. It runs on the negated sum, which rounds the same and spares a negation per product.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> MinusDot(
        Vector512<double> start, ref Vector512<double> x, ref Vector512<double> y, int count)
    {
        Vector512<double> negated = -start;
        for (int m = 0; m < count; m++)
            negated = Vector512.FusedMultiplyAdd(Unsafe.Add(ref x, m), Unsafe.Add(ref y, m), negated);
        return -negated;
    }

    // The one bounds check: after it every index below the required length is safe without another.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref Vector512<double> First(ReadOnlySpan<Vector512<double>> span, int required)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(span.Length, required, nameof(span));
        return ref MemoryMarshal.GetReference(span);
    }
}

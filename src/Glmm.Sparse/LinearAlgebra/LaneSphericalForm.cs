using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Glmm.Sparse.LinearAlgebra;

/// <summary>
/// I + ΛᵀGΛ for eight symmetric blocks G at once: the Hessian of the spherical effects u, β = Λu, which stays regular
/// where D = ΛΛᵀ is singular.
/// </summary>
/// <remarks>Storage and rounding as in <see cref="LaneCholesky"/>. Nothing is allocated.</remarks>
public static unsafe class LaneSphericalForm
{
    /// <summary>target = I + ΛᵀGΛ.</summary>
    /// <param name="g">Packed lower triangles of G, such as Z_iᵀW_iZ_i.</param>
    /// <param name="lambda">Λ, q×q row by row, the same for all blocks; the lower triangle is read.</param>
    /// <param name="q">Order of the blocks.</param>
    /// <param name="column">Working space of q vectors.</param>
    /// <param name="target">Takes the packed lower triangles; apart from <paramref name="g"/>.</param>
    public static void Assemble(
        ReadOnlySpan<Vector512<double>> g, ReadOnlySpan<double> lambda, int q, Span<Vector512<double>> column,
        Span<Vector512<double>> target)
    {
        // These four checks make every index below safe.
        ref Vector512<double> cross = ref MemoryMarshal.GetReference(g[..LaneCholesky.PackedLength(q)]);
        ref Vector512<double> form = ref MemoryMarshal.GetReference(target[..LaneCholesky.PackedLength(q)]);
        ref double factor = ref MemoryMarshal.GetReference(lambda[..(q * q)]);
        ref Vector512<double> t = ref MemoryMarshal.GetReference(column[..q]);
        Assemble(ref cross, ref factor, q, ref t, ref form);
    }

    /// <summary>target = I + ΛᵀGΛ, unchecked.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Assemble(
        Vector512<double>* g, double* lambda, int q, Vector512<double>* column, Vector512<double>* target) =>
        Assemble(ref *g, ref *lambda, q, ref *column, ref *target);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Assemble(
        ref Vector512<double> cross, ref double factor, int q, ref Vector512<double> t, ref Vector512<double> form)
    {
        for (int j = 0; j < q; j++)
        {
            // Rows j and below of t = GΛ_j; Λ_j starts at row j. Then rows j and below of Λᵀt.
            for (int s = j; s < q; s++)
                Unsafe.Add(ref t, s) = RowTimesColumn(ref cross, ref factor, s, j, q);

            for (int i = j; i < q; i++)
            {
                Vector512<double> sum = i == j ? Vector512<double>.One : Vector512<double>.Zero;
                for (int s = i; s < q; s++)
                    sum = Vector512.FusedMultiplyAdd(Element(ref factor, s * q + i), Unsafe.Add(ref t, s), sum);
                Unsafe.Add(ref form, LaneCholesky.PackedIndex(i, j)) = sum;
            }
        }
    }

    // Row s of the symmetric G, left of its diagonal and then, down the column below it, times column j of Λ; j ≤ s.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> RowTimesColumn(
        ref Vector512<double> cross, ref double factor, int s, int j, int q)
    {
        Vector512<double> sum = Vector512<double>.Zero;
        ref Vector512<double> row = ref Unsafe.Add(ref cross, LaneCholesky.PackedIndex(s, 0));
        for (int r = j; r <= s; r++)
            sum = Vector512.FusedMultiplyAdd(Unsafe.Add(ref row, r), Element(ref factor, r * q + j), sum);
        for (int r = s + 1; r < q; r++)
        {
            Vector512<double> below = Unsafe.Add(ref cross, LaneCholesky.PackedIndex(r, s));
            sum = Vector512.FusedMultiplyAdd(below, Element(ref factor, r * q + j), sum);
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Element(ref double matrix, int index) =>
        Vector512.Create(Unsafe.Add(ref matrix, index));
}

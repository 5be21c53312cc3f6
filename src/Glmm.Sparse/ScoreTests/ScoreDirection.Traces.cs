using System.Runtime.CompilerServices;
using Glmm.Sparse.LinearAlgebra;

namespace Glmm.Sparse.ScoreTests;

/// <content>Traces of powers of MP, and its eigenvalues.</content>
internal sealed partial class ScoreDirection
{
    /// <summary>The nonzero eigenvalues of MP, where there are at most so many, else none.</summary>
    internal double[] Eigenvalues(int most)
    {
        ScoreRows rows = _state.Rows;
        int p = rows.FixedCount, k = rows.ClusterCount, size = k * _rank;
        if (size > most) return [];
        double[] matrix = new double[size * size], values = new double[size];
        for (int a = 0; a < size; a++)
        {
            int cluster = a / _rank;
            for (int b = 0; b < size; b++)
            {
                matrix[(a * size) + b] = -FusedSums.Dot(_cross.AsSpan(a * p, p), _cross.AsSpan(b * p, p));
                if (b / _rank == cluster)
                    matrix[(a * size) + b] += _information[(a * _rank) + (b % _rank)];
            }
        }

        SymmetricEigenvalues.Compute(matrix, size, values);
        return values;
    }

    // tr(MP)ʲ from the clusters' A = Σ w f fᵀ and whitened C = L⁻¹Σ w x fᵀ: MP has the eigenvalues of
    // blockdiag(A) − CᵀC.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Traces()
    {
        int p = _state.Rows.FixedCount, square = _rank * _rank;
        Array.Clear(_first);
        Array.Clear(_second);
        Array.Clear(_third);
        Span<double> left = stackalloc double[p], twice = stackalloc double[square];
        double trace = 0, trace2 = 0, trace3 = 0;
        for (int i = 0; i < _state.Rows.ClusterCount; i++)
        {
            ReadOnlySpan<double> a = _information.AsSpan(i * square, square);
            ReadOnlySpan<double> c = _cross.AsSpan(i * _rank * p, _rank * p);
            for (int e = 0; e < _rank; e++)
            {
                trace += a[(e * _rank) + e];
                for (int f = 0; f < _rank; f++)
                {
                    double sum = 0;
                    for (int m = 0; m < _rank; m++) sum += a[(e * _rank) + m] * a[(m * _rank) + f];
                    twice[(e * _rank) + f] = sum;
                    trace2 += a[(e * _rank) + f] * a[(e * _rank) + f];
                    trace3 += sum * a[(e * _rank) + f];
                }
            }

            for (int e = 0; e < _rank; e++)
            {
                ReadOnlySpan<double> right = c.Slice(e * p, p);
                AddProduct(right, right, _first);
                Combine(a.Slice(e * _rank, _rank), c, left);
                AddProduct(left, right, _second);
                Combine(twice.Slice(e * _rank, _rank), c, left);
                AddProduct(left, right, _third);
            }
        }

        for (int i = 0; i < p; i++)
        {
            trace -= _first[(i * p) + i];
            trace2 -= 2 * _second[(i * p) + i];
            trace3 -= 3 * _third[(i * p) + i];
            for (int j = 0; j < p; j++)
            {
                double product = 0;
                for (int e = 0; e < p; e++) product += _first[(i * p) + e] * _first[(e * p) + j];
                trace2 += _first[(i * p) + j] * _first[(j * p) + i];
                trace3 += (3 * _first[(i * p) + j] * _second[(j * p) + i]) - (product * _first[(j * p) + i]);
            }
        }

        (_trace, _trace2, _trace3) = (trace, trace2, trace3);
    }

    private static void Combine(ReadOnlySpan<double> factors, ReadOnlySpan<double> vectors, Span<double> combination)
    {
        combination.Clear();
        for (int m = 0; m < factors.Length; m++)
            FusedSums.AddMultiple(factors[m], vectors.Slice(m * combination.Length, combination.Length), combination);
    }

    private static void AddProduct(ReadOnlySpan<double> left, ReadOnlySpan<double> right, double[] sum)
    {
        int p = left.Length;
        for (int i = 0; i < p; i++)
        {
            for (int j = 0; j < p; j++) sum[(i * p) + j] += left[i] * right[j];
        }
    }
}

using System.Globalization;
using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Model;
using Glmm.Sparse.Model.Covariance;

namespace Glmm.Sparse.Inference;

/// <summary>The directions in which D can leave 0: matrices G = FFᵀ of its structure. Immutable.</summary>
internal sealed class VarianceDirections
{
    private readonly double[][] _matrices;

    private VarianceDirections(int q, string[] names, double[][] matrices) =>
        (Dimension, Names, _matrices) = (q, names, matrices);

    /// <summary>q.</summary>
    internal int Dimension { get; }

    /// <summary>What each is called.</summary>
    internal string[] Names { get; }

    /// <summary>The variance components of a design whose G_l is positive semidefinite; the variance of each random
    /// effect where there is none.</summary>
    internal static VarianceDirections Of(ClusteredDesign design)
    {
        CovarianceStructure structure = design.Covariance;
        int q = structure.Dimension;
        var names = new List<string>();
        var matrices = new List<double[]>();
        for (int l = 0; l < structure.ComponentCount; l++)
        {
            var g = new double[q * q];
            structure.BasisInto(l, g);
            if (!IsVariance(g, q)) continue;
            int effect = SingleEffect(g, q);
            names.Add(effect >= 0
                ? design.RandomEffects[effect].Name
                : string.Create(CultureInfo.InvariantCulture, $"{structure.Name} component {l + 1}"));
            matrices.Add(g);
        }

        if (names.Count > 0) return new VarianceDirections(q, [.. names], [.. matrices]);
        for (int a = 0; a < q; a++)
        {
            var g = new double[q * q];
            g[(a * q) + a] = 1;
            names.Add(design.RandomEffects[a].Name);
            matrices.Add(g);
        }

        return new VarianceDirections(q, [.. names], [.. matrices]);
    }

    /// <summary>F of one, q×r.</summary>
    internal double[] Factor(int direction) => Factor(_matrices[direction], Dimension);

    /// <summary>F of Σ_l c_l G_l, q×r; r is that of all directions together, whatever the weights.</summary>
    /// <param name="weights">c, above 0.</param>
    internal double[] Factor(ReadOnlySpan<double> weights)
    {
        var sum = new double[Dimension * Dimension];
        for (int l = 0; l < _matrices.Length; l++)
        {
            for (int e = 0; e < sum.Length; e++) sum[e] += weights[l] * _matrices[l][e];
        }

        return Factor(sum, Dimension);
    }

    // Eigenvectors times roots of the eigenvalues, those of 0 left out.
    private static double[] Factor(double[] matrix, int q)
    {
        double[] values = new double[q], vectors = new double[q * q];
        SymmetricEigen.Decompose((double[])matrix.Clone(), q, values, vectors);
        double least = 1e-12 * values.Max();
        int[] used = [.. Enumerable.Range(0, q).Where(e => values[e] > least)];
        var factor = new double[q * used.Length];
        for (int a = 0; a < q; a++)
        {
            for (int e = 0; e < used.Length; e++)
                factor[(a * used.Length) + e] = vectors[(a * q) + used[e]] * Math.Sqrt(values[used[e]]);
        }

        return factor;
    }

    private static bool IsVariance(double[] matrix, int q)
    {
        double[] values = new double[q], vectors = new double[q * q];
        SymmetricEigen.Decompose((double[])matrix.Clone(), q, values, vectors);
        return values.Max() > 0 && values.Min() >= -1e-12 * values.Max();
    }

    // The a of G = e_a e_aᵀ, or −1.
    private static int SingleEffect(double[] matrix, int q)
    {
        int found = -1;
        for (int e = 0; e < matrix.Length; e++)
        {
            if (matrix[e] == 0) continue;
            if (found >= 0 || e / q != e % q) return -1;
            found = e / q;
        }

        return found;
    }
}

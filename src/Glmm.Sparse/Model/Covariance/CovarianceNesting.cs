using Glmm.Sparse.LinearAlgebra;

namespace Glmm.Sparse.Model.Covariance;

/// <summary>
/// How a covariance structure contains another, of some of its random effects: D₀ = {Σ τ²_l G_l} must lie in the span
/// of the larger basis, and what the larger has more are directions that are free in both senses and directions that
/// start on the boundary, D ⪰ 0.
/// </summary>
/// <remarks>
/// At a D that is regular on the old effects and 0 on the new ones, the feasible directions E are those whose block on
/// the new effects is positive semidefinite (Stram &amp; Lee 1994): all else is free.
/// </remarks>
/// <param name="Free">Directions in which D may move both ways.</param>
/// <param name="Boundary">Dimension of the block on the new effects.</param>
/// <param name="IsOrthant">Whether its positive semidefinite members are the non-negative combinations of its basis, so
/// that each is a boundary of one parameter.</param>
internal readonly record struct CovarianceNesting(int Free, int Boundary, bool IsOrthant)
{
    private const double Rounding = 1e-9;

    /// <summary>Compares two structures.</summary>
    /// <param name="smaller">The smaller one; null for no random effects at all.</param>
    /// <param name="larger">The larger one.</param>
    /// <param name="place">Where each random effect of the smaller stands among the larger's.</param>
    /// <returns>How it is contained; null where it is not.</returns>
    internal static CovarianceNesting? Of(
        CovarianceStructure? smaller, CovarianceStructure larger, IReadOnlyList<int> place)
    {
        int q = larger.Dimension, m = larger.ComponentCount, known = smaller?.ComponentCount ?? 0;
        double[][] basis = Basis(larger, q, [.. Enumerable.Range(0, q)]);
        List<double[]> span = Orthonormal(basis);
        if (smaller is not null)
        {
            foreach (double[] g in Basis(smaller, q, place))
            {
                if (Norm(Remainder(g, span)) > Rounding * Norm(g)) return null;
            }
        }

        bool[] isNew = [.. Enumerable.Range(0, q).Select(a => !place.Contains(a))];
        var blocks = new List<double[]>();
        foreach (double[] g in basis)
        {
            double[] block = [.. g];
            for (int e = 0; e < block.Length; e++)
            {
                if (!isNew[e / q] || !isNew[e % q]) block[e] = 0;
            }

            if (Norm(block) > 0) blocks.Add(block);
        }

        int boundary = Orthonormal(blocks).Count;
        return new CovarianceNesting(m - boundary - known, boundary, IsOrthantOf(blocks, boundary, q));
    }

    // Positive semidefinite matrices whose ranges are orthogonal: a combination is one where no coefficient is
    // negative.
    private static bool IsOrthantOf(List<double[]> blocks, int dimension, int q)
    {
        if (blocks.Count != dimension) return false;
        var values = new double[q];
        foreach (double[] block in blocks)
        {
            SymmetricEigen.Decompose([.. block], q, values, new double[q * q]);
            if (values.Min() < -Rounding * Norm(block)) return false;
        }

        for (int l = 0; l < blocks.Count; l++)
        {
            for (int m = 0; m < l; m++)
            {
                // tr(GH) = 0 for G, H ⪰ 0 means GH = 0.
                double product = 0;
                for (int e = 0; e < q * q; e++) product += blocks[l][e] * blocks[m][e];
                if (product > Rounding * Norm(blocks[l]) * Norm(blocks[m])) return false;
            }
        }

        return true;
    }

    // G_l of a structure, put where its random effects stand among q.
    private static double[][] Basis(CovarianceStructure structure, int q, IReadOnlyList<int> place)
    {
        int own = structure.Dimension;
        var basis = new double[structure.ComponentCount][];
        var g = new double[own * own];
        for (int l = 0; l < basis.Length; l++)
        {
            structure.BasisInto(l, g);
            basis[l] = new double[q * q];
            for (int a = 0; a < own; a++)
            {
                for (int b = 0; b < own; b++) basis[l][(place[a] * q) + place[b]] = g[(a * own) + b];
            }
        }

        return basis;
    }

    private static List<double[]> Orthonormal(IReadOnlyList<double[]> vectors)
    {
        var span = new List<double[]>();
        foreach (double[] vector in vectors)
        {
            double[] rest = Remainder(vector, span);
            double norm = Norm(rest);
            if (norm > Rounding * Norm(vector)) span.Add([.. rest.Select(v => v / norm)]);
        }

        return span;
    }

    // Twice, so that nothing is left but rounding.
    private static double[] Remainder(double[] vector, List<double[]> span)
    {
        double[] rest = [.. vector];
        for (int round = 0; round < 2; round++)
        {
            foreach (double[] direction in span)
            {
                double product = 0;
                for (int e = 0; e < rest.Length; e++) product += direction[e] * rest[e];
                for (int e = 0; e < rest.Length; e++) rest[e] -= product * direction[e];
            }
        }

        return rest;
    }

    private static double Norm(double[] vector) => Math.Sqrt(vector.Sum(v => v * v));
}

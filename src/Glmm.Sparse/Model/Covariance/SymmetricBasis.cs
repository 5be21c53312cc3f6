using Glmm.Sparse.LinearAlgebra;

namespace Glmm.Sparse.Model.Covariance;

/// <summary>Bases of symmetric q×q matrices, each q² numbers row by row.</summary>
internal static class SymmetricBasis
{
    /// <summary>⟨F, G⟩ = Σ F_ab G_ab.</summary>
    internal static double Inner(ReadOnlySpan<double> f, ReadOnlySpan<double> g)
    {
        double sum = 0;
        for (int e = 0; e < f.Length; e++) sum += f[e] * g[e];
        return sum;
    }

    /// <summary>The H_l with ⟨H_l, G_m⟩ = δ_lm.</summary>
    /// <exception cref="InvalidModelOptionException">The matrices are linearly dependent.</exception>
    internal static double[][] Dual(double[][] basis)
    {
        int m = basis.Length;
        var gram = new double[m * m];
        for (int l = 0; l < m; l++)
        {
            for (int j = 0; j < m; j++) gram[(l * m) + j] = Inner(basis[l], basis[j]);
        }

        var values = new double[m];
        var vectors = new double[m * m];
        SymmetricEigen.Decompose(gram, m, values, vectors);
        if (values.Min() <= 1e-12 * values.Max())
            throw new InvalidModelOptionException("The matrices of the covariance basis are linearly dependent.");
        var dual = new double[m][];
        for (int l = 0; l < m; l++)
        {
            dual[l] = new double[basis[0].Length];
            for (int j = 0; j < m; j++)
            {
                double inverse = 0;
                for (int e = 0; e < m; e++) inverse += vectors[(l * m) + e] * vectors[(j * m) + e] / values[e];
                for (int e = 0; e < dual[l].Length; e++) dual[l][e] += inverse * basis[j][e];
            }
        }

        return dual;
    }

    /// <summary>Checks a user's basis and makes the structure that suits it.</summary>
    /// <param name="basis">m symmetric q×q matrices.</param>
    /// <exception cref="InvalidModelOptionException">A matrix is not of that kind; the message says which.</exception>
    internal static CovarianceStructure CreateStructure(IReadOnlyList<double[,]> basis)
    {
        ArgumentNullException.ThrowIfNull(basis);
        if (basis.Count == 0)
            throw new InvalidModelOptionException("The covariance basis has no matrix; give at least one.");
        int q = basis[0].GetLength(0);
        bool semidefinite = true;
        for (int l = 0; l < basis.Count; l++)
        {
            double[,] g = basis[l];
            if (q == 0 || g.GetLength(0) != q || g.GetLength(1) != q)
            {
                throw new InvalidModelOptionException(
                    $"Matrix {l + 1} of the covariance basis is {g.GetLength(0)}×{g.GetLength(1)}; all must be " +
                    $"q×q like the first.");
            }

            double[] flat = [.. g.Cast<double>()];
            double largest = flat.Max(Math.Abs);
            if (!(largest > 0) || flat.Any(value => !double.IsFinite(value)))
                throw new InvalidModelOptionException($"Matrix {l + 1} of the covariance basis is 0 or not finite.");
            for (int a = 0; a < q; a++)
            {
                for (int b = 0; b < a; b++)
                {
                    if (Math.Abs(g[a, b] - g[b, a]) > 1e-12 * largest)
                    {
                        throw new InvalidModelOptionException(
                            $"Matrix {l + 1} of the covariance basis is not symmetric.");
                    }
                }
            }

            var values = new double[q];
            SymmetricEigen.Decompose(flat, q, values, new double[q * q]);
            semidefinite &= values.Min() >= -1e-12 * largest;
        }

        if (semidefinite) return new LinearCovariance("linear", [.. basis], sharedScale: true);
        double[][] rows = [.. basis.Select(g => g.Cast<double>().ToArray())];
        return new BasisCovariance(rows, Dual(rows), q);
    }
}

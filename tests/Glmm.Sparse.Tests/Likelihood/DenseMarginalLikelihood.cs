using Glmm.Sparse.Model;

namespace Glmm.Sparse.Tests.Likelihood;

/// <summary>
/// The marginal log-likelihood of a mixed model by Laplace's approximation and adaptive Gauss–Hermite quadrature, one
/// cluster after the other, with all constants: a plain scalar program, written from the definitions to judge the engine by.
/// </summary>
/// <remarks>
/// In spherical effects, b = Λu with D = ΛΛᵀ and Λ lower triangular, the cluster's integrand is exp g(u)/(2π)^(q/2) with
/// g(u) = Σ log f(y|o + xᵀα + zᵀΛu) − ½uᵀu. About its mode û, with M = I + ΛᵀZᵀWZΛ = LLᵀ, quadrature takes
/// log Σ_k w_k exp(g(û + √2 L⁻ᵀz_k) + |z_k|²) − ½ log|M| − (q/2) log π; one node gives Laplace's approximation.
/// </remarks>
internal sealed class DenseMarginalLikelihood
{
    private readonly int _q;
    private readonly double[] _y;
    private readonly double[] _omega;
    private readonly double[] _offset;
    private readonly double[][] _x;
    private readonly double[][] _z;
    private readonly int[][] _rows;

    internal DenseMarginalLikelihood(ClusteredDesign design)
    {
        int n = design.Observations;
        _q = design.RandomEffects.Count;
        _y = design.Response.ToArray();
        _omega = design.PriorWeights?.ToArray() ?? [.. Enumerable.Repeat(1.0, n)];
        _offset = design.Offset?.ToArray() ?? new double[n];
        _x = [.. design.FixedEffects.Select(column => column.ToArray())];
        _z = [.. design.RandomEffects.Select(column => column.ToArray())];
        int[] codes = design.Clusters.Codes.ToArray();
        _rows = [.. Enumerable.Range(0, n).GroupBy(row => codes[row]).OrderBy(rows => rows.Key).Select(rows => rows.ToArray())];
    }

    /// <summary>Number of clusters that have rows.</summary>
    internal int Clusters => _rows.Length;

    /// <summary>Σ_i g(û_i) − ½ log|M_i|.</summary>
    /// <param name="density">Family, link, φ and ξ.</param>
    /// <param name="alpha">α.</param>
    /// <param name="d">D, positive semidefinite.</param>
    /// <param name="observed">W is the observed negative second derivative; else the expected one.</param>
    internal double Laplace(ScalarDensity density, double[] alpha, double[,] d, bool observed) =>
        Quadrature(density, alpha, d, 1, observed);

    /// <summary>The same by a product rule of so many nodes for each random effect.</summary>
    internal double Quadrature(ScalarDensity density, double[] alpha, double[,] d, int nodes, bool observed)
    {
        double[,] lambda = Factor(d);
        var rule = new GaussHermite(nodes);
        double sum = 0;
        for (int i = 0; i < Clusters; i++)
        {
            ClusterIntegrand cluster = Cluster(density, alpha, lambda, i);
            sum += cluster.Quadrature(cluster.FindMode(), rule, observed);
        }

        return sum;
    }

    /// <summary>b̂ = Λû of every cluster, k×q row by row.</summary>
    internal double[] Modes(ScalarDensity density, double[] alpha, double[,] d)
    {
        double[,] lambda = Factor(d);
        return
        [
            .. Enumerable.Range(0, Clusters)
                .SelectMany(i => Multiply(lambda, Cluster(density, alpha, lambda, i).FindMode())),
        ];
    }

    /// <summary>
    /// The integral itself, for q = 1 or 2, by the trapezoidal rule about the mode, which converges geometrically for an
    /// integrand that has died out at both ends.
    /// </summary>
    /// <param name="density">Family, link, φ and ξ.</param>
    /// <param name="alpha">α.</param>
    /// <param name="d">D.</param>
    /// <param name="points">Points for each random effect.</param>
    internal double Integral(ScalarDensity density, double[] alpha, double[,] d, int points)
    {
        double[,] lambda = Factor(d);
        return Enumerable.Range(0, Clusters).Sum(i => Cluster(density, alpha, lambda, i).Integral(points));
    }

    /// <summary>The lower Cholesky factor of a matrix that may be singular: a pivot of 0 has a column of 0.</summary>
    internal static double[,] Factor(double[,] d)
    {
        int q = d.GetLength(0);
        var lambda = new double[q, q];
        for (int j = 0; j < q; j++)
        {
            double pivot = d[j, j];
            for (int m = 0; m < j; m++) pivot -= lambda[j, m] * lambda[j, m];
            if (!(pivot > 1e-15 * d[j, j])) continue;
            lambda[j, j] = Math.Sqrt(pivot);
            for (int i = j + 1; i < q; i++)
            {
                double sum = d[i, j];
                for (int m = 0; m < j; m++) sum -= lambda[i, m] * lambda[j, m];
                lambda[i, j] = sum / lambda[j, j];
            }
        }

        return lambda;
    }

    private ClusterIntegrand Cluster(ScalarDensity density, double[] alpha, double[,] lambda, int cluster)
    {
        int[] rows = _rows[cluster];
        var fixedPart = new double[rows.Length];
        var zLambda = new double[rows.Length, _q];
        for (int r = 0; r < rows.Length; r++)
        {
            int row = rows[r];
            fixedPart[r] = _offset[row];
            for (int j = 0; j < alpha.Length; j++) fixedPart[r] += alpha[j] * _x[j][row];
            for (int l = 0; l < _q; l++)
            {
                for (int m = l; m < _q; m++) zLambda[r, l] += _z[m][row] * lambda[m, l];
            }
        }

        return new ClusterIntegrand(
            density, [.. rows.Select(row => _y[row])], [.. rows.Select(row => _omega[row])], fixedPart, zLambda);
    }

    private static double[] Multiply(double[,] lambda, double[] u) =>
        [.. Enumerable.Range(0, u.Length).Select(i => Enumerable.Range(0, u.Length).Sum(j => lambda[i, j] * u[j]))];
}

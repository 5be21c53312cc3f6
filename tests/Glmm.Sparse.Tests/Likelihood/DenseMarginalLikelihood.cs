using Glmm.Sparse.Model;
using MathNet.Numerics.LinearAlgebra;

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
        Matrix<double> lambda = Factor(d);
        var rule = new GaussHermite(nodes);
        double sum = 0;
        for (int i = 0; i < Clusters; i++)
        {
            var cluster = new Cluster(this, density, alpha, lambda, i);
            sum += cluster.Quadrature(cluster.FindMode(), rule, observed);
        }

        return sum;
    }

    /// <summary>b̂ = Λû of every cluster, k×q row by row.</summary>
    internal double[] Modes(ScalarDensity density, double[] alpha, double[,] d)
    {
        Matrix<double> lambda = Factor(d);
        return
        [
            .. Enumerable.Range(0, Clusters)
                .SelectMany(i => lambda * new Cluster(this, density, alpha, lambda, i).FindMode()),
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
        Matrix<double> lambda = Factor(d);
        return Enumerable.Range(0, Clusters).Sum(i => new Cluster(this, density, alpha, lambda, i).Integral(points));
    }

    // The lower Cholesky factor of a matrix that may be singular: a pivot of 0 has a column of 0.
    private static Matrix<double> Factor(double[,] d)
    {
        int q = d.GetLength(0);
        Matrix<double> lambda = Matrix<double>.Build.Dense(q, q);
        for (int j = 0; j < q; j++)
        {
            double pivot = d[j, j] - Enumerable.Range(0, j).Sum(m => lambda[j, m] * lambda[j, m]);
            if (pivot <= 1e-15 * d[j, j]) continue;
            lambda[j, j] = Math.Sqrt(pivot);
            for (int i = j + 1; i < q; i++)
                lambda[i, j] = (d[i, j] - Enumerable.Range(0, j).Sum(m => lambda[i, m] * lambda[j, m])) / lambda[j, j];
        }

        return lambda;
    }

    /// <summary>One cluster's integrand at one α and D.</summary>
    private sealed class Cluster
    {
        private readonly ScalarDensity _density;
        private readonly double[] _y;
        private readonly double[] _omega;
        private readonly double[] _fixed;
        private readonly Matrix<double> _zLambda;

        internal Cluster(DenseMarginalLikelihood data, ScalarDensity density, double[] alpha, Matrix<double> lambda, int cluster)
        {
            int[] rows = data._rows[cluster];
            _density = density;
            _y = [.. rows.Select(row => data._y[row])];
            _omega = [.. rows.Select(row => data._omega[row])];
            _fixed = [.. rows.Select(row => data._offset[row] + alpha.Select((a, j) => a * data._x[j][row]).Sum())];
            _zLambda = Matrix<double>.Build.Dense(rows.Length, data._q, (r, l) => data._z[l][rows[r]]) * lambda;
        }

        private int Dimension => _zLambda.ColumnCount;

        /// <summary>û by Newton's method, damped where g is not concave, until rounding is all that moves it.</summary>
        internal Vector<double> FindMode()
        {
            Vector<double> u = Vector<double>.Build.Dense(Dimension);
            double value = Value(u);
            for (int iteration = 0; iteration < 500; iteration++)
            {
                ScalarDensity.Row[] rows = Rows(u);
                Vector<double> gradient = _zLambda.TransposeThisAndMultiply(
                    Vector<double>.Build.Dense([.. rows.Select(row => row.Score)])) - u;
                Vector<double> step = AscentStep(Curvature(rows, observed: true), gradient);
                double length = 1;
                Vector<double> next = u + step;
                double nextValue = Value(next);

                // Close to the mode g is flat to rounding: there a full step is safe.
                bool close = step.InfinityNorm() < 1e-5 * (1 + u.InfinityNorm());
                while (!close && !(nextValue >= value) && length > 1e-12)
                {
                    length /= 2;
                    next = u + (length * step);
                    nextValue = Value(next);
                }

                (u, value) = (next, nextValue);
                if (step.InfinityNorm() <= 1e-14 * (1 + u.InfinityNorm())) return u;
            }

            return u;
        }

        internal double Quadrature(Vector<double> mode, GaussHermite rule, bool observed)
        {
            Matrix<double> m = Curvature(Rows(mode), observed);
            Matrix<double> factor = m.Cholesky().Factor, directions = Math.Sqrt(2) * factor.Transpose().Inverse();
            double logDeterminant = 2 * factor.Diagonal().Sum(Math.Log), largest = Value(mode), sum = 0;
            int[] index = new int[Dimension];
            do
            {
                Vector<double> z = Vector<double>.Build.Dense(Dimension, l => rule.Nodes[index[l]]);
                double weight = index.Aggregate(1.0, (product, k) => product * rule.Weights[k]);
                sum += weight * Math.Exp(Value(mode + (directions * z)) - largest + (z * z));
            }
            while (Advance(index, rule.Nodes.Length));

            return largest + Math.Log(sum) - (0.5 * logDeterminant) - (0.5 * Dimension * Math.Log(Math.PI));
        }

        internal double Integral(int points)
        {
            const double Reach = 14;
            Vector<double> mode = FindMode();
            double largest = Value(mode), sum = 0, step = 2 * Reach / points;
            int[] index = new int[Dimension];
            do
            {
                Vector<double> u = Vector<double>.Build.Dense(Dimension, l => -Reach + (step * index[l]));
                sum += Math.Exp(Value(mode + u) - largest);
            }
            while (Advance(index, points + 1));

            return largest + Math.Log(sum) + (Dimension * Math.Log(step / Math.Sqrt(2 * Math.PI)));
        }

        private double Value(Vector<double> u) => Rows(u).Sum(row => row.Value) - (0.5 * (u * u));

        private ScalarDensity.Row[] Rows(Vector<double> u)
        {
            Vector<double> random = _zLambda * u;
            return [.. _y.Select((y, r) => _density.At(_fixed[r] + random[r], y, _omega[r]))];
        }

        // M = I + ΛᵀZᵀWZΛ.
        private Matrix<double> Curvature(ScalarDensity.Row[] rows, bool observed)
        {
            Matrix<double> weighted = Matrix<double>.Build.Dense(
                rows.Length, Dimension, (r, l) => (observed ? rows[r].Observed : rows[r].Expected) * _zLambda[r, l]);
            return Matrix<double>.Build.DenseIdentity(Dimension) + _zLambda.TransposeThisAndMultiply(weighted);
        }

        // M + τI is positive definite for the first τ that makes it so.
        private Vector<double> AscentStep(Matrix<double> m, Vector<double> gradient)
        {
            double smallest = m.Evd(Symmetricity.Symmetric).EigenValues.Min(value => value.Real);
            double shift = smallest > 1e-3 ? 0 : 1e-3 - smallest + (0.1 * Math.Abs(smallest));
            return (m + (shift * Matrix<double>.Build.DenseIdentity(Dimension))).Cholesky().Solve(gradient);
        }

        private static bool Advance(int[] index, int count)
        {
            for (int l = 0; l < index.Length; l++)
            {
                if (++index[l] < count) return true;
                index[l] = 0;
            }

            return false;
        }
    }
}

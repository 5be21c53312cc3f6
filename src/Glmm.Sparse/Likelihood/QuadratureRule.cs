
namespace Glmm.Sparse.Likelihood;

/// <summary>
/// Gauss–Hermite quadrature in q dimensions, the product of rules of Q points: ∫ exp(−|z|²) f(z) dz ≈ Σ w_k f(z_k).
/// Immutable and thread-safe.
/// </summary>
internal sealed class QuadratureRule
{
    private readonly double[] _points;

    /// <param name="nodes">Q, points a dimension, at least 1.</param>
    /// <param name="dimension">q.</param>
    internal QuadratureRule(int nodes, int dimension)
    {
        Nodes = nodes;
        Dimension = dimension;
        (double[] line, double[] logWeights) = Line(nodes);
        Count = checked((int)Math.Pow(nodes, dimension));
        _points = new double[Count * dimension];
        LogWeights = new double[Count];
        for (int k = 0; k < Count; k++)
        {
            for (int l = 0, rest = k; l < dimension; l++, rest /= nodes)
            {
                double z = line[rest % nodes];
                _points[(k * dimension) + l] = z;
                LogWeights[k] += logWeights[rest % nodes] + (z * z);
            }
        }
    }

    /// <summary>Q.</summary>
    internal int Nodes { get; }

    /// <summary>q.</summary>
    internal int Dimension { get; }

    /// <summary>Q to the power of q.</summary>
    internal int Count { get; }

    /// <summary>log w_k + |z_k|², where the weights of one dimension sum to 1 (theirs over √π).</summary>
    internal double[] LogWeights { get; }

    /// <summary>z_k.</summary>
    internal ReadOnlySpan<double> Point(int k) => _points.AsSpan(k * Dimension, Dimension);

    // Newton's method on the orthonormal Hermite functions, from one root to the next (Golub & Welsch 1969 give the
    // same points as eigenvalues). The weight over √π is 1/(Q h²) with h the function of degree Q − 1 at the point.
    private static (double[] Points, double[] LogWeights) Line(int nodes)
    {
        double[] points = new double[nodes], logWeights = new double[nodes];
        for (int i = 0; i < (nodes + 1) / 2; i++)
        {
            double z = Bracketed(nodes, i);
            points[i] = -z;
            points[nodes - 1 - i] = z;
            Hermite(nodes, z, out double below);
            logWeights[i] = logWeights[nodes - 1 - i] = -Math.Log(nodes * below * below);
        }

        return (points, logWeights);
    }

    // The i-th largest root, by bisection on the number of sign changes (Sturm), finished by Newton's method.
    private static double Bracketed(int nodes, int i)
    {
        if ((2 * i) + 1 == nodes) return 0;
        double low = 0, high = Math.Sqrt((2.0 * nodes) + 1);
        for (int step = 0; step < 60; step++)
        {
            double middle = 0.5 * (low + high);
            if (RootsAbove(nodes, middle) > i) low = middle;
            else high = middle;
        }

        double z = 0.5 * (low + high);
        for (int step = 0; step < 3; step++)
        {
            double value = Hermite(nodes, z, out double below);
            z -= value / (Math.Sqrt(2.0 * nodes) * below);
        }

        return z;
    }

    private static int RootsAbove(int nodes, double z)
    {
        // Sturm: the roots above z are as many as the signs that agree fail to: count the changes.
        int changes = 0;
        double before = 1, value = Math.Sqrt(2) * z;
        if (value < 0) changes++;
        for (int n = 1; n < nodes; n++)
        {
            double next = ((z * Math.Sqrt(2.0 / (n + 1)) * value) - (Math.Sqrt((double)n / (n + 1)) * before));
            if ((next < 0) != (value < 0)) changes++;
            (before, value) = (value, next);
        }

        return changes;
    }

    // The orthonormal polynomials for the weight exp(−z²)/√π: of degree Q, and of the one below.
    private static double Hermite(int nodes, double z, out double below)
    {
        double before = 0, value = 1;
        for (int n = 0; n < nodes; n++)
        {
            double next = (z * Math.Sqrt(2.0 / (n + 1)) * value) - (Math.Sqrt((double)n / (n + 1)) * before);
            (before, value) = (value, next);
        }

        below = before;
        return value;
    }
}

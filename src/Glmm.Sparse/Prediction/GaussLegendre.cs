namespace Glmm.Sparse.Prediction;

/// <summary>Gauss–Legendre quadrature with 32 points, for smooth integrands over some standard deviations.</summary>
internal static class GaussLegendre
{
    private const int Half = 16;

    private static readonly (double[] Points, double[] Weights) _rule = Rule();

    /// <summary>The positive points on (−1, 1); the others are their negatives.</summary>
    internal static ReadOnlySpan<double> Points => _rule.Points;

    /// <summary>Their weights.</summary>
    internal static ReadOnlySpan<double> Weights => _rule.Weights;

    // Newton's method on the Legendre polynomial of degree 32.
    private static (double[] Points, double[] Weights) Rule()
    {
        const int n = 2 * Half;
        double[] points = new double[Half], weights = new double[Half];
        for (int i = 0; i < Half; i++)
        {
            double x = Math.Cos(Math.PI * (i + 0.75) / (n + 0.5)), slope = 0;
            for (int step = 0; step < 8; step++)
            {
                double before = 1, value = x;
                for (int degree = 2; degree <= n; degree++)
                    (before, value) = (value, (((2 * degree) - 1) * x * value / degree) - ((degree - 1) * before / degree));
                slope = n * ((x * value) - before) / ((x * x) - 1);
                x -= value / slope;
            }

            (points[i], weights[i]) = (x, 2 / ((1 - (x * x)) * slope * slope));
        }

        return (points, weights);
    }
}

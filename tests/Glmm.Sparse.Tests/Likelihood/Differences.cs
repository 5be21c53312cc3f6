namespace Glmm.Sparse.Tests.Likelihood;

/// <summary>Derivatives by central differences at two steps, extrapolated: the error is of the fourth order.</summary>
internal static class Differences
{
    internal static double[] Gradient(Func<double[], double> f, double[] x, double[] steps) =>
        [.. Enumerable.Range(0, x.Length).Select(j => Slope(f, x, j, steps[j]))];

    internal static double Slope(Func<double[], double> f, double[] x, int j, double step)
    {
        double Difference(double h) => (f(Moved(x, j, h)) - f(Moved(x, j, -h))) / (2 * h);
        return ((4 * Difference(step)) - Difference(2 * step)) / 3;
    }

    internal static double[,] Hessian(Func<double[], double> f, double[] x, double[] steps)
    {
        int n = x.Length;
        double centre = f(x);
        var hessian = new double[n, n];
        double Second(int j, int k, double size)
        {
            double hj = size * steps[j], hk = size * steps[k];
            if (j == k) return (f(Moved(x, j, hj)) - (2 * centre) + f(Moved(x, j, -hj))) / (hj * hj);
            return (f(Moved(Moved(x, j, hj), k, hk)) - f(Moved(Moved(x, j, hj), k, -hk)) -
                    f(Moved(Moved(x, j, -hj), k, hk)) + f(Moved(Moved(x, j, -hj), k, -hk))) / (4 * hj * hk);
        }

        for (int j = 0; j < n; j++)
        {
            for (int k = 0; k <= j; k++)
            {
                double value = ((4 * Second(j, k, 1)) - Second(j, k, 2)) / 3;
                (hessian[j, k], hessian[k, j]) = (value, value);
            }
        }

        return hessian;
    }

    private static double[] Moved(double[] x, int j, double by)
    {
        double[] moved = [.. x];
        moved[j] += by;
        return moved;
    }
}

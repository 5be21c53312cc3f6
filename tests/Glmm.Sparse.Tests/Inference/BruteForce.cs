using MathNet.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Glmm.Sparse.Tests.Inference;

/// <summary>Profiles by nested one-dimensional searches on densities written out in full.</summary>
internal static class BruteForce
{
    /// <summary>The largest value of a unimodal function on an interval, by golden section.</summary>
    internal static double Largest(Func<double, double> f, double low, double high)
    {
        double ratio = 0.5 * (Math.Sqrt(5) - 1);
        double a = high - (ratio * (high - low)), b = low + (ratio * (high - low)), fa = f(a), fb = f(b);
        while (high - low > 1e-6)
        {
            if (fa > fb)
            {
                (high, b, fb) = (b, a, fa);
                a = high - (ratio * (high - low));
                fa = f(a);
            }
            else
            {
                (low, a, fa) = (a, b, fb);
                b = low + (ratio * (high - low));
                fb = f(b);
            }
        }

        return Math.Max(fa, fb);
    }

    /// <summary>Gaussian log-likelihood of y − offset with V = s²(I + r²ZZᵀ), Z one random intercept a cluster, at the
    /// best α of the columns given; and at the best s² where none is given.</summary>
    internal static double Gaussian(double[] y, double[][] x, int[] cluster, double ratio, double? variance)
    {
        int n = y.Length;
        Matrix<double> v = Matrix<double>.Build.Dense(
            n, n, (i, j) => (i == j ? 1 : 0) + (cluster[i] == cluster[j] ? ratio * ratio : 0));
        var factor = v.Cholesky();
        Vector<double> target = Vector<double>.Build.Dense(y), solved = factor.Solve(target);
        double squares = target * solved;
        if (x.Length > 0)
        {
            Matrix<double> columns = Matrix<double>.Build.DenseOfColumnArrays(x);
            Vector<double> cross = columns.TransposeThisAndMultiply(solved);
            Matrix<double> information = columns.TransposeThisAndMultiply(factor.Solve(columns));
            squares -= cross * information.Cholesky().Solve(cross);
        }

        double s2 = variance ?? (squares / n);
        return -0.5 * ((n * Math.Log(2 * Math.PI * s2)) + factor.DeterminantLn + (squares / s2));
    }

    /// <summary>Poisson log-likelihood with a random intercept of standard deviation s, by a fine trapezoidal rule.</summary>
    internal static double Poisson(double[] y, double[] eta, int[] cluster, double s)
    {
        const int Points = 241;
        const double Reach = 9;
        double sum = 0;
        foreach (IGrouping<int, int> rows in Enumerable.Range(0, y.Length).GroupBy(i => cluster[i]))
        {
            var values = new double[Points];
            for (int k = 0; k < Points; k++)
            {
                double u = Reach * ((2.0 * k / (Points - 1)) - 1);
                values[k] = -0.5 * u * u;
                foreach (int i in rows)
                {
                    double predictor = eta[i] + (s * u);
                    values[k] += (y[i] * predictor) - Math.Exp(predictor) - SpecialFunctions.GammaLn(y[i] + 1);
                }
            }

            double largest = values.Max();
            double width = 2 * Reach / (Points - 1);
            sum += largest + Math.Log(values.Sum(v => Math.Exp(v - largest)) * width / Math.Sqrt(2 * Math.PI));
        }

        return sum;
    }
}

namespace Glmm.Sparse.Formula;

/// <summary>Polynomials that are orthogonal over some points (the recurrence of Forsythe 1957).</summary>
internal static class OrthogonalPolynomials
{
    /// <summary>Makes the recurrence of the polynomials up to a degree.</summary>
    /// <param name="name">What the constant is of.</param>
    /// <param name="sorted">The points in ascending order, so that the order of rows does not matter.</param>
    /// <param name="degree">The highest degree, below the number of different points.</param>
    public static PolynomialConstant Fit(string name, ReadOnlySpan<double> sorted, int degree)
    {
        (double[] points, double[] counts) = Distinct(sorted);
        double mean = Sum(points, (k, x) => counts[k] * x) / sorted.Length;
        double[] alpha = new double[degree], norms = new double[degree + 1];
        double[] current = new double[points.Length], previous = new double[points.Length];
        Array.Fill(current, 1);
        norms[0] = sorted.Length;
        for (int j = 0; j < degree; j++)
        {
            // From the mean, so that points far from 0 lose no digits.
            alpha[j] = mean + (Sum(points, (k, x) => counts[k] * (x - mean) * current[k] * current[k]) / norms[j]);
            double ratio = j == 0 ? 0 : norms[j] / norms[j - 1];
            for (int k = 0; k < points.Length; k++)
                (previous[k], current[k]) = (current[k], ((points[k] - alpha[j]) * current[k]) - (ratio * previous[k]));
            norms[j + 1] = Sum(points, (k, _) => counts[k] * current[k] * current[k]);
        }

        return new PolynomialConstant(name, alpha, norms);
    }

    /// <summary>How many different values there are.</summary>
    public static int CountDistinct(ReadOnlySpan<double> sorted)
    {
        int count = sorted.IsEmpty ? 0 : 1;
        for (int i = 1; i < sorted.Length; i++) count += sorted[i] == sorted[i - 1] ? 0 : 1;
        return count;
    }

    /// <summary>The orthonormal polynomial of a degree, with a positive leading coefficient.</summary>
    /// <param name="constant">The recurrence.</param>
    /// <param name="degree">1 to the recurrence's degree.</param>
    /// <param name="x">Where.</param>
    public static double Evaluate(PolynomialConstant constant, int degree, double x)
    {
        double previous = 0, current = 1;
        for (int j = 0; j < degree; j++)
        {
            double ratio = j == 0 ? 0 : constant.SquaredNorms[j] / constant.SquaredNorms[j - 1];
            (previous, current) = (current, ((x - constant.Alpha[j]) * current) - (ratio * previous));
        }

        return current / Math.Sqrt(constant.SquaredNorms[degree]);
    }

    private static (double[] Points, double[] Counts) Distinct(ReadOnlySpan<double> sorted)
    {
        int distinct = CountDistinct(sorted), k = 0;
        double[] points = new double[distinct], counts = new double[distinct];
        for (int i = 0; i < sorted.Length; i++)
        {
            if (i > 0 && sorted[i] != sorted[i - 1]) k++;
            points[k] = sorted[i];
            counts[k]++;
        }

        return (points, counts);
    }

    /// <summary>A compensated sum (Neumaier 1974).</summary>
    private static double Sum(double[] points, Func<int, double, double> term)
    {
        double sum = 0, lost = 0;
        for (int k = 0; k < points.Length; k++)
        {
            double value = term(k, points[k]), next = sum + value;
            lost += Math.Abs(sum) >= Math.Abs(value) ? sum - next + value : value - next + sum;
            sum = next;
        }

        return sum + lost;
    }
}

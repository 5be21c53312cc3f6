namespace Glmm.Sparse.Formula;

/// <summary>B-splines over some knots (de Boor 1978, chapter X). Immutable and thread-safe.</summary>
/// <param name="constant">The knots.</param>
/// <param name="degree">The degree of the pieces, at most <see cref="MostDegree"/>.</param>
internal sealed class BSplineBasis(SplineConstant constant, int degree)
{
    /// <summary>Highest degree of a piece.</summary>
    public const int MostDegree = 20;

    private readonly double[] _knots =
    [
        .. Enumerable.Repeat(constant.Lower, degree + 1), .. constant.Knots,
        .. Enumerable.Repeat(constant.Upper, degree + 1),
    ];

    /// <summary>Number of functions: the knots between the boundaries, and one more than the degree.</summary>
    public int Count => _knots.Length - Order;

    /// <summary>Number of functions that are not 0 at a point: one more than the degree.</summary>
    public int Order => degree + 1;

    /// <summary>Evaluates the functions that are not 0 at a point, or their derivatives.</summary>
    /// <param name="x">The point; beyond the boundaries the outermost pieces go on.</param>
    /// <param name="derivative">Which derivative; 0 for the functions themselves.</param>
    /// <param name="values">Overwritten; as long as <see cref="Order"/>.</param>
    /// <returns>The index of the first of these functions.</returns>
    public int Evaluate(double x, int derivative, Span<double> values)
    {
        int interval = Interval(x);
        values[0] = 1;
        for (int order = 2; order <= Order; order++)
        {
            bool differentiates = order > Order - derivative;
            double saved = 0;
            for (int r = 0; r < order - 1; r++)
            {
                double above = _knots[interval + r + 1], below = _knots[interval + r + 2 - order];
                if (differentiates)
                {
                    double slope = (order - 1) * values[r] / (above - below);
                    values[r] = saved - slope;
                    saved = slope;
                }
                else
                {
                    double share = values[r] / (above - below);
                    values[r] = saved + ((above - x) * share);
                    saved = (x - below) * share;
                }
            }

            values[order - 1] = saved;
        }

        return interval - degree;
    }

    /// <summary>All functions at a point, or their derivatives.</summary>
    public double[] All(double x, int derivative)
    {
        Span<double> some = stackalloc double[MostDegree + 1];
        double[] all = new double[Count];
        int first = Evaluate(x, derivative, some[..Order]);
        some[..Order].CopyTo(all.AsSpan(first));
        return all;
    }

    /// <summary>The last interval that starts at or below a point; beyond the boundaries the outermost one.</summary>
    private int Interval(double x)
    {
        int low = degree, high = Count;
        while (high - low > 1)
        {
            int middle = (low + high) / 2;
            if (_knots[middle] <= x)
                low = middle;
            else
                high = middle;
        }

        return low;
    }
}

namespace Glmm.Sparse.Kernels;

/// <summary>The first two derivatives of a user's function, by extrapolated central differences.</summary>
/// <remarks>
/// Ridders (1982), "Accurate computation of F'(x) and F'(x)F''(x)": the step is halved again and again, every pair of
/// neighbours in the triangle of extrapolations tells how far they agree, and the best agreement wins. Of a function
/// exact to the last digit that varies on the scale of max(1, |x|) or of its distance from the edge, the first
/// derivative has about twelve digits, the second about ten.
/// </remarks>
internal static class NumericalDerivatives
{
    /// <summary>Halvings of the step: from an eighth of the scale to some hundred-thousandths of it.</summary>
    private const int Levels = 12;

    /// <summary>Both derivatives, row by row; 0 where the function has no finite values.</summary>
    /// <param name="function">The function, called inside the interval only.</param>
    /// <param name="x">Where.</param>
    /// <param name="lower">The open interval's lower end; may be infinite.</param>
    /// <param name="upper">Its upper end.</param>
    public static BendLanes<T> Of<T>(Func<double, double> function, T x, double lower, double upper)
        where T : struct, IRowVector<T>
    {
        Span<double> first = stackalloc double[T.Count];
        Span<double> second = stackalloc double[T.Count];
        for (int row = 0; row < T.Count; row++)
            (first[row], second[row]) = At(function, T.Get(x, row), lower, upper);
        return new(RowBlocks<T>.Load(first, 0), RowBlocks<T>.Load(second, 0));
    }

    /// <summary>Both derivatives at one point.</summary>
    /// <inheritdoc cref="Of"/>
    public static (double First, double Second) At(
        Func<double, double> function, double x, double lower, double upper)
    {
        double reach = Math.Min(x - lower, upper - x);
        if (!(reach > 0))
            return (0, 0);

        // A power of two, so that the points are where they are said to be.
        double scale = Math.Min(Math.Max(1, Math.Abs(x)), 4 * reach);
        double step = Math.ScaleB(1, Math.ILogB(scale) - 3);
        double middle = function(x);
        var first = new Triangle(stackalloc double[Levels]);
        var second = new Triangle(stackalloc double[Levels]);
        for (int level = 0; level < Levels && x + step > x - step; level++)
        {
            double right = function(x + step), left = function(x - step);
            first.Add((right - left) / (2 * step));
            second.Add(((right - middle) - (middle - left)) / (step * step));
            step /= 2;
        }

        return (first.Best, second.Best);
    }

    /// <summary>The last row of a triangle of extrapolations, and the best that was in it.</summary>
    private ref struct Triangle(Span<double> row)
    {
        private readonly Span<double> _row = row;
        private int _count;
        private double _error = double.PositiveInfinity;

        /// <summary>The entry that agrees best with its neighbours; 0 as long as none is finite.</summary>
        public double Best { get; private set; }

        /// <summary>Adds the difference of the next step, half the last one. NaN agrees with nothing.</summary>
        public void Add(double difference)
        {
            double value = difference, factor = 1;
            for (int column = 0; column < _count; column++)
            {
                double above = _row[column];
                _row[column] = value;
                factor *= 4;
                double extrapolated = value + ((value - above) / (factor - 1));
                double error = Math.Max(Math.Abs(extrapolated - value), Math.Abs(extrapolated - above));
                if (error < _error)
                {
                    _error = error;
                    Best = extrapolated;
                }

                value = extrapolated;
            }

            _row[_count++] = value;
        }
    }
}

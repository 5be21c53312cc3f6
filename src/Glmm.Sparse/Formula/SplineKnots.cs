namespace Glmm.Sparse.Formula;

/// <summary>Chooses the knots of a spline as R's ns and bs do.</summary>
/// <param name="call">The call.</param>
/// <param name="arguments">Its arguments.</param>
/// <param name="fixedColumns">Columns that it has without knots between the boundaries.</param>
internal sealed class SplineKnots(Expression.FunctionCall call, CallArguments arguments, int fixedColumns)
{
    /// <summary>The knots given, or those that the data make.</summary>
    /// <param name="sortedValues">The variable's values in ascending order.</param>
    /// <exception cref="GlmmException">They are no knots.</exception>
    public SplineConstant Take(Func<double[]> sortedValues)
    {
        double[] sorted = sortedValues();
        (double lower, double upper) = Boundaries(sorted);
        double[]? given = arguments.Numbers("knots");
        double[] knots = given is null ? Quantiles(Within(sorted, lower, upper)) : [.. given.Order()];
        if (knots.Length > 0 && !(knots[0] > lower && knots[^1] < upper)) throw Outside(given, knots, lower, upper);
        return new SplineConstant(call.ToString(), knots, lower, upper);
    }

    private (double Lower, double Upper) Boundaries(double[] sorted)
    {
        if (arguments.Numbers("Boundary.knots") is { } given)
        {
            return given.Length == 2 && given.All(double.IsFinite) && given[0] != given[1]
                ? (given.Min(), given.Max())
                : throw arguments.Wrong("Boundary.knots", "takes two different numbers, such as c(0, 10)");
        }

        return sorted[0] < sorted[^1]
            ? (sorted[0], sorted[^1])
            : throw new InvalidModelDataException(
                $"{call} is not defined: {arguments["x"]} is the same in all rows that have it; leave it out.");
    }

    private static ArraySegment<double> Within(double[] sorted, double lower, double upper)
    {
        int start = Array.FindIndex(sorted, value => value >= lower);
        int end = Array.FindLastIndex(sorted, value => value <= upper);
        return start < 0 || end < start ? [] : new ArraySegment<double>(sorted, start, end - start + 1);
    }

    /// <summary>As many quantiles as the degrees of freedom leave knots, evenly spaced in probability.</summary>
    private double[] Quantiles(ArraySegment<double> sorted)
    {
        int count = (arguments.Whole("df", 0) ?? fixedColumns) - fixedColumns;
        if (count > 0 && sorted.Count == 0)
            throw arguments.Wrong("Boundary.knots", $"leaves no value of {arguments["x"]} between them");
        double step = 1.0 / (count + 1);
        return [.. Enumerable.Range(1, count).Select(k => Quantile(sorted, k * step))];
    }

    /// <summary>Linear between order statistics (type 7 of Hyndman &amp; Fan 1996, R's default).</summary>
    private static double Quantile(ArraySegment<double> sorted, double probability)
    {
        double index = (sorted.Count - 1) * probability;
        int below = (int)Math.Floor(index);
        double share = index - below;
        return share > 0 && sorted[below + 1] != sorted[below]
            ? ((1 - share) * sorted[below]) + (share * sorted[below + 1])
            : sorted[below];
    }

    private GlmmException Outside(double[]? given, double[] knots, double lower, double upper)
    {
        double knot = knots[0] > lower ? knots[^1] : knots[0];
        string range = $"between the boundaries {RSpelling.Number(lower)} and {RSpelling.Number(upper)}";
        return given is not null
            ? arguments.Wrong(
                "knots", $"lists {RSpelling.Number(knot)}, and knots lie {range}; take it out, or widen Boundary.knots")
            : new InvalidModelDataException(
                $"{call} would put a knot at {RSpelling.Number(knot)}, since many rows have that value, and knots lie "
                + $"{range}. Lower df, or give knots = c(...).");
    }
}

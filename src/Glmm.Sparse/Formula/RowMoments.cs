namespace Glmm.Sparse.Formula;

/// <summary>Means and sums of squares over rows.</summary>
internal static class RowMoments
{
    /// <summary>The mean, in two passes: the second corrects the first's rounding. NaN does not count.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="values">The values.</param>
    /// <returns>The mean, and of how many values.</returns>
    public static (double Mean, int Count) Mean(RowMap rows, RowEvaluator values)
    {
        (double mean, _) = MeanFrom(rows, values, 0);
        (double correction, int count) = MeanFrom(rows, values, mean);
        return (mean + correction, count);
    }

    /// <summary>The sum of squared distances from a center. NaN does not count.</summary>
    public static double Squares(RowMap rows, RowEvaluator values, double center)
    {
        double squares = 0;
        rows.Visit(values, (_, _, block) =>
        {
            foreach (double value in block)
            {
                if (!double.IsNaN(value)) squares += (value - center) * (value - center);
            }
        });
        return squares;
    }

    private static (double Mean, int Count) MeanFrom(RowMap rows, RowEvaluator values, double center)
    {
        double sum = 0;
        int count = 0;
        rows.Visit(values, (_, _, block) =>
        {
            foreach (double value in block)
            {
                if (double.IsNaN(value)) continue;
                sum += value - center;
                count++;
            }
        });
        return (sum / count, count);
    }
}

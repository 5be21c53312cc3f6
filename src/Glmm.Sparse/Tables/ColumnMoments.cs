namespace Glmm.Sparse.Tables;

/// <summary>Range and moments of the numbers of a column; NaN where there are none.</summary>
internal readonly record struct ColumnMoments(
    double Minimum, double Mean, double Maximum, double Deviation, double Skewness, bool IsWhole)
{
    /// <summary>Those of a column, in two passes; of none where it is null.</summary>
    public static ColumnMoments Of(NumericColumn? column)
    {
        double least = double.PositiveInfinity, most = double.NegativeInfinity, sum = 0;
        int count = 0;
        bool whole = true;
        for (int row = 0; row < (column?.Length ?? 0); row++)
        {
            double value = column![row];
            if (!double.IsFinite(value)) continue;
            count++;
            sum += value;
            (least, most) = (Math.Min(least, value), Math.Max(most, value));
            whole &= value == Math.Floor(value);
        }

        if (count == 0) return new ColumnMoments(double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, false);
        double mean = sum / count, second = 0, third = 0;
        for (int row = 0; row < column!.Length; row++)
        {
            double difference = column[row] - mean;
            if (!double.IsFinite(difference)) continue;
            second += difference * difference;
            third += difference * difference * difference;
        }

        double variance = second / count;
        return new ColumnMoments(
            least, mean, most, count > 1 ? Math.Sqrt(second / (count - 1)) : double.NaN,
            variance > 0 ? third / count / Math.Pow(variance, 1.5) : double.NaN, whole);
    }
}

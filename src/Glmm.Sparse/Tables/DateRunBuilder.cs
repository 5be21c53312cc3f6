namespace Glmm.Sparse.Tables;

/// <summary>Collects a column of dates or points in time of any step, run by run. Not thread-safe.</summary>
/// <param name="name">The column's name.</param>
/// <param name="unit">What the finished column counts.</param>
public sealed class DateRunBuilder(string name, DateUnit unit)
{
    private const long MillisecondsPerDay = 86_400_000;
    private const long NanosecondsPerTick = 100;
    private const long NanosecondsPerSecond = 1_000_000_000;

    private readonly NumericColumnBuilder _numbers = new(name);

    /// <summary>Adds rows of days.</summary>
    /// <param name="run">Days since 1970-01-01; the greatest and the least of the type stand for no date at all, an
    /// infinity.</param>
    public void AddDays(ValueRun<int> run)
    {
        for (int row = 0; row < run.Length; row++)
        {
            int day = run.Values[row];
            _numbers.Add(
                !run.IsValid(row) ? TableColumn.MissingValue
                : day == int.MaxValue ? double.PositiveInfinity
                : day == -int.MaxValue ? double.NegativeInfinity
                : day);
        }
    }

    /// <summary>Adds rows of days that are given in milliseconds.</summary>
    /// <param name="run">Milliseconds since the beginning of 1970; the time of day is dropped.</param>
    public void AddDaysInMilliseconds(ValueRun<long> run)
    {
        for (int row = 0; row < run.Length; row++)
        {
            _numbers.Add(
                run.IsValid(row)
                    ? Math.Floor((double)run.Values[row] / MillisecondsPerDay)
                    : TableColumn.MissingValue);
        }
    }

    /// <summary>Adds rows of points in time.</summary>
    /// <param name="run">Steps since the beginning of 1970 (UTC).</param>
    /// <param name="stepsPerSecond">How many steps a second has: a power of ten from 1 to 1e9.</param>
    public void AddTimes(ValueRun<long> run, long stepsPerSecond)
    {
        for (int row = 0; row < run.Length; row++)
            _numbers.Add(run.IsValid(row) ? Seconds(run.Values[row], stepsPerSecond) : TableColumn.MissingValue);
    }

    /// <summary>Adds a row.</summary>
    /// <param name="value">Days or seconds; <see cref="TableColumn.MissingValue"/> where it is missing.</param>
    public void Add(double value) => _numbers.Add(value);

    /// <summary>The finished column; the builder must not be used afterwards.</summary>
    public DateColumn Build() => new(_numbers.Build(), unit);

    private static double Seconds(long value, long stepsPerSecond)
    {
        if (value == long.MaxValue) return double.PositiveInfinity;
        if (value == -long.MaxValue) return double.NegativeInfinity;

        // By ticks wherever they are whole, so that every source gives the very double that a DateTime does.
        if (stepsPerSecond < NanosecondsPerSecond)
        {
            Int128 ticks = (Int128)value * (TimeSpan.TicksPerSecond / stepsPerSecond);
            return (double)ticks / TimeSpan.TicksPerSecond;
        }

        (long ticksOfNanoseconds, long rest) = Math.DivRem(value, NanosecondsPerTick);
        if (rest == 0) return ticksOfNanoseconds / (double)TimeSpan.TicksPerSecond;
        (long seconds, long nanoseconds) = Math.DivRem(value, NanosecondsPerSecond);
        return seconds + (nanoseconds / (double)NanosecondsPerSecond);
    }
}

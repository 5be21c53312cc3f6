using System.Globalization;

namespace Glmm.Sparse.Tables;

/// <summary>
/// A column of dates or points in time: numbers in a formula, as in R, that are labelled as ISO 8601 writes them.
/// Immutable and thread-safe.
/// </summary>
public sealed class DateColumn : NumericColumn
{
    private const string Day = "yyyy-MM-dd";
    private const double MicrosecondsPerSecond = 1e6;

    private static readonly double TicksPerDay = TimeSpan.TicksPerDay;
    private static readonly string[] Seconds = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF"];

    /// <summary>Makes dates of numbers.</summary>
    /// <param name="values">Days or seconds since the beginning of 1970; not copied.</param>
    /// <param name="unit">Which of the two they are.</param>
    public DateColumn(NumericColumn values, DateUnit unit)
        : base(values ?? throw new ArgumentNullException(nameof(values))) => Unit = unit;

    /// <summary>What the numbers count.</summary>
    public DateUnit Unit { get; }

    /// <inheritdoc/>
    public override string Kind => Unit == DateUnit.Days ? "date" : "time";

    /// <summary>The number of a day.</summary>
    /// <param name="day">The day.</param>
    /// <returns>Days since 1970-01-01, negative before.</returns>
    public static double ToDays(DateOnly day) => day.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;

    /// <summary>The number of a point in time.</summary>
    /// <param name="time">The time, taken as it reads, whatever its kind.</param>
    /// <returns>Seconds since 1970-01-01T00:00:00, to seven decimals.</returns>
    public static double ToSeconds(DateTime time) =>
        (time.Ticks - DateTime.UnixEpoch.Ticks) / (double)TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override DateColumn Take(ReadOnlySpan<int> rows) => new(base.Take(rows), Unit);

    /// <inheritdoc/>
    public override string LabelOf(double value)
    {
        double ticks = Math.Round(value * (Unit == DateUnit.Days ? TicksPerDay : TimeSpan.TicksPerSecond));

        // A double of seconds does not tell ticks apart any more in our days: of those it may stand for, one of whole
        // microseconds is the one that was meant.
        double microseconds = Math.Round(value * MicrosecondsPerSecond);
        if (Unit == DateUnit.Seconds
            && microseconds * TimeSpan.TicksPerMicrosecond / TimeSpan.TicksPerSecond == value)
        {
            ticks = microseconds * TimeSpan.TicksPerMicrosecond;
        }

        double all = ticks + DateTime.UnixEpoch.Ticks;
        if (!(all >= 0 && all <= DateTime.MaxValue.Ticks) || (Unit == DateUnit.Days && value != Math.Floor(value)))
            return Label(value);

        // Whole ticks since year 1 are beyond what a double holds.
        var time = new DateTime((long)ticks + DateTime.UnixEpoch.Ticks, DateTimeKind.Utc);
        return time.ToString(Unit == DateUnit.Days ? Day : Seconds[0], CultureInfo.InvariantCulture);
    }

    /// <inheritdoc/>
    public override bool TryReadLabel(string label, out double value) => TryRead(label, Unit, out value);

    /// <summary>The number that a text of ISO 8601 stands for, or any other number.</summary>
    internal static bool TryRead(string label, DateUnit unit, out double value)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        if (unit == DateUnit.Days && DateOnly.TryParseExact(label, Day, culture, DateTimeStyles.None, out DateOnly day))
        {
            value = ToDays(day);
            return true;
        }

        if (unit == DateUnit.Seconds
            && DateTime.TryParseExact(label, Seconds, culture, DateTimeStyles.RoundtripKind, out DateTime time))
        {
            value = ToSeconds(time);
            return true;
        }

        return NumberText.TryParse(label, out value);
    }
}

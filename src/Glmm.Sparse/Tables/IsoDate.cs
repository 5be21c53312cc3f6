namespace Glmm.Sparse.Tables;

/// <summary>Reads dates and points in time as ISO 8601 writes them, each in one spelling only.</summary>
internal static class IsoDate
{
    private const int DayLength = 10; // 2024-02-29
    private const int SecondLength = 19; // 2024-02-29T23:59:59
    private const int MostDecimals = 7;

    /// <summary>Reads yyyy-MM-dd.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="days">Days since 1970-01-01.</param>
    /// <returns>False where it is no date, or none of the calendar.</returns>
    public static bool TryReadDay(ReadOnlySpan<byte> utf8, out double days)
    {
        days = 0;
        if (utf8.Length != DayLength || !TryReadDate(utf8, out DateTime date)) return false;
        days = DateColumn.ToDays(DateOnly.FromDateTime(date));
        return true;
    }

    /// <summary>Reads yyyy-MM-ddTHH:mm:ss, or with a blank for the T, with up to seven decimals and a Z or
    /// without.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="seconds">Seconds since 1970-01-01T00:00:00.</param>
    /// <param name="isUtc">A Z says that it is the time of Greenwich.</param>
    /// <returns>False where it is no point in time.</returns>
    public static bool TryReadTime(ReadOnlySpan<byte> utf8, out double seconds, out bool isUtc)
    {
        seconds = 0;
        isUtc = utf8.EndsWith((byte)'Z');
        if (isUtc) utf8 = utf8[..^1];
        if (utf8.Length < SecondLength || utf8[10] is not ((byte)'T' or (byte)' ') || utf8[13] != ':' || utf8[16] != ':'
            || !TryReadDate(utf8, out DateTime date)
            || !TryReadDigits(utf8.Slice(11, 2), out int hour) || hour > 23
            || !TryReadDigits(utf8.Slice(14, 2), out int minute) || minute > 59
            || !TryReadDigits(utf8.Slice(17, 2), out int second) || second > 59
            || !TryReadDecimals(utf8[SecondLength..], out int ticks))
        {
            return false;
        }

        seconds = DateColumn.ToSeconds(date.Add(new TimeSpan(hour, minute, second)).AddTicks(ticks));
        return true;
    }

    private static bool TryReadDate(ReadOnlySpan<byte> utf8, out DateTime date)
    {
        date = default;
        if (utf8[4] != '-' || utf8[7] != '-'
            || !TryReadDigits(utf8[..4], out int year) || year == 0
            || !TryReadDigits(utf8.Slice(5, 2), out int month) || month is 0 or > 12
            || !TryReadDigits(utf8.Slice(8, 2), out int day) || day == 0 || day > DateTime.DaysInMonth(year, month))
        {
            return false;
        }

        date = new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Utc);
        return true;
    }

    private static bool TryReadDecimals(ReadOnlySpan<byte> utf8, out int ticks)
    {
        ticks = 0;
        if (utf8.IsEmpty) return true;
        ReadOnlySpan<byte> digits = utf8[1..];
        if (utf8[0] != '.' || digits.Length is 0 or > MostDecimals || !TryReadDigits(digits, out ticks)) return false;
        for (int i = digits.Length; i < MostDecimals; i++) ticks *= 10;
        return true;
    }

    private static bool TryReadDigits(ReadOnlySpan<byte> utf8, out int number)
    {
        number = 0;
        foreach (byte character in utf8)
        {
            uint digit = (uint)character - '0';
            if (digit > 9) return false;
            number = (10 * number) + (int)digit;
        }

        return true;
    }
}

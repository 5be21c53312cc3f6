using System.Globalization;

namespace Glmm.Sparse.Benchmarks;

/// <summary>Numbers with three digits and a unit.</summary>
internal static class Format
{
    public static string Seconds(double seconds) => seconds switch
    {
        < 1e-6 => Digits(seconds * 1e9) + " ns",
        < 1e-3 => Digits(seconds * 1e6) + " µs",
        < 1 => Digits(seconds * 1e3) + " ms",
        _ => Digits(seconds) + " s",
    };

    public static string Bytes(long bytes) => bytes switch
    {
        < 1L << 10 => Digits(bytes) + " B",
        < 1L << 20 => Digits(bytes / 1024.0) + " KiB",
        < 1L << 30 => Digits(bytes / (double)(1 << 20)) + " MiB",
        _ => Digits(bytes / (double)(1 << 30)) + " GiB",
    };

    public static string Digits(double value)
    {
        int decimals = value >= 100 ? 0 : value >= 10 ? 1 : 2;
        return value.ToString((value >= 1000 ? "N" : "F") + decimals, CultureInfo.InvariantCulture);
    }
}

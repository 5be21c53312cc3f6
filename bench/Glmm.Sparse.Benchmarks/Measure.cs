using System.Diagnostics;

namespace Glmm.Sparse.Benchmarks;

/// <summary>Times by stopwatch, for tables made in a minute; BenchmarkDotNet is for the rest.</summary>
internal static class Measure
{
    /// <summary>
    /// The median time of one call. Short calls are grouped until a group takes a millisecond; groups run for about
    /// half a second, at least five of them, unless one alone takes longer than that.
    /// </summary>
    public static double MedianSeconds(Action call)
    {
        double first = Seconds(call, 1); // compiles, too
        if (first > 2)
            return first;

        // Let the tiered compiler finish.
        long warm = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(warm).TotalSeconds < 0.3)
            call();

        int group = 1;
        while (Seconds(call, group) < 1e-3)
            group *= 2;

        var times = new List<double>();
        long start = Stopwatch.GetTimestamp();
        while (times.Count < 5 || Stopwatch.GetElapsedTime(start).TotalSeconds < 0.5)
            times.Add(Seconds(call, group) / group);
        times.Sort();
        return times[times.Count / 2];
    }

    private static double Seconds(Action call, int repetitions)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < repetitions; i++)
            call();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}

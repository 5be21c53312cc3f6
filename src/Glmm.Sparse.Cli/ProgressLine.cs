using System.Globalization;
using Glmm.Sparse.Estimation;
using Glmm.Sparse.Threading;

namespace Glmm.Sparse.Cli;

/// <summary>One line on the terminal that tells how far long work has come and how long it may still take; wiped at
/// the end. Thread-safe.</summary>
internal sealed class ProgressLine(CommandConsole console, bool quiet, TimeProvider? clock = null) : IDisposable
{
    // Faster than this nobody reads, and a terminal far away is slow.
    private const double SecondsBetween = 0.1;

    // What is done sooner needs no word.
    private const long BytesWorthTelling = 20_000_000;

    private readonly bool _shown = console.ErrorIsTerminal && !quiet;
    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private readonly Lock _lock = new();
    private long _last;
    private int _width;

    /// <summary>Tells that a large file is read.</summary>
    /// <param name="path">The file.</param>
    public void Reading(string path)
    {
        if (!_shown) return;
        var file = new FileInfo(path);
        if (!file.Exists || file.Length < BytesWorthTelling) return;
        Show(
            string.Create(CultureInfo.InvariantCulture, $"reading {file.Name} ({file.Length / 1e6:F0} MB)"),
            always: true);
    }

    /// <summary>Tells how a fit gets on.</summary>
    /// <param name="tolerance">Where it ends.</param>
    public IProgress<FitProgress>? OfFit(double tolerance)
    {
        if (!_shown) return null;
        var convergence = new ConvergenceForecast(tolerance, _clock);
        return new ImmediateProgress<FitProgress>(progress => Show(
            string.Create(
                CultureInfo.InvariantCulture,
                $"iteration {progress.Iteration}, next step {progress.GradientNorm:G3} standard errors")
            + Left(convergence.SecondsLeft(progress.GradientNorm)),
            always: progress.Iteration <= 1));
    }

    /// <summary>Tells how many of equal things are done.</summary>
    /// <param name="what">One of them, such as <c>replicate</c>.</param>
    /// <param name="count">How many there are in a round.</param>
    /// <param name="rounds">How many rounds there are.</param>
    public IProgress<int>? OfCount(string what, int count, int rounds = 1)
    {
        if (!_shown) return null;
        long start = _clock.GetTimestamp(), before = 0, total = (long)count * rounds;
        return new ImmediateProgress<int>(done =>
        {
            long all = Interlocked.Read(ref before) + done;
            if (done == count) Interlocked.Add(ref before, count);
            double elapsed = _clock.GetElapsedTime(start).TotalSeconds;
            Show(
                string.Create(CultureInfo.InvariantCulture, $"{what} {all} of {total}, {100.0 * all / total:F0} %")
                + Left(elapsed * (total - all) / Math.Max(1, all)),
                always: false);
        });
    }

    /// <summary>Wipes the line.</summary>
    public void Wipe()
    {
        lock (_lock)
        {
            if (_width > 0) console.Error.Write($"\r{new string(' ', _width)}\r");
            _width = 0;
        }
    }

    /// <summary>Wipes the line.</summary>
    public void Dispose() => Wipe();

    private void Show(string line, bool always)
    {
        lock (_lock)
        {
            bool isSoon = _last != 0 && _clock.GetElapsedTime(_last).TotalSeconds < SecondsBetween;
            if (isSoon && !always) return;
            _last = _clock.GetTimestamp();
            console.Error.Write($"\r{line.PadRight(_width)}");
            _width = Math.Max(_width, line.Length);
        }
    }

    private static string Left(double? seconds) => seconds switch
    {
        null or < 1 => "",
        < 90 => string.Create(CultureInfo.InvariantCulture, $", about {seconds:F0} s left"),
        < 5400 => string.Create(CultureInfo.InvariantCulture, $", about {seconds / 60:F0} min left"),
        _ => string.Create(CultureInfo.InvariantCulture, $", about {seconds / 3600:F1} h left"),
    };
}

using System.Diagnostics;
using System.Globalization;

namespace Glmm.Sparse.Benchmarks;

/// <summary>A child process that has ended: what it wrote, and the most memory it had.</summary>
/// <param name="Output">Its standard output.</param>
/// <param name="Errors">Its standard error.</param>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="TimedOut">It was ended, with its children, because its time was over.</param>
/// <param name="PeakBytes">The most memory it had resident, null where the system does not tell.</param>
internal sealed record PeerProcess(string Output, string Errors, int ExitCode, bool TimedOut, long? PeakBytes)
{
    private const int PollMilliseconds = 20;

    /// <summary>Runs a program to its end, or to the end of its time.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">There is no such program.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the process has been ended.</exception>
    public static PeerProcess Run(
        string program, IEnumerable<string> arguments, string folder, TimeSpan timeout, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        long started = Stopwatch.GetTimestamp();
        using Process process = Process.Start(start)
            ?? throw new InvalidOperationException($"'{program}' did not start.");
        Task<string> output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        Task<string> errors = process.StandardError.ReadToEndAsync(CancellationToken.None);

        long? peak = null;
        bool timedOut = false;
        while (!process.WaitForExit(PollMilliseconds))
        {
            peak = ReadPeak(process.Id) ?? peak;
            timedOut = Stopwatch.GetElapsedTime(started) > timeout;
            if (!timedOut && !cancellation.IsCancellationRequested) continue;
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            break;
        }

        cancellation.ThrowIfCancellationRequested();
        return new PeerProcess(output.Result, errors.Result, process.ExitCode, timedOut, peak);
    }

    /// <summary>
    /// Linux keeps the high-water mark of resident memory, so that polling misses no peak but one that rises after the
    /// last look. It is read here and not by `time -v`, which says nothing of a process that had to be ended.
    /// </summary>
    private static long? ReadPeak(int id)
    {
        const string Mark = "VmHWM:";
        if (!OperatingSystem.IsLinux()) return null;
        try
        {
            string? line = File.ReadLines($"/proc/{id}/status").FirstOrDefault(static line => line.StartsWith(Mark));
            return line is null
                ? null
                : 1024 * long.Parse(line.AsSpan(Mark.Length).Trim().TrimEnd("kB "), CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null; // ended between two looks
        }
    }
}

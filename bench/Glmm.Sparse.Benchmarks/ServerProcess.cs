using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Glmm.Sparse.Benchmarks;

/// <summary>The built server as a process on a free port of the loopback; it ends when this is disposed of.</summary>
internal sealed partial class ServerProcess : IDisposable
{
    private const string Allocated = "dotnet_gc_heap_total_allocated_total ";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly HttpClient _client;

    private ServerProcess(Process process, int port)
    {
        (_process, Port) = (process, port);
        _client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = s_patience };
    }

    public int Port { get; }

    /// <summary>Seconds that its threads have run so far, in the kernel's time and their own.</summary>
    public double ProcessorSeconds
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime.TotalSeconds;
        }
    }

    /// <summary>Starts a server over a folder of models.</summary>
    /// <exception cref="InvalidOperationException">It did not start.</exception>
    public static ServerProcess Start(string models, int? core)
    {
        string host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        ProcessStartInfo start = CorePin.Start(
            core, host, [Locate(), "--urls", "http://127.0.0.1:0", "--Glmm:ModelDirectory", models]);
        start.RedirectStandardOutput = true;
        Process process = Process.Start(start) ?? throw new InvalidOperationException("The server did not start.");
        using var patience = new Timer(_ => process.Kill(), null, s_patience, Timeout.InfiniteTimeSpan);
        while (process.StandardOutput.ReadLine() is { } line)
        {
            if (Listening().Match(line) is not { Success: true } match) continue;
            // What else it says is read and dropped, so that it never waits for a reader.
            _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
            return new ServerProcess(process, int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture));
        }

        process.WaitForExit();
        throw new InvalidOperationException($"The server ended by itself (exit code {process.ExitCode}).");
    }

    /// <summary>Bytes that it has allocated so far, as its metrics tell.</summary>
    public double AllocatedBytes()
    {
        using HttpResponseMessage answer = _client.Send(new HttpRequestMessage(HttpMethod.Get, "/metrics"));
        using var reader = new StreamReader(answer.EnsureSuccessStatusCode().Content.ReadAsStream());
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith(Allocated, StringComparison.Ordinal))
                return double.Parse(line.AsSpan(Allocated.Length), CultureInfo.InvariantCulture);
        }

        return double.NaN;
    }

    public void Dispose()
    {
        _client.Dispose();
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

    private static string Locate()
    {
        string here = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        string configuration = Path.GetFileName(here);
        if (!configuration.StartsWith("release", StringComparison.OrdinalIgnoreCase))
            throw new InvalidOperationException($"A build as '{configuration}' is not timed: use `-c Release`.");
        string path = Path.GetFullPath(
            Path.Combine(here, "..", "..", "Glmm.Sparse.Server", configuration, "glmm-server.dll"));
        return File.Exists(path) ? path : throw new FileNotFoundException("The server has not been built.", path);
    }

    [GeneratedRegex(@"Now listening on: http://127\.0\.0\.1:(\d+)")]
    private static partial Regex Listening();
}

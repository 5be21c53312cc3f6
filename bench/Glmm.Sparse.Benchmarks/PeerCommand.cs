using System.Globalization;
using System.Text.Json;

namespace Glmm.Sparse.Benchmarks;

/// <summary>Our command, each run in a process of its own.</summary>
internal sealed class PeerCommand(TimeSpan timeout, CancellationToken cancellation)
{
    private const int Repetitions = 5;

    private readonly string _assembly = Locate();

    /// <summary>Writes a simulated file.</summary>
    public void Simulate(PeerData data) => Run(data.SimulateArguments);

    /// <summary>The median run of five; the largest of their peaks of memory.</summary>
    public PeerRun Fit(string name, PeerData data, PeerSetting setting)
    {
        string[] arguments =
        [
            "fit", "--data", data.Path, "--formula", data.Formula, "--family", data.Family,
            "--json", "-", "--quiet", "--threads", setting.Threads.ToString(CultureInfo.InvariantCulture),
            .. setting.Estimator.Arguments,
        ];
        List<PeerRun> runs = [];
        for (int i = 0; i < Repetitions; i++)
        {
            PeerProcess process = Run(arguments);
            runs.Add(Parse(name, process.Output) with { PeakBytes = process.PeakBytes });
        }

        runs.Sort(static (x, y) => x.Seconds.CompareTo(y.Seconds));
        return runs[Repetitions / 2] with { PeakBytes = runs.Max(static run => run.PeakBytes) };
    }

    private PeerProcess Run(string[] arguments)
    {
        string host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        PeerProcess process = PeerProcess.Run(
            host, [_assembly, .. arguments], Path.GetDirectoryName(_assembly)!, timeout, cancellation);
        if (process.TimedOut)
            throw new InvalidOperationException($"`glmm {arguments[0]}` took longer than --timeout.");
        return process.ExitCode == 0
            ? process
            : throw new InvalidOperationException($"`glmm {arguments[0]}` failed: {process.Errors}");
    }

    private static PeerRun Parse(string name, string json)
    {
        using var document = JsonDocument.Parse(json);
        JsonElement root = document.RootElement;
        JsonElement[] effects = [.. root.GetProperty("fixed").EnumerateArray()];
        JsonElement random = root.GetProperty("random")[0];
        JsonElement correlation = random.GetProperty("correlation"), timings = root.GetProperty("timings");
        return new PeerRun(name)
        {
            Seconds = timings.GetProperty("fit_seconds").GetDouble(),
            DataPasses = timings.GetProperty("data_passes").GetInt32(),
            Version = "glmm " + root.GetProperty("version").GetString(),
            Estimates = new PeerEstimates
            {
                Fixed = [.. effects.Select(static effect =>
                    (effect.GetProperty("name").GetString()!, effect.GetProperty("estimate").GetDouble()))],
                StandardErrors = [.. effects.Select(static effect => effect.GetProperty("std_error").GetDouble())],
                StandardDeviations = [.. random.GetProperty("terms").EnumerateArray().Zip(
                    random.GetProperty("std_dev").EnumerateArray(),
                    static (term, value) => (term.GetString()!, value.GetDouble()))],
                Correlation = correlation.GetArrayLength() == 2 ? correlation[1][0].GetDouble() : null,
                Dispersion = root.GetProperty("dispersion").GetProperty("value").GetDouble(),
            },
        };
    }

    /// <summary>The build puts each project's output beside that of the others, by configuration.</summary>
    private static string Locate()
    {
        string here = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        string configuration = Path.GetFileName(here);
        if (!configuration.StartsWith("release", StringComparison.OrdinalIgnoreCase))
            throw new InvalidOperationException($"A build as '{configuration}' is not timed: use `-c Release`.");
        string path = Path.GetFullPath(Path.Combine(here, "..", "..", "Glmm.Sparse.Cli", configuration, "glmm.dll"));
        return File.Exists(path) ? path : throw new FileNotFoundException("The command has not been built.", path);
    }
}

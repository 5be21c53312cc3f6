using System.Diagnostics;
using System.Globalization;
using Glmm.Sparse.Data;
using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Formula;
using Glmm.Sparse.Results;
using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Benchmarks;

/// <summary>
/// From a file to a fit: how long each stage takes, how much memory the whole needs, and how long R's <c>fread</c> takes
/// for the same file. Every run is a process of its own; ours and theirs take turns.
/// </summary>
internal static class ReadTable
{
    private const int DefaultRows = 10_000_000;
    private const int Repetitions = 3;

    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(10);

    /// <summary>Prints the table, or, asked with a file, makes one run for it.</summary>
    /// <param name="arguments">None, a number of rows, or <c>--once FILE</c>.</param>
    /// <param name="output">Where to.</param>
    internal static void Print(ReadOnlySpan<string> arguments, TextWriter output)
    {
        if (arguments is ["--once", string file])
            RunOnce(file, output);
        else
            Print(arguments is [string rows, ..] ? int.Parse(rows, CultureInfo.InvariantCulture) : DefaultRows, output);
    }

    private static void Print(int rows, TextWriter output)
    {
        // As the command is set: one process reads and fits once, and need not learn from its first calls.
        Environment.SetEnvironmentVariable("DOTNET_TieredPGO", "0");
        Environment.SetEnvironmentVariable("DOTNET_TC_QuickJitForLoops", "0");
        string folder = Directory.CreateTempSubdirectory("glmm-read-").FullName;
        try
        {
            output.WriteLine(
                "| file | size | read | design | PQL | whole | peak memory | ÷ numbers | fread | fread ÷ read |");
            output.WriteLine("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
            foreach (bool shuffled in new[] { false, true })
            {
                string path = Path.Combine(folder, "plain.csv"), packed = Path.Combine(folder, "packed.csv.gz");
                ReadFile.Write(path, rows, shuffled);
                ReadFile.Compress(path, packed);
                string order = shuffled ? "shuffled" : "sorted";
                Compare(path, $"{order}, plain", rows, output);
                Compare(packed, $"{order}, gzip", rows, output);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Compare(string path, string name, int rows, TextWriter output)
    {
        var runs = new List<Run>();
        var peers = new List<double>();
        for (int i = 0; i < Repetitions; i++)
        {
            runs.Add(Run.Parse(Start(
                Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
                typeof(ReadTable).Assembly.Location, "read", "--once", path)));
            peers.Add(double.Parse(
                Start("Rscript", Path.Combine(AppContext.BaseDirectory, "peers", "fread.R"), path),
                CultureInfo.InvariantCulture));
        }

        double read = runs.Min(run => run.Read), peer = peers.Min();
        Run best = runs.MinBy(run => run.Whole)!;
        long peak = runs.Max(run => run.Peak);
        output.WriteLine(
            $"| {name} | {Format.Bytes(new FileInfo(path).Length)} | {Format.Seconds(read)} | "
            + $"{Share(best.Design, best)} | {Share(best.Fit, best)} | {Format.Seconds(best.Whole)} | "
            + $"{Format.Bytes(peak)} | {Format.Digits(peak / (8.0 * rows * ReadFile.Columns))}× | "
            + $"{Format.Seconds(peer)} | {Format.Digits(peer / read)}× |");
    }

    private static string Share(double seconds, Run run) =>
        $"{Format.Seconds(seconds)} ({100 * seconds / run.Whole:F0} %)";

    private static string Start(string program, params string[] arguments)
    {
        PeerProcess process = PeerProcess.Run(program, arguments, ".", Timeout, CancellationToken.None);
        return process is { ExitCode: 0, TimedOut: false }
            ? process.Output
            : throw new InvalidOperationException($"{program} failed: {process.Errors}");
    }

    private static void RunOnce(string file, TextWriter output)
    {
        long start = Stopwatch.GetTimestamp();
        ColumnTable table = CsvTable.Read(file);
        double read = Stopwatch.GetElapsedTime(start).TotalSeconds;
        ModelFrame frame = ModelFrame.Create(table, ReadFile.Formula, Family.Poisson);
        double design = Stopwatch.GetElapsedTime(start).TotalSeconds;
        PqlFit fit = Pql.Fit(frame.Design, Family.Poisson);
        double whole = Stopwatch.GetElapsedTime(start).TotalSeconds;
        if (!fit.Converged) throw new InvalidOperationException("The fit did not converge.");
        using var process = Process.GetCurrentProcess();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{read}\t{design - read}\t{whole - design}\t{process.PeakWorkingSet64}"));
    }

    /// <summary>Seconds for each stage, and the most memory.</summary>
    private sealed record Run(double Read, double Design, double Fit, long Peak)
    {
        public double Whole => Read + Design + Fit;

        public static Run Parse(string line)
        {
            string[] cells = line.Trim().Split('\t');
            return new Run(Number(cells[0]), Number(cells[1]), Number(cells[2]), (long)Number(cells[3]));
        }

        private static double Number(string cell) => double.Parse(cell, CultureInfo.InvariantCulture);
    }
}

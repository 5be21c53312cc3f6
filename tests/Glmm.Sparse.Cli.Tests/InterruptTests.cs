using System.Diagnostics;
using System.Globalization;
using System.Text;
using NUnit.Framework;

namespace Glmm.Sparse.Cli.Tests;

/// <summary>Told to stop while at work, a command stops.</summary>
[Platform("Linux,MacOsX")]
public class InterruptTests
{
    private const string Formula = "y ~ x1 + (1 | id)";

    // More than a pipe holds: once all is written the command has begun to read.
    private const int RowsInThePipe = 50_000;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    [Test]
    public void ReadingStops([Values("fit", "bootstrap", "describe", "test")] string command)
    {
        using var folder = new TemporaryFolder();
        string pipe = MakePipe(folder);
        string[] model = command == "describe" ? [] : ["--formula", Formula, "--family", "poisson"];
        AssertStops(
            folder, [command, "--data", pipe, .. model, "--json", folder["out.json"]], () => Feed(pipe));
    }

    [Test]
    public void AReportStopsWhileItReads()
    {
        using var folder = new TemporaryFolder();
        string model = folder["m.model"];
        CommandResult fitted = GlmmCommand.Run(
            "fit", "--data", folder.Write("rows.csv", Rows(400)), "--formula", Formula, "--family", "poisson",
            "--save", model);
        Assert.That(fitted.ExitCode, Is.Zero, fitted.Error);
        string pipe = MakePipe(folder);
        AssertStops(
            folder, ["report", model, "--data", pipe, "--out", folder["page.html"]], () => Feed(pipe));
    }

    [Test]
    public void ABootstrapStopsBetweenItsReplicates()
    {
        using var folder = new TemporaryFolder();
        string data = folder.Write("rows.csv", Rows(400));
        AssertStops(
            folder,
            [
                "bootstrap", "--data", data, "--formula", Formula, "--family", "poisson", "--replicates", "1000000",
                "--json", folder["out.json"],
            ],
            () =>
            {
                // Its output is opened before anything is read.
                Assert.That(
                    () => folder.Files.Any(static file => file.EndsWith(".tmp", StringComparison.Ordinal)),
                    Is.True.After((int)s_patience.TotalMilliseconds, 20));
                Thread.Sleep(1_500);
                return null;
            });
    }

    /// <summary>Starts a command, interrupts it when it is at work, and looks at what is left.</summary>
    private static void AssertStops(TemporaryFolder folder, string[] args, Func<IDisposable?> untilAtWork)
    {
        string[] before = [.. folder.Files];
        using Process process = Process.Start(new ProcessStartInfo(
            "dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "glmm.dll"), .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        try
        {
            using IDisposable? input = untilAtWork();
            Assert.That(process.HasExited, Is.False, "It was done before it was interrupted.");
            // What Ctrl-C does, too; but where tests run in the background, processes start deaf to SIGINT.
            using Process kill = Process.Start(
                "kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
            Assert.That(process.WaitForExit(s_patience), Is.True, "It went on.");
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }

        Assert.Multiple(() =>
        {
            Assert.That(process.ExitCode, Is.EqualTo(130));
            Assert.That(output.Result, Is.Empty);
            Assert.That(error.Result, Is.EqualTo($"glmm: Cancelled; nothing was written.{Environment.NewLine}"));
            Assert.That(folder.Files, Is.EqualTo(before));
        });
    }

    private static string MakePipe(TemporaryFolder folder)
    {
        using Process made = Process.Start("mkfifo", [folder["pipe.csv"]]);
        made.WaitForExit();
        Assert.That(made.ExitCode, Is.Zero);
        return folder["pipe.csv"];
    }

    /// <summary>Writes rows to a pipe; while what is returned is open, more may come.</summary>
    private static FileStream Feed(string pipe)
    {
        // Open for both, so that opening waits for nobody and no reader's end closes it.
        var stream = new FileStream(pipe, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, 0);
        Task written = stream.WriteAsync(Encoding.UTF8.GetBytes(Rows(RowsInThePipe))).AsTask();
        Assert.That(written.Wait(s_patience), Is.True, "Nobody reads.");
        return stream;
    }

    private static string Rows(int count)
    {
        var text = new StringBuilder("y,x1,id\n");
        for (int i = 0; i < count; i++) text.Append(CultureInfo.InvariantCulture, $"{i * 7 % 5},{i % 11},{i / 10}\n");
        return text.ToString();
    }
}

using System.Diagnostics;
using System.Text.Json;
using NUnit.Framework;

namespace Glmm.Sparse.Cli.Tests;

/// <summary>The command as the shell starts it.</summary>
public class ProcessTests
{
    [Test]
    public void UsageErrorsReachTheShellAsExitCodeTwo()
    {
        CommandResult result = Start("fit", "--data");
        Assert.That(result, Is.EqualTo(new CommandResult(
            2, "", $"glmm: Option '--data' needs a value; see 'glmm fit --help'.{Environment.NewLine}")));
    }

    [Test]
    public void SimulatedDataCanBeFitted()
    {
        using var folder = new TemporaryFolder();
        CommandResult simulated = Start(
            "simulate", "--family", "poisson", "--clusters", "300", "--cluster-size", "10", "--fixed", "0.5,-0.3,0.4",
            "--sd", "0.5", "--seed", "3", "--out", folder["s.csv"]);
        CommandResult fitted = Start(
            "fit", "--data", folder["s.csv"], "--formula", "y ~ x1 + time + (1 | id)", "--family", "poisson", "--json",
            "-");
        Assert.That(simulated, Is.EqualTo(new CommandResult(0, "", "")));
        Assert.That(fitted.ExitCode, Is.Zero, fitted.Error);
        using JsonDocument json = JsonDocument.Parse(fitted.Output);
        JsonElement[] effects = [.. json.RootElement.GetProperty("fixed").EnumerateArray()];
        double[] truth = [0.5, -0.3, 0.4];
        Assert.Multiple(() =>
        {
            Assert.That(fitted.Error, Is.Empty);
            for (int j = 0; j < 3; j++)
            {
                Assert.That(
                    effects[j].GetProperty("estimate").GetDouble(),
                    Is.EqualTo(truth[j]).Within(5 * effects[j].GetProperty("std_error").GetDouble()));
            }

            Assert.That(
                json.RootElement.GetProperty("random")[0].GetProperty("std_dev")[0].GetDouble(),
                Is.EqualTo(0.5).Within(0.1));
        });
    }

    private static CommandResult Start(params string[] args)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "glmm.dll");
        using Process process = Process.Start(new ProcessStartInfo("dotnet", ["exec", program, .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new CommandResult(process.ExitCode, output, error.Result);
    }
}

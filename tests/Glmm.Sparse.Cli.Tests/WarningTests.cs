using System.Globalization;
using System.Text;
using System.Text.Json;
using NUnit.Framework;

namespace Glmm.Sparse.Cli.Tests;

/// <summary>What the user should know though the fit goes on: on standard error and in the document.</summary>
public class WarningTests
{
    [Test]
    public void ARowOfWeightZeroIsLeftOutAndCounted()
    {
        const string data = "y,w,g\n1,1,a\n9,0,a\n2,1,a\n3,1,b\n5,2,b\n4,1,b\n";
        CommandResult result = Fit(data, "y ~ 1 + (1 | g)", "poisson", "--weights", "w");
        using JsonDocument json = JsonDocument.Parse(result.Output);
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.Zero, result.Error);
            Assert.That(json.RootElement.GetProperty("observations").GetInt32(), Is.EqualTo(5));
            AssertWarns(result, json, "1 row with a weight of 0 was left out");
        });
    }

    [Test]
    public void ACollinearColumnIsDroppedAndNamed()
    {
        var data = new StringBuilder("y,x,z,g\n");
        for (int i = 0; i < 40; i++)
            data.Append(CultureInfo.InvariantCulture, $"{i * 7 % 5},{i % 8},{2 * (i % 8)},{i / 5}\n");
        CommandResult result = Fit(data.ToString(), "y ~ x + z + (1 | g)", "poisson");
        using JsonDocument json = JsonDocument.Parse(result.Output);
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.Zero, result.Error);
            Assert.That(
                json.RootElement.GetProperty("fixed").EnumerateArray()
                    .Select(static e => e.GetProperty("name").GetString()),
                Is.EqualTo(["(Intercept)", "x"]));
            AssertWarns(result, json, @"\bz\b");
        });
    }

    [Test]
    public void SeparationIsToldWithItsColumn()
    {
        var data = new StringBuilder("y,x,g\n");
        for (int i = 0; i < 60; i++)
            data.Append(CultureInfo.InvariantCulture, $"{(i % 6 < 3 ? 0 : 1)},{i % 6},{i / 6}\n");
        CommandResult result = Fit(data.ToString(), "y ~ x + (1 | g)", "binomial");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(3), result.Error);
            Assert.That(result.Error, Does.Contain("Not converged (separated)").And.Match(@"\bx\b"));
        });
    }

    [Test]
    public void OneRowInEveryClusterIsTold()
    {
        var data = new StringBuilder("y,g\n");
        for (int i = 0; i < 40; i++) data.Append(CultureInfo.InvariantCulture, $"{i * 7 % 9},{i}\n");
        CommandResult result = Fit(data.ToString(), "y ~ 1 + (1 | g)", "poisson");
        using JsonDocument json = JsonDocument.Parse(result.Output);
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.Zero, result.Error);
            AssertWarns(result, json, "'g'");
        });
    }

    [Test]
    public void AnUnsafeApproximationIsToldWithWhatToTypeInstead()
    {
        CommandResult result = GlmmCommand.Run(
            "fit", "--data", Repository.Data("toenail.csv"), "--formula", "outcome ~ treatment*time + (1 | patientID)",
            "--family", "binomial", "--json", "-");
        using JsonDocument json = JsonDocument.Parse(result.Output);
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.Zero, result.Error);
            AssertWarns(result, json, "^Approximation risk: HIGH; .* --method aghq");
            JsonElement risk = json.RootElement.GetProperty("approximation_risk");
            Assert.That(risk.GetProperty("level").GetString(), Is.EqualTo("high"));
            Assert.That(risk.GetProperty("deviation_shift").GetDouble(), Is.GreaterThan(0.15));
            Assert.That(risk.GetProperty("better_method").GetString(), Is.EqualTo("aghq"));
        });
    }

    private static CommandResult Fit(string data, string formula, string family, params string[] more)
    {
        using var folder = new TemporaryFolder();
        folder.Write("data.csv", data);
        return GlmmCommand.Run(
            ["fit", "--data", folder["data.csv"], "--formula", formula, "--family", family, "--json", "-", .. more]);
    }

    private static void AssertWarns(CommandResult result, JsonDocument json, string pattern)
    {
        string[] warnings =
            [.. json.RootElement.GetProperty("warnings").EnumerateArray().Select(static w => w.GetString()!)];
        Assert.That(warnings, Has.Some.Match(pattern));
        Assert.That(
            result.Error.Split('\n').Where(static line => line.StartsWith("glmm: warning: ", StringComparison.Ordinal)),
            Has.Exactly(warnings.Length).Items);
    }
}

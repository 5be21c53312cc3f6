using System.Text.Json;
using NUnit.Framework;

namespace Glmm.Sparse.Cli.Tests;

public class PowerTests
{
    private static readonly string[] s_arguments =
    [
        "power", "--family", "poisson", "--clusters", "10,30", "--cluster-size", "4", "--fixed", "0.5,0.3,0", "--sd", "0.5",
        "--effect", "x1", "--replicates", "60", "--seed", "7",
    ];

    [Test]
    public void ATableHasARowForEachDesign()
    {
        CommandResult result = GlmmCommand.Run(s_arguments);
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        string[] lines = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(lines[0], Is.EqualTo("Power of the Wald test of x1 at level 0.05, 60 data sets for each design, seed 7"));
        Assert.That(lines[1], Is.EqualTo("clusters rows power lower 95 % upper failed mean estimate"));
        Assert.That(lines, Has.Length.EqualTo(4));
        double[] power = [.. lines[2..].Select(line => double.Parse(
            line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[2], System.Globalization.CultureInfo.InvariantCulture))];
        Assert.That(power[1], Is.GreaterThan(power[0]));
    }

    [Test]
    public void JsonSaysTheSameOnAnyThreads()
    {
        using var folder = new TemporaryFolder();
        CommandResult one = GlmmCommand.Run([.. s_arguments, "--threads", "1", "--json", "-"]);
        CommandResult two = GlmmCommand.Run([.. s_arguments, "--threads", "2", "--json", folder["power.json"]]);
        Assert.That((one.ExitCode, two.ExitCode), Is.EqualTo((0, 0)), one.Error + two.Error);
        Assert.That(File.ReadAllText(folder["power.json"]), Is.EqualTo(one.Output));
        Assert.That(two.Output, Is.Empty);
        using JsonDocument document = JsonDocument.Parse(one.Output);
        JsonElement root = document.RootElement;
        Assert.That(root.GetProperty("schema").GetString(), Is.EqualTo("glmm.power/1"));
        Assert.That(root.GetProperty("effect").GetString(), Is.EqualTo("x1"));
        JsonElement[] rows = [.. root.GetProperty("results").EnumerateArray()];
        Assert.That(rows.Select(row => row.GetProperty("clusters").GetInt32()), Is.EqualTo(new[] { 10, 30 }));
        Assert.That(
            rows[0].GetProperty("power").GetDouble(),
            Is.EqualTo(rows[0].GetProperty("rejections").GetInt32() / 60.0).Within(1e-15));
        Assert.That(rows[0].GetProperty("lower").GetDouble(), Is.LessThan(rows[0].GetProperty("power").GetDouble()));
    }

    [Test]
    public void TheScoreTestNeedsNoEffect()
    {
        CommandResult result = GlmmCommand.Run(
            "power", "--family", "gaussian", "--clusters", "20", "--cluster-size", "3,6", "--fixed-size", "--fixed", "0.5",
            "--sd", "0.8", "--test", "variance", "--replicates", "40", "--alpha", "0.1", "--dispersion", "2");
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        Assert.That(result.Output, Does.StartWith("Power of the score test of no variance between clusters at level 0.1, 40"));
    }

    [TestCase("--effect must name the fixed effect", "--effect", null)]
    [TestCase("no fixed effect 'x9'; it has (Intercept), x1, time", "--effect", "x9")]
    [TestCase("--clusters must be a whole number from 2", "--clusters", "10,few")]
    [TestCase("--cluster-size must be a whole number from 1", "--cluster-size", "0")]
    [TestCase("--replicates must be a whole number from 20", "--replicates", "5")]
    [TestCase("--test cannot be 'score'; use wald or variance", "--test", "score")]
    [TestCase("--effect belongs to --test wald", "--test", "variance")]
    [TestCase("level of the test must lie between 0 and 1", "--alpha", "1.5")]
    [TestCase("--seed must be a whole number", "--seed", "-1")]
    [TestCase("There is no family", "--family", "weibull")]
    public void WrongRequestsAreRefused(string message, string option, string? value)
    {
        string[] arguments = [.. s_arguments];
        int at = Array.IndexOf(arguments, option);
        if (value is null) arguments = [.. arguments[..at], .. arguments[(at + 2)..]];
        else if (at >= 0) arguments[at + 1] = value;
        else arguments = [.. arguments, option, value];
        CommandResult result = GlmmCommand.Run(arguments);
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.WrongRequest));
        Assert.That(result.Error, Does.Contain(message));
        Assert.That(result.Output, Is.Empty);
        Assert.That(result.ShowsStackTrace, Is.False);
    }

    [Test]
    public void HelpHasAnExample()
    {
        CommandResult result = GlmmCommand.Run("power", "--help");
        Assert.That(result.ExitCode, Is.Zero);
        Assert.That(result.Output, Does.Contain("--effect NAME").Or.Contain("--effect <NAME>"));
        Assert.That(result.Output, Does.Contain("glmm power --family binomial"));
    }
}

using System.Globalization;
using System.Text.Json;
using NUnit.Framework;

namespace Glmm.Sparse.Cli.Tests;

/// <summary>The three kinds of weights, by the command.</summary>
public class WeightOptionTests
{
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("weights").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void FrequenciesAreRepeatedRows()
    {
        JsonElement weighted = Fit(Write("f.csv", repeat: false), "--frequency-weights", "times");
        JsonElement repeated = Fit(Write("r.csv", repeat: true));
        Assert.That(weighted.GetProperty("observations").GetInt32(), Is.EqualTo(repeated.GetProperty("observations").GetInt32()));
        Assert.That(weighted.GetProperty("frequency_weights").GetString(), Is.EqualTo("times"));
        for (int j = 0; j < 2; j++)
        {
            foreach (string name in (string[])["estimate", "std_error"])
                Assert.That(Number(weighted, j, name), Is.EqualTo(Number(repeated, j, name)).Within(1e-6));
        }
    }

    [Test]
    public void SamplingWeightsKeepTheObservationsAndSayWhereErrorsComeFrom()
    {
        string data = Write("s.csv", repeat: false);
        JsonElement sampled = Fit(data, "--sampling-weights", "times");
        Assert.That(sampled.GetProperty("observations").GetInt32(), Is.EqualTo(60));
        Assert.That(sampled.GetProperty("sampling_weights").GetString(), Is.EqualTo("times"));
        CommandResult summary = GlmmCommand.Run(
            "fit", "--data", data, "--formula", "y ~ x + (1 | id)", "--family", "poisson", "--sampling-weights", "times");
        Assert.That(summary.Output, Does.Contain("Sampling weights: times (standard errors by the sandwich)"));
    }

    [Test]
    public void AFrequencyThatIsNoneIsNamed()
    {
        CommandResult result = GlmmCommand.Run(
            "fit", "--data", Write("b.csv", repeat: false, half: true), "--formula", "y ~ x + (1 | id)", "--family", "poisson",
            "--frequency-weights", "times");
        Assert.That(result.ExitCode, Is.EqualTo(2));
        Assert.That(result.Error, Does.Contain("The frequency weight 'times' is 1.5 in row 1"));
        Assert.That(result.Error, Does.Not.Contain("   at "));
    }

    private static double Number(JsonElement fit, int effect, string name) =>
        fit.GetProperty("fixed")[effect].GetProperty(name).GetDouble();

    private static JsonElement Fit(string data, params string[] options)
    {
        CommandResult result = GlmmCommand.Run(
            ["fit", "--data", data, "--formula", "y ~ x + (1 | id)", "--family", "poisson", "--json", "-", .. options]);
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        return JsonDocument.Parse(result.Output).RootElement;
    }

    private string Write(string name, bool repeat, bool half = false)
    {
        string path = Path.Combine(_folder, name);
        using var file = new StreamWriter(path);
        file.WriteLine("y,x,id,times");
        for (int row = 0; row < 60; row++)
        {
            int id = row / 5, times = 1 + (row % 3);
            string shown = half && row == 0 ? "1.5" : times.ToString(CultureInfo.InvariantCulture);
            for (int copy = 0; copy < (repeat ? times : 1); copy++)
                file.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(row * 7 % 5) + (id % 4)},{row % 5 * 0.3},{id},{shown}"));
        }

        return path;
    }
}

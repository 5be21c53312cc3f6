using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using NUnit.Framework;

namespace Glmm.Sparse.Cli.Tests;

public class SimulateTests
{
    private static readonly string[] s_arguments =
    [
        "simulate", "--family", "binomial", "--clusters", "200", "--cluster-size", "7", "--fixed", "-1,0.5,-0.5,1",
        "--sd", "1,0.5", "--correlation", "-0.3", "--seed", "17",
    ];

    [Test]
    public void TheSameSeedGivesTheSameBytes()
    {
        using var folder = new TemporaryFolder();
        Simulate(folder["a.csv"]);
        Simulate(folder["b.csv"]);
        Assert.That(File.ReadAllBytes(folder["a.csv"]), Is.EqualTo(File.ReadAllBytes(folder["b.csv"])));
    }

    [Test]
    public void TheBytesOfASeedStayWhatTheyAreOnEveryMachine()
    {
        using var folder = new TemporaryFolder();
        Simulate(folder["a.csv"]);
        Assert.That(
            Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(folder["a.csv"]))),
            Is.EqualTo("c6709385854f1076bfd936f4e451e1f0594c2d5aac7f66e8104ed61e541c0bc7"));
    }

    [Test]
    public void RowsHaveTheColumnsAndClustersOfTheModel()
    {
        using var folder = new TemporaryFolder();
        Simulate(folder["a.csv"]);
        string[] lines = File.ReadAllLines(folder["a.csv"]);
        string[][] rows = [.. lines.Skip(1).Select(static line => line.Split(','))];
        Assert.Multiple(() =>
        {
            Assert.That(lines[0], Is.EqualTo("y,x1,x2,time,id"));
            Assert.That(rows.Select(static row => row[0]), Has.All.EqualTo("0").Or.EqualTo("1"));
            Assert.That(rows.Select(static row => row[4]).Distinct(), Has.Exactly(200).Items);
            Assert.That(rows.CountBy(static row => row[4]).Select(static id => id.Value), Is.All.AtLeast(2));
            Assert.That(rows.Count(static row => row[3] == "0"), Is.EqualTo(200));
            Assert.That(rows, Has.Length.EqualTo(1400).Within(150));
        });
    }

    [Test]
    public void ANameThatEndsInGzIsCompressed()
    {
        using var folder = new TemporaryFolder();
        Simulate(folder["a.csv"]);
        Simulate(folder["a.csv.gz"]);
        using var file = new GZipStream(File.OpenRead(folder["a.csv.gz"]), CompressionMode.Decompress);
        using var reader = new StreamReader(file, Encoding.UTF8);
        Assert.That(reader.ReadToEnd(), Is.EqualTo(File.ReadAllText(folder["a.csv"])));
    }

    [Test]
    public void FixedSizeAndDispersionAreObeyed()
    {
        using var folder = new TemporaryFolder();
        CommandResult result = GlmmCommand.Run(
            "simulate", "--family", "gaussian", "--clusters", "5000", "--cluster-size", "4", "--fixed-size", "--fixed",
            "3", "--sd", "0", "--dispersion", "4", "--seed", "5", "--out", folder["g.csv"]);
        double[] y = [.. File.ReadLines(folder["g.csv"]).Skip(1)
            .Select(static line => double.Parse(line.Split(',')[0], CultureInfo.InvariantCulture))];
        double mean = y.Average();
        Assert.Multiple(() =>
        {
            Assert.That(result, Is.EqualTo(new CommandResult(0, "", "")));
            Assert.That(y, Has.Length.EqualTo(20_000));
            Assert.That(mean, Is.EqualTo(3).Within(0.05));
            Assert.That(y.Average(v => (v - mean) * (v - mean)), Is.EqualTo(4).Within(0.15));
        });
    }

    [Test]
    public void ARefusedSimulationLeavesNoFile()
    {
        using var folder = new TemporaryFolder();
        CommandResult result = GlmmCommand.Run(
            "simulate", "--family", "gamma", "--link", "identity", "--clusters", "5", "--cluster-size", "4", "--fixed",
            "-3", "--sd", "1", "--seed", "5", "--out", folder["g.csv"]);
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(2));
            Assert.That(result.Error, Does.Contain("In cluster 1, row 1"));
            Assert.That(folder.Files, Is.Empty);
        });
    }

    [Test]
    public void ACancelledSimulationLeavesNoFile()
    {
        using var folder = new TemporaryFolder();
        using var error = new StringWriter();
        var console = new CommandConsole(TextWriter.Null, error, Cancellation: new CancellationToken(canceled: true));
        int exitCode = CommandLine.Run([.. s_arguments, "--out", folder["a.csv"]], console);
        Assert.Multiple(() =>
        {
            Assert.That(exitCode, Is.EqualTo(130));
            Assert.That(error.ToString(), Does.Contain("Cancelled"));
            Assert.That(folder.Files, Is.Empty);
        });
    }

    private static void Simulate(string path) =>
        Assert.That(GlmmCommand.Run([.. s_arguments, "--out", path]), Is.EqualTo(new CommandResult(0, "", "")));
}

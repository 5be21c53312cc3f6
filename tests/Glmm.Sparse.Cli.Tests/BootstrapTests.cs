using System.Text.Json;
using Glmm.Sparse.Data;
using Glmm.Sparse.Families;
using Glmm.Sparse.Formula;
using Glmm.Sparse.Resampling;
using Glmm.Sparse.Results;
using NUnit.Framework;

namespace Glmm.Sparse.Cli.Tests;

public class BootstrapTests
{
    private static readonly string[] s_request =
    [
        "bootstrap", "--data", Repository.Data("epil.csv"), "--formula", "y ~ lbase + V4 + (1 | subject)", "--family",
        "poisson",
    ];

    [Test]
    public void TheDocumentIsTheLibrarysBootstrap()
    {
        ModelFrame frame = ModelFrame.Create(
            CsvTable.Read(s_request[2]), s_request[4], Family.Poisson,
            new ModelFrameOptions { RowOrder = RowOrder.Canonical });
        BootstrapResult expected = BootstrapIntervals.Compute(
            frame.Design, Family.Poisson,
            bootstrap: new BootstrapIntervalOptions { Replicates = 60, Seed = 5, Level = 0.8 });
        CommandResult result = GlmmCommand.Run(
            [.. s_request, "--replicates", "60", "--seed", "5", "--level", "0.8", "--json", "-"]);
        using JsonDocument json = JsonDocument.Parse(result.Output);
        JsonElement[] rows = [.. json.RootElement.GetProperty("parameters").EnumerateArray()];
        Assert.Multiple(() =>
        {
            Assert.That(json.RootElement.GetProperty("schema").GetString(), Is.EqualTo("glmm.bootstrap/1"));
            Assert.That(json.RootElement.GetProperty("level").GetDouble(), Is.EqualTo(0.8));
            Assert.That(rows, Has.Length.EqualTo(expected.Parameters.Count));
            foreach ((JsonElement row, BootstrapParameter parameter) in rows.Zip(expected.Parameters))
            {
                Assert.That(row.GetProperty("name").GetString(), Is.EqualTo(parameter.Name));
                Assert.That(row.GetProperty("bias").GetDouble(), Is.EqualTo(parameter.Bias));
                Assert.That(row.GetProperty("percentile")[1].GetDouble(), Is.EqualTo(parameter.PercentileUpper));
                Assert.That(row.GetProperty("basic")[0].GetDouble(), Is.EqualTo(parameter.BasicLower));
            }

            Assert.That(rows[^1].GetProperty("kind").GetString(), Is.EqualTo("standard-deviation"));
        });
    }

    [Test]
    public void TheTableNamesEveryParameter()
    {
        CommandResult result = GlmmCommand.Run([.. s_request, "--replicates", "20"]);
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        Assert.That(result.Output, Does.StartWith("Parametric bootstrap: 20 replicates, seed 1, 95 % intervals\n")
            .And.Contain("Bias").And.Contain("percentile").And.Match(@"\nsd\(\(Intercept\)\) +\d"));
        Assert.That(result.Output.Split('\n'), Has.All.Length.LessThanOrEqualTo(80));
    }

    [TestCase("--method laplace cannot be bootstrapped", "--method", "laplace")]
    [TestCase("--replicates must be a whole number from 20", "--replicates", "5")]
    [TestCase("--level must lie between 0 and 1", "--level", "95")]
    [TestCase("--seed must be a whole number", "--seed", "x")]
    public void AWrongRequestIsOneMessage(string message, params string[] extra)
    {
        CommandResult result = GlmmCommand.Run([.. s_request, .. extra]);
        Assert.That(result.ExitCode, Is.EqualTo(2));
        Assert.That(result.Error, Does.StartWith("glmm: ").And.Contain(message));
    }
}

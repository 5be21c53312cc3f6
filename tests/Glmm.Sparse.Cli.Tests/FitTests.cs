using System.Globalization;
using System.Text.Json;
using Glmm.Sparse.Data;
using MathNet.Numerics;
using NUnit.Framework;

namespace Glmm.Sparse.Cli.Tests;

public class FitTests
{
    private static readonly string[] s_epil =
    [
        "fit", "--data", Repository.Data("epil.csv"), "--formula", "y ~ lbase*trt + lage + V4 + (1 | subject)",
        "--family", "poisson", "--levels", "trt=placebo,progabide",
    ];

    private static readonly string[] s_names =
    [
        "schema", "version", "method", "criterion", "family", "link", "formula", "observations", "rows_dropped_missing",
        "groups", "converged", "singular", "verdict", "iterations", "gradient_norm", "message", "warnings", "fixed",
        "fixed_covariance", "random", "dispersion", "log_likelihood", "log_quasi_likelihood", "deviance", "aic", "bic",
        "timings", "threads", "theta", "weights", "frequency_weights", "sampling_weights", "offset", "covariance_structure", "factors", "working_log_likelihood",
        "parameters", "nodes", "curvature", "shape", "approximation_risk", "order",
    ];

    [Test]
    public void JsonOnStandardOutputIsTheDocumentAndNothingElse()
    {
        CommandResult result = GlmmCommand.Run([.. s_epil, "--json", "-"]);
        using JsonDocument json = JsonDocument.Parse(result.Output);
        JsonElement root = json.RootElement;
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.Zero, result.Error);
            Assert.That(root.EnumerateObject().Select(static p => p.Name), Is.EqualTo(s_names));
            Assert.That(root.GetProperty("schema").GetString(), Is.EqualTo("glmm.fit/1"));
            Assert.That(root.GetProperty("method").GetString(), Is.EqualTo("pql"));
            Assert.That(root.GetProperty("criterion").GetString(), Is.EqualTo("reml"));
            Assert.That(root.GetProperty("family").GetString(), Is.EqualTo("poisson"));
            Assert.That(root.GetProperty("link").GetString(), Is.EqualTo("log"));
            Assert.That(root.GetProperty("observations").GetInt32(), Is.EqualTo(236));
            Assert.That(root.GetProperty("groups")[0].GetProperty("name").GetString(), Is.EqualTo("subject"));
            Assert.That(root.GetProperty("groups")[0].GetProperty("levels").GetInt32(), Is.EqualTo(59));
            Assert.That(root.GetProperty("converged").GetBoolean(), Is.True);
            Assert.That(root.GetProperty("verdict").GetString(), Is.EqualTo("converged"));
            Assert.That(root.GetProperty("dispersion").GetProperty("estimated").GetBoolean(), Is.False);
            Assert.That(root.GetProperty("fixed_covariance").GetArrayLength(), Is.EqualTo(6));
            Assert.That(root.GetProperty("random").GetArrayLength(), Is.EqualTo(1));
            foreach (string none in new[] { "log_likelihood", "aic", "bic" })
                Assert.That(root.GetProperty(none).ValueKind, Is.EqualTo(JsonValueKind.Null));
        });
    }

    [Test]
    public void WaldStatisticsFollowFromEstimatesAndCovariance()
    {
        using JsonDocument json = JsonDocument.Parse(GlmmCommand.Run([.. s_epil, "--json", "-"]).Output);
        double[][] covariance = json.RootElement.GetProperty("fixed_covariance").Deserialize<double[][]>()!;
        foreach ((int j, JsonElement effect) in json.RootElement.GetProperty("fixed").EnumerateArray().Index())
        {
            double se = effect.GetProperty("std_error").GetDouble();
            double z = effect.GetProperty("estimate").GetDouble() / se;
            Assert.Multiple(() =>
            {
                Assert.That(se, Is.EqualTo(Math.Sqrt(covariance[j][j])).Within(1e-12).Percent);
                Assert.That(effect.GetProperty("z").GetDouble(), Is.EqualTo(z).Within(1e-12).Percent);
                Assert.That(
                    effect.GetProperty("p").GetDouble(),
                    Is.EqualTo(SpecialFunctions.Erfc(Math.Abs(z) / Math.Sqrt(2))).Within(1e-9).Percent);
            });
        }
    }

    [Test]
    public void WithoutJsonAPersonReadsASummary()
    {
        CommandResult result = GlmmCommand.Run(s_epil);
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.Zero, result.Error);
            Assert.That(result.Output, Does.Contain("Number of obs: 236, groups: subject, 59")
                .And.Contain("lbase:trtprogabide").And.Contain("Verdict: converged"));
        });
    }

    [Test]
    public void TablesCoverEveryClusterAndEveryRow()
    {
        using var folder = new TemporaryFolder();
        CommandResult result = GlmmCommand.Run(
        [
            .. s_epil, "--json", folder["fit.json"], "--random-effects", folder["b.csv"], "--fitted", folder["f.csv"],
        ]);
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        string[] effects = File.ReadAllLines(folder["b.csv"]);
        string[] fitted = File.ReadAllLines(folder["f.csv"]);
        Assert.Multiple(() =>
        {
            Assert.That(result.Output, Is.Empty);
            Assert.That(folder.Files, Is.EqualTo(["b.csv", "f.csv", "fit.json"]));
            Assert.That(effects[0], Is.EqualTo("group,level,term,estimate,std_error"));
            Assert.That(effects, Has.Length.EqualTo(60));
            Assert.That(effects.Skip(1), Has.All.StartsWith("subject,").And.All.Contains(",(Intercept),"));
            Assert.That(fitted[0], Is.EqualTo("row,fitted,linear_predictor,residual_pearson,residual_deviance"));
            Assert.That(
                fitted.Skip(1).Select(static line => line.Split(',')[0]),
                Is.EqualTo(Enumerable.Range(1, 236).Select(static row => row.ToString(CultureInfo.InvariantCulture))));
        });
    }

    [Test]
    public void TablesWhoseNameEndsInGzAreCompressed()
    {
        using var folder = new TemporaryFolder();
        CommandResult result = GlmmCommand.Run(
        [
            .. s_epil, "--json", folder["fit.json"], "--random-effects", folder["b.csv.gz"], "--fitted",
            folder["f.csv.gz"],
        ]);
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        Assert.Multiple(() =>
        {
            Assert.That(CsvTable.Read(folder["b.csv.gz"]).RowCount, Is.EqualTo(59));
            Assert.That(CsvTable.Read(folder["f.csv.gz"]).RowCount, Is.EqualTo(236));
            foreach (string file in new[] { "b.csv.gz", "f.csv.gz" })
                Assert.That(File.ReadAllBytes(folder[file]).Take(2), Is.EqualTo(new byte[] { 0x1F, 0x8B }));
        });
    }

    [Test]
    public void FittedValuesAreThoseOfTheModel()
    {
        using var folder = new TemporaryFolder();
        GlmmCommand.Run([.. s_epil, "--fitted", folder["f.csv"]]);
        double[] response = [.. File.ReadLines(Repository.Data("epil.csv")).Skip(1)
            .Select(static line => double.Parse(line.Split(',')[0], CultureInfo.InvariantCulture))];
        foreach ((int i, string line) in File.ReadLines(folder["f.csv"]).Skip(1).Index())
        {
            double[] cells = [.. line.Split(',').Select(static c => double.Parse(c, CultureInfo.InvariantCulture))];
            double mu = cells[1];
            Assert.Multiple(() =>
            {
                Assert.That(mu, Is.EqualTo(Math.Exp(cells[2])).Within(1e-12).Percent);
                Assert.That(cells[3], Is.EqualTo((response[i] - mu) / Math.Sqrt(mu)).Within(1e-10));
                Assert.That(Math.Sign(cells[4]), Is.EqualTo(Math.Sign(response[i] - mu)));
            });
        }
    }

    [Test]
    public void RowsOfFittedValuesAreThoseOfTheDataWhenSomeAreLeftOut()
    {
        using var folder = new TemporaryFolder();
        string data = folder.Write("d.csv", "y,x,g\n3,1,a\n4,NA,a\n2,2,a\n5,1,b\nNA,3,b\n6,2,b\n1,1,c\n2,4,c\n");
        CommandResult result = GlmmCommand.Run(
            "fit", "--data", data, "--formula", "y ~ x + (1 | g)", "--family", "gaussian", "--fitted", folder["f.csv"],
            "--json", folder["fit.json"]);
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(folder["fit.json"]));
        Assert.Multiple(() =>
        {
            Assert.That(
                File.ReadLines(folder["f.csv"]).Skip(1).Select(static line => line.Split(',')[0]),
                Is.EqualTo(["1", "3", "4", "6", "7", "8"]));
            Assert.That(json.RootElement.GetProperty("rows_dropped_missing").GetInt32(), Is.EqualTo(2));
        });
    }

    [Test]
    public void MarginalFitsHaveFittedValuesButNoRandomEffects()
    {
        using var folder = new TemporaryFolder();
        CommandResult refused = GlmmCommand.Run(
            [.. s_epil, "--method", "mql", "--random-effects", folder["b.csv"], "--fitted", folder["f.csv"]]);
        CommandResult fitted = GlmmCommand.Run([.. s_epil, "--method", "mql", "--fitted", folder["g.csv"]]);
        Assert.Multiple(() =>
        {
            Assert.That(refused.ExitCode, Is.EqualTo(2));
            Assert.That(fitted.ExitCode, Is.Zero, fitted.Error);
            Assert.That(fitted.Output, Does.Contain("Fixed effects of the marginal model:"));
            Assert.That(folder.Files, Is.EqualTo(["g.csv"]));
        });
    }

    [Test]
    public void AFitThatDoesNotConvergeStillWritesEverythingAndExitsWithThree()
    {
        using var folder = new TemporaryFolder();
        CommandResult result = GlmmCommand.Run(
        [
            .. s_epil, "--max-iterations", "1", "--json", folder["fit.json"], "--random-effects", folder["b.csv"],
            "--fitted", folder["f.csv"],
        ]);
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(folder["fit.json"]));
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(3));
            Assert.That(result.Error, Does.Contain("glmm: Not converged (stalled)"));
            Assert.That(json.RootElement.GetProperty("converged").GetBoolean(), Is.False);
            Assert.That(json.RootElement.GetProperty("message").GetString(), Is.Not.Empty);
            Assert.That(folder.Files, Is.EqualTo(["b.csv", "f.csv", "fit.json"]));
        });
    }

    [Test]
    public void TheDocumentRecordsWhatTheModelIsMadeOf()
    {
        CommandResult result = GlmmCommand.Run(
            "fit", "--data", Repository.Data("epil.csv"), "--formula", "y ~ trt + (period || subject)", "--family",
            "negative-binomial", "--theta", "2.5", "--offset", "lbase", "--weights", "base", "--reference",
            "trt=progabide", "--json", "-");
        using JsonDocument json = JsonDocument.Parse(result.Output);
        JsonElement root = json.RootElement;
        Assert.Multiple(() =>
        {
            Assert.That(root.GetProperty("theta").GetDouble(), Is.EqualTo(2.5));
            Assert.That(root.GetProperty("weights").GetString(), Is.EqualTo("base"));
            Assert.That(root.GetProperty("offset").GetString(), Is.EqualTo("lbase"));
            Assert.That(root.GetProperty("covariance_structure").GetString(), Is.EqualTo("diagonal"));
            Assert.That(root.GetProperty("factors")[0].GetProperty("name").GetString(), Is.EqualTo("trt"));
            Assert.That(
                root.GetProperty("factors")[0].GetProperty("levels").Deserialize<string[]>(),
                Is.EqualTo(["progabide", "placebo"]));
        });
    }

    // lme4: logLik(lmer(Reaction ~ Days + (Days | Subject), sleepstudy, REML = ...))
    [TestCase("reml", -871.8141)]
    [TestCase("ml", -875.9697)]
    public void AGaussianFitShowsTheLogLikelihoodOfLmer(string criterion, double expected)
    {
        string[] arguments =
        [
            "fit", "--data", Repository.Data("sleepstudy.csv"), "--formula", "Reaction ~ Days + (Days | Subject)",
            "--family", "gaussian", "--criterion", criterion,
        ];
        using JsonDocument json = JsonDocument.Parse(GlmmCommand.Run([.. arguments, "--json", "-"]).Output);
        Assert.Multiple(() =>
        {
            Assert.That(
                json.RootElement.GetProperty("working_log_likelihood").GetDouble(), Is.EqualTo(expected).Within(1e-4));
            Assert.That(json.RootElement.GetProperty("log_likelihood").ValueKind, Is.EqualTo(JsonValueKind.Null));
            Assert.That(
                GlmmCommand.Run(arguments).Output,
                Does.Contain(string.Create(
                    CultureInfo.InvariantCulture, $"log-likelihood ({criterion.ToUpperInvariant()}): {expected:F3}")));
        });
    }

    [Test]
    public void WhatIsOnStandardErrorComesAfterTheSummaryAndOnce()
    {
        using var both = new StringWriter();
        using var output = new BufferedWriter(both);
        CommandLine.Run([.. s_epil, "--max-iterations", "1"], output, both);
        string text = both.ToString();
        string[] lines = text.Split('\n');
        int verdict = Array.FindIndex(lines, static line => line.StartsWith("Verdict: NOT", StringComparison.Ordinal));
        int told = Array.FindIndex(lines, static line => line.StartsWith("glmm: Not conv", StringComparison.Ordinal));
        Assert.That(verdict, Is.Positive.And.LessThan(told), text);
        Assert.That(lines.Skip(told + 1).Select(static line => line.Trim()), Is.EqualTo([""]));
    }

    [Test]
    public void TheResultIsTheSameForAnyNumberOfThreads() =>
        Assert.That(Estimates("--threads", "2"), Is.EqualTo(Estimates("--threads", "1")));

    [Test]
    public void ACancelledFitWritesNothing()
    {
        using var folder = new TemporaryFolder();
        using var error = new StringWriter();
        using var output = new StringWriter();
        var console = new CommandConsole(output, error, Cancellation: new CancellationToken(canceled: true));
        int exitCode = CommandLine.Run([.. s_epil, "--fitted", folder["f.csv"]], console);
        Assert.Multiple(() =>
        {
            Assert.That(exitCode, Is.EqualTo(130));
            Assert.That(output.ToString(), Is.Empty);
            Assert.That(folder.Files, Is.Empty);
        });
    }

    [Test]
    public void ProgressIsShownOnATerminalAndNotWhenQuiet()
    {
        Assert.Multiple(() =>
        {
            Assert.That(ErrorOnTerminal(s_epil), Does.Contain("iteration 1"));
            Assert.That(ErrorOnTerminal([.. s_epil, "--quiet"]), Does.Not.Contain("iteration"));
            Assert.That(GlmmCommand.Run(s_epil).Error, Does.Not.Contain("iteration"));
        });
    }

    private static string Estimates(params string[] options)
    {
        using JsonDocument json = JsonDocument.Parse(GlmmCommand.Run([.. s_epil, .. options, "--json", "-"]).Output);
        return json.RootElement.GetProperty("fixed").GetRawText() + json.RootElement.GetProperty("random").GetRawText();
    }

    private static string ErrorOnTerminal(string[] args)
    {
        using var error = new StringWriter();
        CommandLine.Run(args, new CommandConsole(TextWriter.Null, error, ErrorIsTerminal: true));
        return error.ToString();
    }

    /// <summary>Keeps what it gets until it is flushed, as a redirected standard output does.</summary>
    private sealed class BufferedWriter(TextWriter target) : StringWriter
    {
        public override void Flush()
        {
            target.Write(ToString());
            GetStringBuilder().Clear();
        }
    }
}

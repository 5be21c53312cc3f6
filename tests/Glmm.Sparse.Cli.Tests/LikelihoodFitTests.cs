using System.Globalization;
using System.Text;
using System.Text.Json;
using NUnit.Framework;

namespace Glmm.Sparse.Cli.Tests;

/// <summary>What <c>glmm fit</c> says of a likelihood: its own numbers, and how they hang together.</summary>
public class LikelihoodFitTests
{
    private static readonly string[] s_epil =
    [
        "fit", "--data", Repository.Data("epil.csv"), "--formula", "y ~ trt + V4 + (1 | subject)", "--family",
        "poisson",
    ];

    [TestCase("laplace", 1)]
    [TestCase("aghq", 7)]
    [TestCase("aghq", 11, "--nodes", "11")]
    public void TheDocumentTellsMethodAndLikelihood(string method, int nodes, params string[] more)
    {
        using JsonDocument json = Fit([.. s_epil, "--method", method, .. more]);
        JsonElement fit = json.RootElement;
        double loglik = fit.GetProperty("log_likelihood").GetDouble();
        Assert.Multiple(() =>
        {
            Assert.That(fit.GetProperty("method").GetString(), Is.EqualTo(method));
            Assert.That(fit.GetProperty("criterion").GetString(), Is.EqualTo("ml"));
            Assert.That(fit.GetProperty("nodes").GetInt32(), Is.EqualTo(nodes));
            Assert.That(fit.GetProperty("parameters").GetInt32(), Is.EqualTo(4));
            Assert.That(fit.GetProperty("aic").GetDouble(), Is.EqualTo(-2 * loglik + 8).Within(1e-9));
            Assert.That(
                fit.GetProperty("bic").GetDouble(), Is.EqualTo(-2 * loglik + 4 * Math.Log(236)).Within(1e-9));
            foreach (string none in new[] { "log_quasi_likelihood", "working_log_likelihood", "shape", "theta" })
                Assert.That(fit.GetProperty(none).ValueKind, Is.EqualTo(JsonValueKind.Null), none);
            Assert.That(fit.GetProperty("deviance").GetDouble(), Is.Positive);
            Assert.That(
                fit.GetProperty("dispersion").GetProperty("std_error").ValueKind, Is.EqualTo(JsonValueKind.Null));
        });
    }

    [Test]
    public void QuasiLikelihoodHasNoneOfIt()
    {
        using JsonDocument json = Fit([.. s_epil, "--method", "pql"]);
        string[] none = ["log_likelihood", "aic", "bic", "parameters", "nodes", "curvature", "shape"];
        Assert.Multiple(() =>
        {
            foreach (string name in none)
                Assert.That(json.RootElement.GetProperty(name).ValueKind, Is.EqualTo(JsonValueKind.Null), name);
            Assert.That(
                json.RootElement.GetProperty("random")[0].GetProperty("covariance_std_error").ValueKind,
                Is.EqualTo(JsonValueKind.Null));
        });
    }

    [Test]
    public void OneNodeIsTheLaplaceApproximation()
    {
        using JsonDocument laplace = Fit([.. s_epil, "--method", "laplace"]);
        using JsonDocument oneNode = Fit([.. s_epil, "--method", "aghq", "--nodes", "1"]);
        Assert.That(
            oneNode.RootElement.GetProperty("log_likelihood").GetDouble(),
            Is.EqualTo(laplace.RootElement.GetProperty("log_likelihood").GetDouble()).Within(1e-9));
    }

    [TestCase("expected")]
    [TestCase("observed")]
    public void TheCurvatureIsTheOneAskedFor(string curvature)
    {
        string[] model =
        [
            "fit", "--data", Repository.Data("cbpp.csv"), "--formula",
            "cbind(incidence, size - incidence) ~ 1 + (1 | herd)", "--family", "binomial", "--link", "cloglog",
            "--method", "laplace",
        ];
        using JsonDocument json = Fit([.. model, "--curvature", curvature]);
        Assert.That(json.RootElement.GetProperty("curvature").GetString(), Is.EqualTo(curvature));
    }

    [Test]
    public void AnEstimatedDispersionHasAStandardError()
    {
        using JsonDocument json = Fit(
        [
            "fit", "--data", Repository.Data("sleepstudy.csv"), "--formula", "Reaction ~ Days + (1 | Subject)",
            "--family", "gamma", "--link", "log", "--method", "laplace",
        ]);
        Assert.Multiple(() =>
        {
            Assert.That(
                json.RootElement.GetProperty("dispersion").GetProperty("std_error").GetDouble(), Is.Positive);
            Assert.That(json.RootElement.GetProperty("curvature").GetString(), Is.EqualTo("observed"));
        });
    }

    // A shape held at its estimate gives the same maximum, and no standard error of the shape.
    [TestCase("negative-binomial", "theta")]
    [TestCase("negative-binomial-1", "phi")]
    [TestCase("beta", "precision")]
    public void AShapeMayBeEstimatedOrHeld(string family, string shape)
    {
        using var folder = new TemporaryFolder();
        string[] model = family == "beta"
            ? ["fit", "--data", folder.Write("d.csv", Proportions()), "--formula", "y ~ x + (1 | g)"]
            : ["fit", "--data", Repository.Data("epil.csv"), "--formula", "y ~ trt + V4 + (1 | subject)"];
        model = [.. model, "--family", family, "--method", "laplace", "--curvature", "observed"];
        using JsonDocument estimated = Fit(model);
        JsonElement found = estimated.RootElement.GetProperty("shape");
        double value = found.GetProperty("value").GetDouble();
        string theta = value.ToString("R", CultureInfo.InvariantCulture);
        using JsonDocument held = Fit([.. model, "--theta", theta]);
        JsonElement given = held.RootElement.GetProperty("shape");
        Assert.Multiple(() =>
        {
            Assert.That(found.GetProperty("name").GetString(), Is.EqualTo(shape));
            Assert.That(found.GetProperty("estimated").GetBoolean(), Is.True);
            Assert.That(found.GetProperty("std_error").GetDouble(), Is.Positive);
            Assert.That(given.GetProperty("value").GetDouble(), Is.EqualTo(value));
            Assert.That(given.GetProperty("estimated").GetBoolean(), Is.False);
            Assert.That(given.GetProperty("std_error").ValueKind, Is.EqualTo(JsonValueKind.Null));
            Assert.That(
                held.RootElement.GetProperty("parameters").GetInt32(),
                Is.EqualTo(estimated.RootElement.GetProperty("parameters").GetInt32() - 1));
            Assert.That(
                GlmmCommand.Run(model).Output, Does.Match($@"\nShape of the family: {shape} \S+, Std. Error \d"));
            Assert.That(
                GlmmCommand.Run([.. model, "--theta", theta]).Output,
                Does.Contain($" Family: {family}({shape} = {theta})"));
        });
        AssertSameMaximum(estimated.RootElement, held.RootElement);
    }

    [Test]
    public void AFitThatDoesNotConvergeStillWritesEverythingAndExitsWithThree()
    {
        using var folder = new TemporaryFolder();
        CommandResult result = GlmmCommand.Run(
        [
            .. s_epil, "--method", "laplace", "--max-iterations", "1", "--json", folder["fit.json"], "--random-effects",
            folder["b.csv"], "--fitted", folder["f.csv"],
        ]);
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(3));
            Assert.That(result.Error, Does.Contain("glmm: Not converged (stalled)"));
            Assert.That(folder.Files, Is.EqualTo(["b.csv", "f.csv", "fit.json"]));
        });
    }

    [Test]
    public void TheResultIsTheSameForAnyNumberOfThreads()
    {
        using JsonDocument one = Fit([.. s_epil, "--method", "aghq", "--threads", "1"]);
        using JsonDocument two = Fit([.. s_epil, "--method", "aghq", "--threads", "2"]);
        Assert.That(
            two.RootElement.GetProperty("fixed").GetRawText(),
            Is.EqualTo(one.RootElement.GetProperty("fixed").GetRawText()));
    }

    private static void AssertSameMaximum(JsonElement one, JsonElement other)
    {
        Assert.That(
            other.GetProperty("log_likelihood").GetDouble(),
            Is.EqualTo(one.GetProperty("log_likelihood").GetDouble()).Within(1e-8));
        Assert.That(
            other.GetProperty("random")[0].GetProperty("covariance")[0][0].GetDouble(),
            Is.EqualTo(one.GetProperty("random")[0].GetProperty("covariance")[0][0].GetDouble()).Within(1e-4).Percent);
    }

    private static JsonDocument Fit(string[] arguments)
    {
        CommandResult result = GlmmCommand.Run([.. arguments, "--json", "-"]);
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        return JsonDocument.Parse(result.Output);
    }

    /// <summary>Proportions that rise with x, about a level of each cluster's own.</summary>
    private static string Proportions()
    {
        var data = new StringBuilder("y,x,g\n");
        for (int i = 0; i < 240; i++)
        {
            double eta = 0.8 * Math.Sin(i / 8) + 0.3 * (i % 8 - 3.5) + 0.7 * Math.Sin(12.9 * i);
            data.Append(CultureInfo.InvariantCulture, $"{1 / (1 + Math.Exp(-eta)):R},{i % 8},{i / 8}\n");
        }

        return data.ToString();
    }
}

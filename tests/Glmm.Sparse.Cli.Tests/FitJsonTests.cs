using System.Text.Json;
using Glmm.Sparse.Formula;
using Glmm.Sparse.Results;
using NUnit.Framework;

namespace Glmm.Sparse.Cli.Tests;

public class FitJsonTests
{
    private static readonly RandomBlock[] Blocks = [new(CovarianceKind.Unstructured, ["a", "b"])];

    private static readonly string[] s_names =
    [
        "schema", "version", "method", "criterion", "family", "link", "formula", "observations", "rows_dropped_missing",
        "groups", "converged", "singular", "verdict", "iterations", "gradient_norm", "message", "warnings", "fixed",
        "fixed_covariance", "random", "dispersion", "log_likelihood", "log_quasi_likelihood", "deviance", "aic", "bic",
        "timings", "threads", "theta", "weights", "frequency_weights", "sampling_weights", "offset", "covariance_structure", "factors", "working_log_likelihood",
        "parameters", "nodes", "curvature", "shape", "approximation_risk", "order",
    ];

    [Test]
    public void DocumentHasTheNamesOfTheContractInOrder()
    {
        using JsonDocument json = JsonDocument.Parse(FitJson.Write(SampleDocument.Create()));
        JsonElement root = json.RootElement;
        Assert.Multiple(() =>
        {
            Assert.That(NamesOf(root), Is.EqualTo(s_names));
            Assert.That(root.GetProperty("schema").GetString(), Is.EqualTo("glmm.fit/1"));
            Assert.That(NamesOf(root.GetProperty("groups")[0]), Is.EqualTo(["name", "levels"]));
            Assert.That(
                NamesOf(root.GetProperty("fixed")[0]), Is.EqualTo(["name", "estimate", "std_error", "z", "p"]));
            Assert.That(
                NamesOf(root.GetProperty("random")[0]),
                Is.EqualTo(
                    ["group", "terms", "covariance", "std_dev", "correlation", "blocks", "covariance_std_error"]));
            Assert.That(NamesOf(root.GetProperty("dispersion")), Is.EqualTo(["value", "estimated", "std_error"]));
            Assert.That(
                NamesOf(root.GetProperty("timings")),
                Is.EqualTo(["read_seconds", "design_seconds", "fit_seconds", "data_passes"]));
        });
    }

    [Test]
    public void ALikelihoodHasItsOwnNames()
    {
        using JsonDocument json = JsonDocument.Parse(FitJson.Write(SampleDocument.CreateLikelihood()));
        JsonElement root = json.RootElement;
        Assert.Multiple(() =>
        {
            Assert.That(NamesOf(root), Is.EqualTo(s_names));
            Assert.That(NamesOf(root.GetProperty("shape")), Is.EqualTo(["name", "value", "std_error", "estimated"]));
            Assert.That(root.GetProperty("log_quasi_likelihood").ValueKind, Is.EqualTo(JsonValueKind.Null));
            Assert.That(
                root.GetProperty("random")[0].GetProperty("covariance_std_error")[1][0].GetDouble(), Is.EqualTo(0.03));
        });
    }

    [Test]
    public void NumbersReadBackToTheSameBits()
    {
        using JsonDocument json = JsonDocument.Parse(FitJson.Write(SampleDocument.Create()));
        Assert.Multiple(() =>
        {
            Assert.That(
                json.RootElement.GetProperty("fixed")[0].GetProperty("estimate").GetDouble(),
                Is.EqualTo(1.8696682837488403));
            Assert.That(json.RootElement.GetProperty("deviance").GetDouble(), Is.EqualTo(1.0 / 3));
        });
    }

    [Test]
    public void WhatIsNoNumberIsNull()
    {
        RandomEntry entry = FitDocumentBuilder.BuildRandom("g", Blocks, new double[,] { { 0, 0 }, { 0, 4 } });
        string text = FitJson.Write(SampleDocument.Create() with { Random = [entry], GradientNorm = null });
        using JsonDocument json = JsonDocument.Parse(text);
        JsonElement correlation = json.RootElement.GetProperty("random")[0].GetProperty("correlation");
        Assert.Multiple(() =>
        {
            Assert.That(correlation[0][1].ValueKind, Is.EqualTo(JsonValueKind.Null));
            Assert.That(correlation[0][0].GetDouble(), Is.EqualTo(1));
            Assert.That(json.RootElement.GetProperty("gradient_norm").ValueKind, Is.EqualTo(JsonValueKind.Null));
            Assert.That(
                json.RootElement.GetProperty("fixed")[2].GetProperty("p").ValueKind, Is.EqualTo(JsonValueKind.Null));
        });
    }

    [TestCase(double.NaN, double.NaN)]
    [TestCase(1, 0)]
    [TestCase(0, 0)]
    public void WithoutAStatisticThereIsNoPValue(double estimate, double standardError)
    {
        FixedEntry entry = FitDocumentBuilder.BuildFixed(new FixedEffect("x", estimate, standardError));
        Assert.That(entry.Z, Is.Null);
        Assert.That(entry.P, Is.Null);
    }

    [Test]
    public void NamesStayReadable() =>
        Assert.That(FitJson.Write(SampleDocument.Create()), Does.Contain("\"I(week > 2)TRUE\""));

    [Test]
    public void CorrelationsFollowFromTheCovariance()
    {
        RandomEntry entry = FitDocumentBuilder.BuildRandom("g", Blocks, new double[,] { { 4, -3 }, { -3, 9 } });
        Assert.Multiple(() =>
        {
            Assert.That(entry.StdDev, Is.EqualTo([2, 3]));
            Assert.That(entry.Correlation[0], Is.EqualTo([1, -0.5]));
            Assert.That(entry.Correlation[1], Is.EqualTo([-0.5, 1]));
            Assert.That(entry.CovarianceStdError, Is.Null);
        });
    }

    [Test]
    public void AStandardErrorOnTheBoundaryIsNull()
    {
        RandomEntry entry = FitDocumentBuilder.BuildRandom(
            "g", Blocks, new double[,] { { 4, 0 }, { 0, 0 } },
            new[,] { { 1, double.NaN }, { double.NaN, double.NaN } });
        Assert.That(entry.CovarianceStdError, Is.EqualTo(new double?[][] { [1, null], [null, null] }));
    }

    private static IEnumerable<string> NamesOf(JsonElement element) =>
        element.EnumerateObject().Select(static property => property.Name);
}

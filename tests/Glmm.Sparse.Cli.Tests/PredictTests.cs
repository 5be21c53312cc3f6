using System.Globalization;
using System.Text.Json;
using NUnit.Framework;

namespace Glmm.Sparse.Cli.Tests;

/// <summary>A model saved by <c>glmm fit --save</c> and used by <c>glmm predict</c>.</summary>
public sealed class PredictTests : IDisposable
{
    private const string Formula = "y ~ lbase*trt + lage + V4 + (1 | subject)";

    private readonly TemporaryFolder _folder = new();
    private readonly string _model;
    private readonly string[] _data = File.ReadAllLines(Repository.Data("epil.csv"));

    public PredictTests()
    {
        _model = _folder["epil.model"];
        CommandResult fit = GlmmCommand.Run(
            "fit", "--data", Repository.Data("epil.csv"), "--formula", Formula, "--family", "poisson", "--levels",
            "trt=placebo,progabide", "--fitted", _folder["fitted.csv"], "--save", _model, "--json", _folder["fit.json"]);
        Assert.That(fit.ExitCode, Is.Zero, fit.Error);
    }

    public void Dispose() => _folder.Dispose();

    [Test]
    public void RowsOfTheFitHaveItsFittedValues()
    {
        string[][] predicted = Rows(Predict(Repository.Data("epil.csv")));
        string[][] fitted = [.. File.ReadAllLines(_folder["fitted.csv"]).Select(line => line.Split(','))];
        Assert.That(predicted[0], Is.EqualTo(new[] { "row", "fitted", "std_error", "lower", "upper", "basis" }));
        Assert.That(predicted, Has.Length.EqualTo(fitted.Length));
        for (int row = 1; row < fitted.Length; row++)
        {
            Assert.That(predicted[row][0], Is.EqualTo(fitted[row][0]));
            Assert.That(Number(predicted[row][1]), Is.EqualTo(Number(fitted[row][1])).Within(1e-10).Percent);
            Assert.That(Number(predicted[row][3]), Is.LessThan(Number(predicted[row][1])));
            Assert.That(Number(predicted[row][4]), Is.GreaterThan(Number(predicted[row][1])));
            Assert.That(predicted[row][5], Is.EqualTo("cluster"));
        }
    }

    [Test]
    public void PopulationMeansIntegrateAndLinksDoNot()
    {
        using JsonDocument fit = JsonDocument.Parse(File.ReadAllText(_folder["fit.json"]));
        double variance = fit.RootElement.GetProperty("random")[0].GetProperty("covariance")[0][0].GetDouble();
        string rows = NewRows("subject", keep: false, 1, 2, 3);
        string[][] population = Rows(Predict(rows, "--population"));
        string[][] link = Rows(Predict(rows, "--population", "--type", "link", "--level", "0.5"));
        for (int row = 1; row <= 3; row++)
        {
            Assert.That(
                Number(population[row][1]),
                Is.EqualTo(Math.Exp(Number(link[row][1]) + (variance / 2))).Within(1e-10).Percent);
            Assert.That((population[row][5], link[row][5]), Is.EqualTo(("population", "zero")));
            double half = Number(link[row][4]) - Number(link[row][1]);
            Assert.That(half, Is.EqualTo(0.6744897501960817 * Number(link[row][2])).Within(1e-9).Percent);
        }
    }

    [Test]
    public void TheResponseNeedNotBeThereAndUnknownClustersAreTold()
    {
        string rows = _folder.Write("new.csv", "lbase,trt,lage,V4,subject\n0.1,progabide,0,1,1\n0.1,placebo,0,0,999\n,placebo,0,0,1\n");
        CommandResult result = Predict(rows);
        string[][] predicted = Rows(result);
        Assert.That(predicted[1][5] + predicted[2][5], Is.EqualTo("clusterzero"));
        Assert.That(predicted[3][1..5], Is.All.EqualTo("NA"));
        Assert.That(
            result.Error,
            Does.Contain("warning: 1 row has a value that the model needs missing")
                .And.Contain("warning: 1 row has a 'subject' that the model does not know"));
        AssertRefused(Predict(rows, "--unseen-clusters", "error"), "'subject' is '999' in row 2");
    }

    [Test]
    public void JsonHoldsThePredictionsAndNothingElse()
    {
        string rows = NewRows("subject", keep: true, 1, 60);
        CommandResult result = Predict(rows, "--json", "-", "--interval", "prediction", "--out", _folder["out.csv"]);
        using JsonDocument document = JsonDocument.Parse(result.Output);
        JsonElement root = document.RootElement;
        Assert.That(root.GetProperty("schema").GetString(), Is.EqualTo("glmm.predictions/1"));
        Assert.That(root.GetProperty("target").GetString(), Is.EqualTo("conditional-mean"));
        Assert.That(root.GetProperty("interval").GetString(), Is.EqualTo("prediction"));
        JsonElement first = root.GetProperty("predictions")[0];
        string[][] csv = [.. File.ReadAllLines(_folder["out.csv"]).Select(line => line.Split(','))];
        Assert.That(first.GetProperty("fitted").GetDouble(), Is.EqualTo(Number(csv[1][1])));
        Assert.That(first.GetProperty("upper").GetDouble() % 1, Is.Zero, "a count");
        Assert.That(first.GetProperty("cluster").GetString(), Is.EqualTo("1"));
    }

    [Test]
    public void NoIntervalLeavesItsEndsOut()
    {
        string[][] predicted = Rows(Predict(NewRows("subject", keep: true, 1), "--interval", "none"));
        Assert.That(predicted[1][3..5], Is.EqualTo(new[] { "NA", "NA" }));
        Assert.That(Number(predicted[1][2]), Is.GreaterThan(0));
    }

    [Test]
    public void AClusterIsLearntFromItsRows()
    {
        // Subject 1 under another name: what its rows say is what the fit knows of it.
        string Renamed(int row) => string.Join(',', _data[row].Split(',').Select((cell, c) => row > 0 && c == 5 ? "one" : cell));
        string history = _folder.Write("history.csv", string.Join('\n', Enumerable.Range(0, 5).Select(Renamed)) + "\n");
        string rows = _folder.Write("next.csv", $"{Renamed(0)}\n{Renamed(1)}\n");
        string[] known = Rows(Predict(NewRows("subject", keep: true, 1)))[1];
        string[] unknown = Rows(Predict(rows))[1];
        string[] learnt = Rows(Predict(rows, "--fold-in", history))[1];
        Assert.That(unknown[5], Is.EqualTo("zero"));
        Assert.That(learnt[5], Is.EqualTo("cluster"));
        for (int column = 1; column < 5; column++)
            Assert.That(Number(learnt[column]), Is.EqualTo(Number(known[column])).Within(1e-6).Percent);
        AssertRefused(Predict(rows, "--fold-in", history, "--population"), "leave one of them out");
    }

    [Test]
    public void AnUnknownLevelIsRefusedOrAveraged()
    {
        string rows = _folder.Write("new.csv", "lbase,trt,lage,V4,subject\n0.1,progabid,0,1,1\n");
        AssertRefused(Predict(rows), "Column 'trt' holds 'progabid' in row 1", "did you mean 'progabide'?");
        CommandResult average = Predict(rows, "--unseen-levels", "population", "--type", "link");
        double Link(string level) => Number(
            Rows(Predict(_folder.Write("one.csv", $"lbase,trt,lage,V4,subject\n0.1,{level},0,1,1\n"), "--type", "link"))[1][1]);
        Assert.That(
            Number(Rows(average)[1][1]), Is.EqualTo((Link("placebo") + Link("progabide")) / 2).Within(1e-10));
        Assert.That(average.Error, Does.Contain("warning: Column 'trt' holds levels that the model does not know"));
    }

    [Test]
    public void ANumberWhereTextWasIsReadAsText()
    {
        string data = _folder.Write("data.csv", "y,id\n1,007\n2,007\n4,a\n5,a\n3,8\n9,8\n");
        GlmmCommand.Run("fit", "--data", data, "--formula", "y ~ 1 + (1 | id)", "--family", "poisson", "--save", _folder["m"],
            "--json", _folder["j"]);
        string rows = _folder.Write("rows.csv", "id\n007\n7\n8\n");
        CommandResult result = GlmmCommand.Run("predict", "--model", _folder["m"], "--data", rows);
        Assert.That(Rows(result).Skip(1).Select(row => row[5]), Is.EqualTo(new[] { "cluster", "zero", "cluster" }));
    }

    [Test]
    public void AMissingColumnIsNamed() => AssertRefused(
        Predict(NewRows("lage", keep: false, 1)), "There is no column 'lage', which the model's formula names");

    [Test]
    public void WhatIsNoModelIsRefused()
    {
        string data = NewRows("subject", keep: true, 1);
        string text = File.ReadAllText(_model);
        AssertRefused(With("nowhere.model", data), "There is no file 'nowhere.model'");
        AssertRefused(With(data, data), "This is no model file");
        AssertRefused(With(_folder["fit.json"], data), "report of a fit (--json), not a model");
        AssertRefused(With(_folder.Write("empty", ""), data), "is empty");
        AssertRefused(
            With(_folder.Write("newer", text.Replace("glmm.model/1", "glmm.model/2", StringComparison.Ordinal)), data),
            "of version 2, and this version of Glmm.Sparse reads versions up to 1");
        AssertRefused(
            With(_folder.Write("changed", text.Replace("poisson", "poissom", StringComparison.Ordinal)), data),
            "checksum is not that of its content");
        AssertRefused(With(_folder.Write("cut", text[..(text.Length / 2)]), data), "damaged");
        AssertRefused(With(_folder[""], data), "cannot be read");
    }

    [TestCase("--type cannot be 'mean'", "--type", "mean")]
    [TestCase("--interval cannot be 'both'", "--interval", "both")]
    [TestCase("--level must lie between 0 and 1", "--level", "95")]
    [TestCase("--unseen-levels cannot be 'skip'", "--unseen-levels", "skip")]
    [TestCase("There is no option '--modle'", "--modle", "x")]
    public void AWrongRequestNamesTheOption(string message, params string[] options) =>
        AssertRefused(Predict(Repository.Data("epil.csv"), options), message);

    [Test]
    public void WhatIsReadIsNotOverwritten()
    {
        byte[] before = File.ReadAllBytes(_model);
        AssertRefused(Predict(NewRows("subject", keep: true, 1), "--out", _model), "that --model reads");
        Assert.That(File.ReadAllBytes(_model), Is.EqualTo(before));
        AssertRefused(
            GlmmCommand.Run(
                "fit", "--data", Repository.Data("epil.csv"), "--formula", Formula, "--family", "poisson", "--save", "m.gz"),
            "--save does not compress");
    }

    [Test]
    public void HelpExplainsTheColumnsAndHasExamples() => Assert.That(
        GlmmCommand.Run("predict", "--help").Output,
        Does.Contain("  basis ").And.Contain("Examples:").And.Contain("--fold-in").And.Contain("--population")
            .And.Contain("--save epil.model").And.Contain("Exit codes:"));

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static string[][] Rows(CommandResult result)
    {
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        return [.. result.Output.TrimEnd('\n').Split('\n').Select(line => line.Split(','))];
    }

    private static CommandResult With(string model, string data) =>
        GlmmCommand.Run("predict", "--model", model, "--data", data);

    private static void AssertRefused(CommandResult result, params string[] named)
    {
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(2), result.Error);
            Assert.That(result.Output, Is.Empty);
            Assert.That(result.Error, Does.StartWith("glmm: "));
            Assert.That(result.ShowsStackTrace, Is.False);
            foreach (string part in named) Assert.That(result.Error, Does.Contain(part));
        });
    }

    private CommandResult Predict(string data, params string[] options) =>
        GlmmCommand.Run(["predict", "--model", _model, "--data", data, .. options]);

    /// <summary>Rows of the data by their number from 1, with or without a column.</summary>
    private string NewRows(string column, bool keep, params int[] rows)
    {
        string[] names = _data[0].Split(',');
        int[] columns = [.. Enumerable.Range(0, names.Length).Where(c => keep || names[c] != column)];
        IEnumerable<string> lines = rows.Prepend(0).Select(row => string.Join(',', columns.Select(c => _data[row].Split(',')[c])));
        return _folder.Write("rows.csv", string.Join('\n', lines) + "\n");
    }
}

using System.Net;
using System.Text.Json;
using Glmm.Sparse.Data;
using Glmm.Sparse.Persistence;
using Glmm.Sparse.Prediction;
using Glmm.Sparse.Tables;
using NUnit.Framework;

namespace Glmm.Sparse.Server.Tests;

/// <summary>Predictions over HTTP have the bits of predictions in memory.</summary>
internal sealed class PredictionTests
{
    private RunningServer _server = null!;

    [OneTimeSetUp]
    public async Task Start() => _server = await RunningServer.Start();

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [Test]
    public async Task EveryRowOfTheDataIsPredictedWithTheBitsOfTheLibrary()
    {
        ColumnTable table = CsvTable.Read(RunningServer.EpilFile);
        PredictionTable expected = RunningServer.Epil.Predict(table);
        (HttpStatusCode status, JsonElement all) = await _server.Post(
            "/models/epil/predictions", $$"""{"rows": [{{string.Join(",", Rows(table))}}]}""");
        Assert.That(status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(all.GetProperty("schema").GetString(), Is.EqualTo("glmm.predictions/1"));
        JsonElement[] rows = [.. all.GetProperty("predictions").EnumerateArray()];
        Assert.That(rows, Has.Length.EqualTo(expected.Count));
        for (int row = 0; row < rows.Length; row++) AssertEqual(rows[row], expected[row]);
    }

    [Test]
    public async Task ASingleRowIsPredictedAsAmongOthers()
    {
        ColumnTable table = CsvTable.Read(RunningServer.EpilFile);
        PredictedRow expected = RunningServer.Epil.Predict(table)[17];
        (_, JsonElement one) = await _server.Post(
            "/models/epil/predictions", $$"""{"rows": [{{Rows(table).ElementAt(17)}}]}""");
        AssertEqual(one.GetProperty("predictions")[0], expected);
    }

    [Test]
    public async Task OptionsAreTakenWhereverTheyStand()
    {
        const string row = """{"lbase": 0.5, "trt": "progabide", "lage": 0.1, "V4": 1, "subject": 4}""";
        ColumnTable table = ColumnTable.FromColumns(
            TableColumn.Numeric("lbase", 0.5), TableColumn.Text("trt", "progabide"), TableColumn.Numeric("lage", 0.1),
            TableColumn.Numeric("V4", 1), TableColumn.Numeric("subject", 4));
        PredictedRow expected = RunningServer.Epil.Predict(table, new TablePredictionOptions
        {
            Target = PredictionTarget.PopulationMean,
            Interval = IntervalKind.Prediction,
            Level = 0.8,
        })[0];
        (_, JsonElement answer) = await _server.Post(
            "/models/epil/predictions",
            $$"""{"level": 0.8, "rows": [{{row}}], "target": "population-mean", "interval": "prediction"}""");
        JsonElement found = answer.GetProperty("predictions")[0];
        AssertEqual(found, expected);
        Assert.That(found.GetProperty("basis").GetString(), Is.EqualTo("population"));
    }

    [Test]
    public async Task AMissingValueGivesNullsAndAnIdentifierMayBeAText()
    {
        (_, JsonElement answer) = await _server.Post("/models/epil/predictions", """
            {"rows": [{"lbase": null, "trt": "placebo", "lage": 0, "V4": 0, "subject": "7"},
                      {"lbase": 0, "trt": "placebo", "lage": 0, "V4": 0, "subject": "7"}]}
            """);
        JsonElement rows = answer.GetProperty("predictions");
        Assert.That(rows[0].GetProperty("fitted").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(rows[1].GetProperty("cluster").GetString(), Is.EqualTo("7"));
        Assert.That(rows[1].GetProperty("basis").GetString(), Is.EqualTo("cluster"));
        Assert.That(answer.GetProperty("rows_missing").GetInt32(), Is.EqualTo(1));
    }

    [Test]
    public async Task AClusterLearnsFromItsRowsAsInTheLibraryAndTheModelStaysAsItIs()
    {
        ColumnTable rows = ColumnTable.FromColumns(
            TableColumn.Numeric("y", 9, 4), TableColumn.Numeric("lbase", 0.5, 0.5),
            TableColumn.Text("trt", "placebo", "placebo"), TableColumn.Numeric("lage", 0, 0),
            TableColumn.Numeric("V4", 0, 1));
        ClusterPosterior expected = RunningServer.Epil.Condition(rows, RunningServer.Epil.Fitted.Prior);
        PredictedRow predicted = RunningServer.Epil.Predict(rows, expected)[1];
        const string body = """
            {"rows": [{"y": 9, "lbase": 0.5, "trt": "placebo", "lage": 0, "V4": 0},
                      {"y": 4, "lbase": 0.5, "trt": "placebo", "lage": 0, "V4": 1}],
             "predict": [{"lbase": 0.5, "trt": "placebo", "lage": 0, "V4": 1}]}
            """;
        for (int time = 0; time < 2; time++)
        {
            (HttpStatusCode status, JsonElement answer) = await _server.Post("/models/epil/clusters/newcomer", body);
            Assert.That(status, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(answer.GetProperty("known").GetBoolean(), Is.False);
            Assert.That(answer.GetProperty("rows").GetInt32(), Is.EqualTo(2));
            JsonElement effect = answer.GetProperty("random_effects")[0];
            Assert.That(effect.GetProperty("estimate").GetDouble(), Is.EqualTo(expected.Mode[0]));
            JsonElement row = answer.GetProperty("predictions").GetProperty("predictions")[0];
            Assert.That(row.GetProperty("fitted").GetDouble(), Is.EqualTo(predicted.Estimate));
        }
    }

    [Test]
    public async Task FoldingInSavesANewModelOnceAndLeavesTheOldOne()
    {
        const string body = """
            {"rows": [{"y": 9, "lbase": 0.5, "trt": "placebo", "lage": 0, "V4": 0, "subject": 1000}]}
            """;
        (HttpStatusCode made, JsonElement model) = await _server.Post("/models/epil/clusters?save=epil-folded", body);
        (HttpStatusCode again, _) = await _server.Post("/models/epil/clusters?save=epil-folded", body);
        (_, JsonElement old) = await _server.Get("/models/epil");
        Assert.That(made, Is.EqualTo(HttpStatusCode.Created));
        Assert.That(again, Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That(model.GetProperty("known_clusters").GetInt32(), Is.EqualTo(60));
        Assert.That(old.GetProperty("known_clusters").GetInt32(), Is.EqualTo(59));
    }

    [Test]
    public async Task AModelThatChangesOnTheDiskIsReadAgain()
    {
        string path = Path.Combine(_server.ModelFolder, "changing.model");
        RunningServer.Epil.Save(path);
        (_, JsonElement before) = await _server.Get("/models/changing");
        RunningServer.Epil.WithoutClusters().Save(path);
        JsonElement after = before;
        for (int tries = 0; tries < 500 && after.GetProperty("known_clusters").GetInt32() != 0; tries++)
        {
            await Task.Delay(10);
            (_, after) = await _server.Get("/models/changing");
        }

        Assert.That(before.GetProperty("known_clusters").GetInt32(), Is.EqualTo(59));
        Assert.That(after.GetProperty("known_clusters").GetInt32(), Is.Zero);
    }

    [Test]
    public async Task TheOpenApiDocumentNamesEveryPath()
    {
        (HttpStatusCode status, JsonElement document) = await _server.Get("/openapi/v1.json");
        Assert.That(status, Is.EqualTo(HttpStatusCode.OK));
        string[] paths = [.. document.GetProperty("paths").EnumerateObject().Select(static path => path.Name)];
        Assert.That(paths, Is.SupersetOf(new[]
        {
            "/models", "/models/{name}", "/models/{name}/predictions", "/models/{name}/clusters",
            "/models/{name}/clusters/{cluster}", "/fits", "/fits/{id}",
        }));
    }

    [Test]
    public async Task MetricsCountTheRowsPredicted()
    {
        await _server.Post(
            "/models/epil/predictions",
            """{"rows": [{"lbase": 0, "trt": "placebo", "lage": 0, "V4": 0, "subject": 1}]}""");
        string text = await _server.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        Assert.That(text, Does.Match("""(?m)^glmm_server_rows_predicted_total [1-9]\d*$"""));
        Assert.That(text, Does.Match("""(?m)^glmm_server_prediction_duration_count [1-9]\d*$"""));
        Assert.That(text, Does.Match("""(?m)^glmm_server_models_loaded [1-9]\d*$"""));
    }

    [Test]
    public async Task ItIsReadyWhereItsFolderIs()
    {
        using HttpResponseMessage ready = await _server.Client.GetAsync(new Uri("/health/ready", UriKind.Relative));
        Assert.That(ready.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        await using RunningServer other = await RunningServer.Start(("ModelDirectory", "no-such-folder"));
        using HttpResponseMessage unready = await other.Client.GetAsync(new Uri("/health/ready", UriKind.Relative));
        Assert.That(unready.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        await other.AssertAlive();
    }

    private static IEnumerable<string> Rows(ColumnTable table) => Enumerable.Range(0, table.RowCount).Select(row =>
        "{" + string.Join(",", table.Columns.Select(column =>
            $"\"{column.Name}\":{(column is NumericColumn n ? JsonSerializer.Serialize(n[row]) : $"\"{column.LabelAt(row)}\"")}"))
        + "}");

    private static void AssertEqual(JsonElement found, PredictedRow expected)
    {
        Assert.That(found.GetProperty("fitted").GetDouble(), Is.EqualTo(expected.Estimate));
        Assert.That(found.GetProperty("std_error").GetDouble(), Is.EqualTo(expected.StandardError));
        Assert.That(found.GetProperty("lower").GetDouble(), Is.EqualTo(expected.Lower));
        Assert.That(found.GetProperty("upper").GetDouble(), Is.EqualTo(expected.Upper));
    }
}

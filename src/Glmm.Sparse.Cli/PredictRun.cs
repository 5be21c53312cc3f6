using System.Text;
using Glmm.Sparse.Formula;
using Glmm.Sparse.Persistence;
using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Cli;

/// <summary>Carries out <c>glmm predict</c>: load, read, predict, write.</summary>
internal static class PredictRun
{
    private const string StandardOutput = "-";

    /// <returns>The exit code.</returns>
    public static int Execute(PredictRequest request, CommandConsole console)
    {
        using var outputs = new OutputSet();
        outputs.Protect("--model", request.ModelPath);
        outputs.Protect("--data", request.Data.Path);
        if (request.FoldIn is not null) outputs.Protect("--fold-in", request.FoldIn.Path);
        Stream? file = request.OutPath is null ? null : outputs.Open("--out", request.OutPath);
        Stream? json = request.JsonPath is null or StandardOutput ? null : outputs.Open("--json", request.JsonPath);

        var model = GlmmModel.Load(request.ModelPath);
        if (model.Schema is not { } schema)
        {
            throw new InvalidModelOptionException(
                $"The model '{request.ModelPath}' was made without a formula and cannot read tables; save one with "
                + "glmm fit --save.");
        }

        using var progress = new ProgressLine(console, request.Quiet);
        if (request.FoldIn is { } foldIn)
        {
            progress.Reading(foldIn.Path);
            model = console.Await(() => FoldIn(model, schema, foldIn));
        }

        progress.Reading(request.Data.Path);
        ColumnTable rows = console.Await(
            () => request.Data.Read(model.ColumnsNeeded(request.Options), schema.TextColumns));
        PredictionTable predictions = console.Await(() => model.Predict(rows, request.Options));
        progress.Wipe();
        string[] warnings = [.. Warnings(model, predictions)];
        if (file is not null) PredictTables.Write(file, predictions);
        string? document = request.JsonPath is null
            ? null
            : PredictJson.Write(PredictDocument.Of(model, predictions, warnings));
        json?.Write(Encoding.UTF8.GetBytes(document + "\n"));
        outputs.Commit();

        if (request.JsonPath == StandardOutput)
            console.Output.WriteLine(document);
        else if (request.JsonPath is null && file is null)
            PredictTables.Write(new TextWriterStream(console.Output), predictions);

        // Nothing on standard error may come before what it speaks of.
        console.Output.Flush();
        foreach (string warning in warnings) console.Warn(warning);
        return ExitCode.Success;
    }

    private static GlmmModel FoldIn(GlmmModel model, ModelSchema schema, DataSource rows)
    {
        IReadOnlySet<string> columns = schema.ColumnsNeeded(new PredictionFrameOptions { Response = true });
        return model.WithRows(rows.Read(columns, schema.TextColumns));
    }

    private static IEnumerable<string> Warnings(GlmmModel model, PredictionTable predictions)
    {
        if (!model.Facts.Converged)
        {
            yield return $"The model did not converge ({ContractNames.Of(model.Facts.Verdict)}) when it was fitted: "
                + model.Facts.Message;
        }

        foreach (string warning in predictions.Warnings) yield return warning;
        if (predictions.RowsMissing > 0)
            yield return $"{Rows(predictions.RowsMissing)} a value that the model needs missing; no prediction there.";
        if (predictions.RowsOfUnseenClusters > 0)
        {
            yield return $"{Rows(predictions.RowsOfUnseenClusters)} a '{model.Fitted.GroupName}' that the model does "
                + "not know; the prediction there is at random effects of zero.";
        }
    }

    private static string Rows(int count) => count == 1 ? "1 row has" : $"{count} rows have";
}

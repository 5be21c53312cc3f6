using System.Diagnostics;
using Glmm.Sparse.Estimation;
using Glmm.Sparse.Formula;
using Glmm.Sparse.Persistence;
using Glmm.Sparse.Results;
using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Cli;

/// <summary>Carries out <c>glmm fit</c>: read, design, fit, write.</summary>
internal static class FitRun
{
    // Beyond it residuals are not summed up: a table of them all would take more memory than the fit.
    private const int MostRowsOfResiduals = 1_000_000;

    /// <returns>The exit code.</returns>
    public static int Execute(FitRequest request, CommandConsole console)
    {
        // Opened first: a path that cannot be written is found before an hour of fitting, not after.
        using var outputs = new OutputSet();
        outputs.Protect("--data", request.Data.Path);
        Stream? json = request.Output.Open(outputs);
        Stream? randomEffects = Open(outputs, "--random-effects", request.RandomEffectsPath);
        Stream? fitted = Open(outputs, "--fitted", request.FittedPath);
        Stream? saved = Open(outputs, "--save", request.SavePath);

        // The compiler works on one processor while the file is read on another.
        ModelRequest model = request.Model;
        if (Environment.ProcessorCount > 1)
            Task.Run(() => EngineWarmUp.Run(model.Method, model.Family, model.Link));

        long start = Stopwatch.GetTimestamp();
        var formula = ModelFormula.Parse(model.Formula);
        using var progress = new ProgressLine(console, request.Output.Quiet);
        progress.Reading(request.Data.Path);
        ColumnTable table = console.Await(() => request.Data.Read(model.FrameOptions.ColumnsUsed(formula)));
        double readSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds;

        start = Stopwatch.GetTimestamp();
        ModelFrame frame = console.Await(
            () => ModelFrame.Create(table, formula, model.Family, model.FrameOptions));
        double designSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds;

        GlmmFit fit = model.Fit(frame, progress, console);
        progress.Wipe();
        FitDocument document = FitDocumentBuilder.Build(
            fit, frame, model.FrameOptions, readSeconds, designSeconds);
        if (randomEffects is not null) FitTables.WriteRandomEffects(randomEffects, fit);
        if (fitted is not null) FitTables.WriteFitted(fitted, fit, frame);
        if (saved is not null)
        {
            GlmmModel made = GlmmModel.Create(fit, frame);
            (request.SaveWithoutClusters ? made.WithoutClusters() : made).Save(saved);
        }

        ScaledResiduals? residuals = request.Output.IsText && fit.Observations <= MostRowsOfResiduals
            ? ScaledResiduals.Of(fit, frame.Design)
            : null;
        request.Output.Write(
            outputs, json, console, () => FitJson.Write(document),
            output => SummaryText.Write(output, document, request.Data.Path, residuals, console.Style));
        if (!request.Output.IsText || !console.IsWatchedAsOne) Tell(document, console);
        return document.Converged ? ExitCode.Success : ExitCode.NotConverged;
    }

    private static Stream? Open(OutputSet outputs, string option, string? path) =>
        path is null ? null : outputs.Open(option, path);

    private static void Tell(FitDocument document, CommandConsole console)
    {
        // What the fit ended with is said once, though it may be among the warnings too.
        foreach (string warning in document.Warnings.Where(warning => warning != document.Message))
            console.Warn(warning);
        if (!document.Converged) console.Report($"Not converged ({document.Verdict}): {document.Message}");
    }
}

using System.Diagnostics;
using System.Text;
using Glmm.Sparse.Estimation;
using Glmm.Sparse.Formula;
using Glmm.Sparse.Persistence;
using Glmm.Sparse.Results;
using Glmm.Sparse.Tables;
using Glmm.Sparse.Threading;

namespace Glmm.Sparse.Cli;

/// <summary>Carries out <c>glmm fit</c>: read, design, fit, write.</summary>
internal static class FitRun
{
    private const string StandardOutput = "-";

    /// <returns>The exit code.</returns>
    public static int Execute(FitRequest request, CommandConsole console)
    {
        // Opened first: a path that cannot be written is found before an hour of fitting, not after.
        using var outputs = new OutputSet();
        outputs.Protect("--data", request.Data.Path);
        Stream? json = request.JsonPath is null or StandardOutput ? null : outputs.Open("--json", request.JsonPath);
        Stream? randomEffects = Open(outputs, "--random-effects", request.RandomEffectsPath);
        Stream? fitted = Open(outputs, "--fitted", request.FittedPath);
        Stream? model = Open(outputs, "--save", request.SavePath);

        // The compiler works on one processor while the file is read on another.
        if (Environment.ProcessorCount > 1)
            Task.Run(() => EngineWarmUp.Run(request.Method, request.Family, request.Link));

        long start = Stopwatch.GetTimestamp();
        var formula = ModelFormula.Parse(request.Formula);
        ColumnTable table = request.Data.Read(request.FrameOptions.ColumnsUsed(formula));
        double readSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds;

        console.Cancellation.ThrowIfCancellationRequested();
        start = Stopwatch.GetTimestamp();
        ModelFrame frame = ModelFrame.Create(table, formula, request.Family, request.FrameOptions);
        double designSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds;

        GlmmFit fit = Fit(request, frame, console);
        FitDocument document = FitDocumentBuilder.Build(
            fit, frame, request.FrameOptions, readSeconds, designSeconds);
        json?.Write(Encoding.UTF8.GetBytes(FitJson.Write(document) + "\n"));
        if (randomEffects is not null) FitTables.WriteRandomEffects(randomEffects, fit);
        if (fitted is not null) FitTables.WriteFitted(fitted, fit, frame);
        if (model is not null)
        {
            GlmmModel made = GlmmModel.Create(fit, frame);
            (request.SaveWithoutClusters ? made.WithoutClusters() : made).Save(model);
        }

        outputs.Commit();

        if (request.JsonPath is null)
            SummaryText.Write(console.Output, document, request.Data.Path);
        else if (request.JsonPath == StandardOutput)
            console.Output.WriteLine(FitJson.Write(document));

        // Nothing on standard error may come before what it speaks of.
        console.Output.Flush();
        bool isRead = request.JsonPath is null && console.IsWatchedAsOne;
        if (!isRead) Tell(document, console);
        return document.Converged ? ExitCode.Success : ExitCode.NotConverged;
    }

    private static Stream? Open(OutputSet outputs, string option, string? path) =>
        path is null ? null : outputs.Open(option, path);

    private static GlmmFit Fit(FitRequest request, ModelFrame frame, CommandConsole console)
    {
        using var progress = new ProgressLine(console, request.Quiet);
        FitOptions options = request.Options with
        {
            Progress = new ImmediateProgress<FitProgress>(progress.Report),
            CancellationToken = console.Cancellation,
        };
        return GlmmEstimator.Fit(request.Method, frame.Design, request.Family, request.Link, options);
    }

    private static void Tell(FitDocument document, CommandConsole console)
    {
        // What the fit ended with is said once, though it may be among the warnings too.
        foreach (string warning in document.Warnings.Where(warning => warning != document.Message))
            console.Warn(warning);
        if (!document.Converged) console.Report($"Not converged ({document.Verdict}): {document.Message}");
    }
}

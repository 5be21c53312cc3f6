using Glmm.Sparse.Estimation;
using Glmm.Sparse.Formula;
using Glmm.Sparse.Persistence;
using Glmm.Sparse.Report;
using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Cli;

/// <summary>Carries out <c>glmm report</c>: load, read, fit again, draw, write.</summary>
internal static class ReportRun
{
    /// <returns>The exit code.</returns>
    public static int Execute(ReportRequest request, CommandConsole console)
    {
        using var outputs = new OutputSet();
        outputs.Protect("MODEL", request.ModelPath);
        outputs.Protect("--data", request.Data.Path);
        Stream? page = request.OutPath is null ? null : outputs.Open("--out", request.OutPath);
        (ReportPlotFile File, Stream Stream)[] plots =
            [.. request.Plots.Select(file => (file, outputs.Open("--plot", file.Path)))];

        var model = GlmmModel.Load(request.ModelPath);
        if (model.Schema is not { } schema)
        {
            throw new InvalidModelOptionException(
                $"The model '{request.ModelPath}' was made without a formula and cannot read tables; save one with "
                + "glmm fit --save.");
        }

        ColumnTable rows = console.Await(
            () => request.Data.Read(ModelReport.ColumnsNeeded(model), schema.TextColumns));
        foreach (string name in ModelReport.ColumnsNeeded(model)?.AsEnumerable() ?? [])
            ColumnLookup.Find(rows, name, "the model");
        ModelReport report = Create(request, model, rows, console);
        foreach ((ReportPlotFile file, Stream stream) in plots)
        {
            console.Cancellation.ThrowIfCancellationRequested();
            if (file.IsPng)
                report.Plots.WritePng(file.Plot, stream);
            else
                report.Plots.WriteSvg(file.Plot, stream);
        }

        if (page is not null) report.WriteHtml(page);
        outputs.Commit();
        foreach (string warning in report.Warnings) console.Warn(warning);
        return report.Fit.Converged ? ExitCode.Success : ExitCode.NotConverged;
    }

    private static ModelReport Create(
        ReportRequest request, GlmmModel model, ColumnTable rows, CommandConsole console)
    {
        using var progress = new ProgressLine(console, request.Quiet);
        return ModelReport.Create(model, rows, request.Options with
        {
            Progress = progress.OfFit(FitOptions.Default.Tolerance),
            CancellationToken = console.Cancellation,
        });
    }
}

using System.Globalization;
using Glmm.Sparse.Formula;
using Glmm.Sparse.Resampling;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Cli;

/// <summary>Carries out <c>glmm bootstrap</c>: read, fit, simulate and refit, write.</summary>
internal static class BootstrapRun
{
    /// <returns>The exit code.</returns>
    public static int Execute(BootstrapRequest request, CommandConsole console)
    {
        using var outputs = new OutputSet();
        outputs.Protect("--data", request.Data.Path);
        Stream? json = request.Output.Open(outputs);
        using var progress = new ProgressLine(console, request.Output.Quiet);
        progress.Reading(request.Data.Path);
        ModelRequest model = request.Model;
        (_, ModelFrame frame) = model.Read(request.Data, [], console);
        BootstrapResult result = BootstrapIntervals.Compute(
            frame.Design, model.Family, model.Link, model.Watched(progress, console),
            request.Options with { Progress = progress.OfCount("replicate", request.Options.Replicates) });
        progress.Wipe();
        string[] warnings =
        [
            .. frame.Warnings, .. result.Fit.Warnings, .. FitDocumentBuilder.WarningsOf(result.Fit.ApproximationRisk),
            .. Warnings(result),
        ];
        request.Output.Write(
            outputs, json, console,
            () => BootstrapDocument.Of(result, request.Options, frame, warnings).ToJson(),
            output => WriteText(output, result, request.Options, frame, console.Style));
        foreach (string warning in warnings) console.Warn(warning);
        return ExitCode.Success;
    }

    private static IEnumerable<string> Warnings(BootstrapResult result)
    {
        int left = result.Failures + result.Refused, all = result.Replicates + left;
        if (left > 0)
        {
            yield return $"{left} of {all} replicates were left out ({result.Failures} did not converge, "
                + $"{result.Refused} could not be fitted); the first says: {result.FirstFailure}";
        }
    }

    private static void WriteText(
        TextWriter output, BootstrapResult result, BootstrapIntervalOptions options, ModelFrame frame, TextStyle style)
    {
        GlmmFit fit = result.Fit;
        string percent = string.Create(CultureInfo.InvariantCulture, $"{100 * result.Level:0.###} %");
        output.WriteLine(style.Heading(string.Create(
            CultureInfo.InvariantCulture,
            $"Parametric bootstrap: {result.Replicates} replicates, seed {options.Seed}, {percent} intervals")));
        TextWrap.Write(output, $"Formula: {frame.Formula}", indent: 9);
        output.WriteLine(
            $"  Model: {ContractNames.Of(fit.Method)}, {ContractNames.Of(fit.Criterion)}, {fit.Family} ({fit.Link})");
        output.WriteLine();
        var table = new TextTable();
        table.Add(["", "", "", "", "percentile", "", "basic", ""]);
        table.Add(["", "Estimate", "Bias", "Std. Error", "lower", "upper", "lower", "upper"]);
        foreach (BootstrapParameter row in result.Parameters)
        {
            Func<double?, string> number = NumberFormat.ColumnFormat(
                [row.Estimate, row.StandardError, row.PercentileUpper - row.PercentileLower], 3);
            table.Add([row.Name, .. Numbers(row).Select(value => number(double.IsNaN(value) ? null : value))]);
        }

        table.Write(output, 0);
    }

    private static double[] Numbers(BootstrapParameter row) =>
    [
        row.Estimate, row.Bias, row.StandardError, row.PercentileLower, row.PercentileUpper, row.BasicLower,
        row.BasicUpper,
    ];
}

using Glmm.Sparse.Formula;
using Glmm.Sparse.Inference;
using Glmm.Sparse.Persistence;
using Glmm.Sparse.Resampling;
using Glmm.Sparse.Results;
using Glmm.Sparse.ScoreTests;
using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Cli;

/// <summary>Carries out <c>glmm test</c>.</summary>
internal static class TestRun
{
    /// <summary>The likelihood-ratio test of two saved models.</summary>
    /// <returns>The exit code.</returns>
    public static int CompareSaved(string onePath, string otherPath, OutputRequest output, CommandConsole console)
    {
        using var outputs = new OutputSet();
        outputs.Protect("--model", onePath);
        outputs.Protect("--against", otherPath);
        Stream? json = output.Open(outputs);
        GlmmModel one = GlmmModel.Load(onePath), other = GlmmModel.Load(otherPath);
        (GlmmModel smaller, GlmmModel larger) = (one.Facts.Parameters ?? 0) <= (other.Facts.Parameters ?? 0)
            ? (one, other)
            : (other, one);
        LikelihoodRatioResult ratio = smaller.CompareWith(larger);
        TestDocument document = TestDocument.Empty(
            "likelihood-ratio", larger.Fitted.Family, larger.Fitted.Link, larger.Facts.Observations,
            larger.Fitted.GroupName, larger.Facts.Clusters) with
        {
            Method = ContractNames.Of(larger.Fitted.Method),
            LikelihoodRatio = LikelihoodRatioEntry.Of(
                ratio, Entry(smaller), Entry(larger), simulated: null, seed: null),
        };
        return Finish(document, outputs, json, output, console);

        static ComparedEntry Entry(GlmmModel model) => new(
            model.Schema?.Formula, model.Facts.LogLikelihood, model.Facts.Parameters);
    }

    /// <summary>The likelihood-ratio test of two formulas.</summary>
    /// <returns>The exit code.</returns>
    public static int CompareFormulas(TestRequest request, string against, CommandConsole console)
    {
        using var outputs = new OutputSet();
        outputs.Protect("--data", request.Data.Path);
        Stream? json = request.Output.Open(outputs);
        using var progress = new ProgressLine(console, request.Output.Quiet);
        ModelRequest model = request.Model;
        var other = ModelFormula.Parse(against);
        progress.Reading(request.Data.Path);
        (ColumnTable table, ModelFrame one) = model.Read(request.Data, [other], console);
        ModelFrame two = ModelFrame.Create(table, other, model.Family, model.FrameOptions);
        (LikelihoodFit Fit, ModelFrame Frame) first = Fit(one), second = Fit(two), smaller = first, larger = second;
        if (first.Fit.ParameterCount > second.Fit.ParameterCount) (smaller, larger) = (second, first);
        LikelihoodRatioResult ratio = LikelihoodRatioTest.Compare(smaller.Fit, larger.Fit);
        BootstrapLikelihoodRatioResult? simulated = request.Simulation is not { } simulation
            ? null
            : BootstrapLikelihoodRatio.Test(
                smaller.Frame.Design, larger.Frame.Design, model.Family, model.Link, model.Method,
                model.Watched(progress, console),
                simulation with { Progress = progress.OfCount("replicate", simulation.Replicates) });
        progress.Wipe();
        TestDocument document = TestDocument.Of("likelihood-ratio", larger.Fit) with
        {
            Method = ContractNames.Of(model.Method),
            LikelihoodRatio = LikelihoodRatioEntry.Of(
                ratio, Entry(smaller), Entry(larger), simulated, request.Simulation?.Seed),
            Warnings = [.. new[] { smaller, larger }.SelectMany(static m => Warnings(m.Frame, m.Fit)).Distinct()],
        };
        return Finish(document, outputs, json, request.Output, console);

        (LikelihoodFit, ModelFrame) Fit(ModelFrame frame) =>
            ((LikelihoodFit)model.Fit(frame, progress, console), frame);

        static ComparedEntry Entry((LikelihoodFit Fit, ModelFrame Frame) m) => new(
            m.Frame.Formula, ContractJson.Finite(m.Fit.LogLikelihood), m.Fit.ParameterCount);
    }

    /// <summary>The score test of the random effects, from the model without them.</summary>
    /// <returns>The exit code.</returns>
    public static int TestVariance(TestRequest request, CommandConsole console)
    {
        using var outputs = new OutputSet();
        outputs.Protect("--data", request.Data.Path);
        Stream? json = request.Output.Open(outputs);
        using var progress = new ProgressLine(console, request.Output.Quiet);
        progress.Reading(request.Data.Path);
        ModelRequest model = request.Model;
        (_, ModelFrame frame) = model.Read(request.Data, [], console);
        VarianceScoreResult result = VarianceScoreTest.Test(
            frame.Design, model.Family, model.Link, model.Watched(progress, console));
        progress.Wipe();
        TestDocument document = TestDocument.Empty(
            "variance-score", model.Family, model.Link ?? model.Family.DefaultLink, frame.Design.Observations,
            frame.Design.Clusters.Name, frame.Design.Clusters.Count) with
        {
            Formula = frame.Formula,
            Converged = result.Converged,
            Message = result.Message,
            VarianceScore = VarianceScoreSection.Of(result, Shown(result, request.Component)),
            Warnings = frame.Warnings,
        };
        return Finish(document, outputs, json, request.Output, console);
    }

    /// <summary>The score tests of terms that the formula has not.</summary>
    /// <returns>The exit code.</returns>
    public static int TestAdded(TestRequest request, CommandConsole console)
    {
        using var outputs = new OutputSet();
        outputs.Protect("--data", request.Data.Path);
        Stream? json = request.Output.Open(outputs);
        using var progress = new ProgressLine(console, request.Output.Quiet);
        progress.Reading(request.Data.Path);
        AddedColumns columns = AddedColumns.Read(request, console);
        if (request.Model.Fit(columns.Null, progress, console) is not { Converged: true } fit)
        {
            throw new InvalidModelOptionException(
                "The model without the added terms did not converge, so there is nothing to add to; see what glmm fit "
                + "says of it.");
        }

        IReadOnlyList<ScoreScanResult> results = columns.Test((PqlFit)fit, console.Cancellation);
        progress.Wipe();
        TestDocument document = TestDocument.Of("fixed-score", fit) with
        {
            Method = ContractNames.Of(fit.Method),
            Formula = columns.Formula,
            FixedScore = [.. columns.Names.Zip(results, FixedScoreEntry.Of)],
            Warnings =
            [
                .. columns.Warnings, .. fit.Warnings, .. FitDocumentBuilder.WarningsOf(fit.ApproximationRisk),
            ],
        };
        return Finish(document, outputs, json, request.Output, console);
    }

    private static IEnumerable<string> Warnings(ModelFrame frame, GlmmFit fit) => [.. frame.Warnings, .. fit.Warnings];

    private static IReadOnlyList<VarianceScore> Shown(VarianceScoreResult result, string? component)
    {
        if (component is null) return result.Components;
        VarianceScore[] found = [.. result.Components.Where(score => score.Name == component)];
        string[] names = [.. result.Components.Select(static score => score.Name)];
        return found.Length > 0 ? found : throw OptionText.NoChoice("--component", component, names);
    }

    private static int Finish(
        TestDocument document, OutputSet outputs, Stream? json, OutputRequest output, CommandConsole console)
    {
        output.Write(
            outputs, json, console, document.ToJson, text => TestText.Write(text, document, console.Style));
        foreach (string warning in document.Warnings) console.Warn(warning);
        if (!document.Converged) console.Report($"Not converged: {document.Message}");
        return document.Converged ? ExitCode.Success : ExitCode.NotConverged;
    }
}

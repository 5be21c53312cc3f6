using Glmm.Sparse.Formula;
using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Cli;

/// <summary>Carries out <c>glmm describe</c>: read, look, write.</summary>
internal static class DescribeRun
{
    // Clusters of more columns than these nobody reads.
    private const int MostGroups = 3;

    private static readonly string[] s_responseNames = ["y", "response", "outcome"];

    /// <returns>The exit code.</returns>
    public static int Execute(DescribeRequest request, CommandConsole console)
    {
        using var outputs = new OutputSet();
        outputs.Protect("--data", request.Data.Path);
        Stream? json = request.Output.Open(outputs);
        using var progress = new ProgressLine(console, request.Output.Quiet);
        progress.Reading(request.Data.Path);
        ModelFormula? formula = request.Formula is null ? null : ModelFormula.Parse(request.Formula);
        ColumnTable table = console.Await(() => request.Data.Read());
        TableDescription description = console.Await(() => TableDescription.Of(table));
        (string? response, string[] groups) = Roles(request, formula, description);
        ClusterDescription[] clusters = console.Await<ClusterDescription[]>(
            () => [.. groups.Select(description.Clusters)]);
        FamilySuggestion? family = response is null
            ? null
            : FamilySuggestion.Of(
                description[response]!,
                table[response] is NumericColumn { } numbers
                    ? description.DispersionIndex(numbers, groups.FirstOrDefault())
                    : double.NaN);
        DescribeDocument document = DescribeDocument.Of(description, clusters, response, family) with
        {
            Suggestion = SuggestedFit.Of(request, description, response, clusters.FirstOrDefault(), family),
            Notes = SuggestedFit.Notes(request, description, response, clusters.FirstOrDefault(), family),
        };
        progress.Wipe();
        request.Output.Write(
            outputs, json, console, document.ToJson,
            text => DescribeText.Write(text, document, request.Data.Path, console.Style));
        return ExitCode.Success;
    }

    private static (string? Response, string[] Groups) Roles(
        DescribeRequest request, ModelFormula? formula, TableDescription description)
    {
        string? response = request.Response;
        string[] groups = request.Group is null ? [] : [request.Group];
        if (formula is not null)
        {
            string[] responses = [.. formula.Response.Columns];
            response = responses.Length == 1 ? responses[0] : null;
            groups = [.. formula.Group];
            foreach (string name in formula.Columns) Require("--formula", name, description);
        }

        if (request.Response is not null) Require("--response", request.Response, description);
        if (request.Group is not null) Require("--group", request.Group, description);
        if (formula is null) response ??= s_responseNames.FirstOrDefault(name => description[name] is not null);
        if (groups.Length == 0)
        {
            groups =
            [
                .. description.GroupingCandidates.Where(name => name != response).Take(MostGroups),
            ];
        }

        return (response, groups);
    }

    private static void Require(string option, string name, TableDescription description)
    {
        if (description[name] is not null) return;
        string[] names = [.. description.Columns.Select(static column => column.Name)];
        string meant = NearestName.Suggestion(name, names);
        throw new InvalidModelDataException(
            $"There is no column '{name}', which {option} names{meant}; the columns are {string.Join(", ", names)}.");
    }
}

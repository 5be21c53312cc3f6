using Glmm.Sparse.Families;
using Glmm.Sparse.Formula;
using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Cli;

/// <summary>A first command to run on data that were described.</summary>
internal static class SuggestedFit
{
    // A first model is read at a glance.
    private const int MostCovariates = 4;
    private const int MostLevels = 10;
    private const double MostMissing = 0.1;

    // Clusters of fewer single 0/1 outcomes bias PQL.
    private const double SmallCluster = 20;

    /// <summary>The command, or null where response, group or family is not known.</summary>
    public static string? Of(
        DescribeRequest request, TableDescription description, string? response, ClusterDescription? clusters,
        FamilySuggestion? suggestion)
    {
        if (response is null || clusters is null || suggestion is not { Family: { } family, Link: { } link })
            return null;
        // No random effect can be told from one cluster.
        if (clusters.Count < 2) return null;
        IEnumerable<string> covariates = Covariates(description, response, clusters).Take(MostCovariates).Select(Term);
        string right = string.Join(" + ", [.. covariates.DefaultIfEmpty("1"), $"(1 | {Quoted(clusters.Name)})"]);
        string formula = request.Formula ?? $"{Quoted(response)} ~ {right}";
        string command = $"glmm fit {Source(request.Data)} --formula {ForShell(formula)} --family {family.Name}";
        if (!ReferenceEquals(link, family.DefaultLink)) command += $" --link {link.Name}";
        if (family.Name == Family.Beta().Name) return command + " --method laplace";
        return NeedsQuadrature(request, description, response, clusters, family)
            ? command + " --method aghq"
            : command;
    }

    /// <summary>What to know of the command that <see cref="Of"/> gives.</summary>
    public static IReadOnlyList<string> Notes(
        DescribeRequest request, TableDescription description, string? response, ClusterDescription? clusters,
        FamilySuggestion? suggestion)
    {
        if (response is null || clusters is not { Count: >= 2 } || suggestion?.Family is not { } family) return [];
        List<string> notes = [];
        if (NeedsQuadrature(request, description, response, clusters, family))
        {
            notes.Add("Method aghq, for PQL is biased where outcomes are single 0/1 and clusters are small "
                + FormattableString.Invariant($"(median {clusters.Median:0.#} rows)."));
        }

        string[] left = [.. Covariates(description, response, clusters).Skip(MostCovariates)
            .Select(static column => column.Name)];
        if (request.Formula is null && left.Length > 0)
            notes.Add($"Left out: {string.Join(", ", left)}; the first four columns that may be covariates only.");
        return notes;
    }

    private static IEnumerable<ColumnDescription> Covariates(
        TableDescription description, string response, ClusterDescription clusters) => description.Columns
        .Where(column => column.Name != response && column.Name != clusters.Name)
        .Where(column => IsCovariate(column, description));

    // A formula of the user's may hold random effects of many dimensions, where quadrature is slow or refused.
    private static bool NeedsQuadrature(
        DescribeRequest request, TableDescription description, string response, ClusterDescription clusters,
        Family family) => request.Formula is null && family.Name == Family.Binomial.Name
        && clusters.Median < SmallCluster
        && description[response] is { Kind: "boolean" } or { Kind: "text" }
            or { IsWhole: true, Minimum: 0, Maximum: 1 };

    // Days since 1970 are far from 0 and hard to read.
    private static string Term(ColumnDescription column) =>
        column.Kind == "date" ? $"scale({Quoted(column.Name)})" : Quoted(column.Name);

    private static bool IsCovariate(ColumnDescription column, TableDescription description)
    {
        bool isFew = column.Kind switch
        {
            "text" => column.Distinct <= MostLevels && column.NotANumber is null,
            _ => !description.GroupingCandidates.Contains(column.Name),
        };
        // Numbers of rows, all different and in order, say nothing.
        bool isRowNumber = column.IsWhole && column.Distinct == description.RowCount
            && column.Maximum - column.Minimum == column.Distinct - 1;
        return isFew && !isRowNumber && column.Distinct > 1
            && column.Missing <= MostMissing * description.RowCount;
    }

    private static string Source(DataSource data)
    {
        string[] parts =
        [
            data.Path == DataSource.QueryAlone ? "" : $"--data {ForShell(data.Path)}",
            data.Table is null ? "" : $"--table {ForShell(data.Table)}",
            data.Sql is null ? "" : $"--sql {ForShell(data.Sql)}",
        ];
        return string.Join(' ', parts.Where(static part => part.Length > 0));
    }

    /// <summary>A word as a shell takes it literally: between double quotes, which every shell knows, unless it holds
    /// what shells replace between them, such as the backquotes around a name with blanks.</summary>
    private static string ForShell(string text)
    {
        bool isPlain = text.Length > 0
            && text.All(static c => char.IsLetterOrDigit(c) || c is '.' or '/' or '_' or '-');
        if (isPlain) return text;
        return text.AsSpan().IndexOfAny("`$\"!\\") < 0
            ? $"\"{text}\""
            : $"'{text.Replace("'", OperatingSystem.IsWindows() ? "''" : "'\\''", StringComparison.Ordinal)}'";
    }

    // R's names; all others stand between backticks.
    private static string Quoted(string name)
    {
        bool isName = name.Length > 0 && (char.IsLetter(name[0]) || name[0] == '.')
            && name.All(static c => char.IsLetterOrDigit(c) || c is '.' or '_');
        return isName ? name : $"`{name}`";
    }
}

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

    /// <summary>The command, or null where response, group or family is not known.</summary>
    public static string? Of(
        DescribeRequest request, TableDescription description, string? response, ClusterDescription? clusters,
        FamilySuggestion? suggestion)
    {
        if (response is null || clusters is null || suggestion is not { Family: { } family, Link: { } link })
            return null;
        // No random effect can be told from one cluster.
        if (clusters.Count < 2) return null;
        IEnumerable<string> covariates = description.Columns
            .Where(column => column.Name != response && column.Name != clusters.Name)
            .Where(column => IsCovariate(column, description)).Take(MostCovariates)
            .Select(static column => Quoted(column.Name));
        string right = string.Join(" + ", [.. covariates.DefaultIfEmpty("1"), $"(1 | {Quoted(clusters.Name)})"]);
        string formula = request.Formula ?? $"{Quoted(response)} ~ {right}";
        string command = $"glmm fit {Source(request.Data)} --formula {ForShell(formula)} --family {family.Name}";
        if (!ReferenceEquals(link, family.DefaultLink)) command += $" --link {link.Name}";
        return family.Name == Family.Beta().Name ? command + " --method laplace" : command;
    }

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
        bool isPlain = text.Length > 0 && text.All(static c => char.IsLetterOrDigit(c) || c is '.' or '/' or '_' or '-');
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

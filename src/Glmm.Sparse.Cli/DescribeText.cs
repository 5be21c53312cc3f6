using System.Globalization;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Cli;

/// <summary>Prints for a person what data look like.</summary>
internal static class DescribeText
{
    // A level longer than this is cut: the table is for the eye.
    private const int LongestLabel = 16;

    private const int FewLevels = 4;

    public static void Write(TextWriter output, DescribeDocument data, string path, TextStyle style)
    {
        output.WriteLine(style.Heading($"{path}: {data.Rows} rows, {data.Columns.Count} columns"));
        output.WriteLine();
        WriteColumns(output, data);
        foreach (ClusterEntry clusters in data.Clusters) WriteClusters(output, clusters, style);
        if (data.Clusters.Count == 0)
        {
            output.WriteLine("No column looks like a grouping factor: five or more labels that come again.");
            output.WriteLine("Name one with --group.");
            output.WriteLine();
        }

        WriteResponse(output, data, style);
        if (data.Suggestion is null) return;
        output.WriteLine(style.Heading("To begin with:"));
        output.WriteLine($"  {data.Suggestion}");
        foreach (string note in data.Notes) TextWrap.Write(output, $"  {note}", indent: 2);
    }

    private static void WriteColumns(TextWriter output, DescribeDocument data)
    {
        var table = new TextTable();
        table.Add(["Column", "Kind", "Missing", "Distinct", " Values"]);
        foreach (ColumnEntry column in data.Columns)
        {
            table.Add([
                column.Name, column.Kind, column.Missing.ToString(CultureInfo.InvariantCulture),
                column.Distinct.ToString(CultureInfo.InvariantCulture), $" {Values(column)}",
            ]);
        }

        table.Write(output, 0, 1, 4);
        output.WriteLine();
    }

    private static string Values(ColumnEntry column)
    {
        if (column.Kind == "numeric")
        {
            return column.Minimum is null
                ? ""
                : $"{Short(column.Minimum)} to {Short(column.Maximum)}, mean {Short(column.Mean)}";
        }

        if (column.Least is not null) return $"{column.Least} to {column.Most}";
        IEnumerable<string> levels = column.Levels.Take(FewLevels).Select(static level => string.Create(
            CultureInfo.InvariantCulture, $"{Cut(level.Label)} ({level.Rows})"));
        return string.Join(", ", levels) + (column.Distinct > FewLevels ? ", ..." : "");
    }

    private static string Short(double? value) => value?.ToString("G5", CultureInfo.InvariantCulture) ?? "NA";

    private static string Cut(string label) =>
        label.Length <= LongestLabel ? label : $"{label.AsSpan(0, LongestLabel - 3)}...";

    private static void WriteClusters(TextWriter output, ClusterEntry clusters, TextStyle style)
    {
        output.WriteLine(style.Heading($"Clusters by '{clusters.Name}': {clusters.Count}"));
        string singletons = clusters.Singletons == 0
            ? ""
            : $"; {clusters.Singletons} of one row";
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  rows in each: {clusters.Smallest} to {clusters.Largest}, median {clusters.Median:0.#}{singletons}"));
        List("  vary within: ", clusters.Varying);
        List("  the same within: ", clusters.Constant);
        foreach (string outer in clusters.NestedIn)
        {
            TextWrap.Write(
                output, $"  Nested in '{outer}': each '{clusters.Name}' belongs to one '{outer}'.", indent: 2);
        }

        foreach (string outer in clusters.RepeatedIn)
        {
            TextWrap.Write(
                output,
                $"  Every '{clusters.Name}' comes with several '{outer}'. If the same label means another cluster in "
                + $"each '{outer}', group by the interaction: (1 | {outer}:{clusters.Name}).",
                indent: 2);
        }

        output.WriteLine();

        void List(string title, IReadOnlyList<string> names)
        {
            if (names.Count > 0) TextWrap.Write(output, title + string.Join(", ", names), indent: 4);
        }
    }

    private static void WriteResponse(TextWriter output, DescribeDocument data, TextStyle style)
    {
        if (data.Response is not { } response)
        {
            output.WriteLine("Name the response with --response for a family that suits it.");
            return;
        }

        string family = response.Family is null ? "no family suits" : $"{response.Family} ({response.Link})";
        TextWrap.Write(
            output, $"Response '{response.Name}': {family}, for {response.Reason}.", indent: 2, style.Heading);
        if (response.Hint is not null) TextWrap.Write(output, $"  Think of: {response.Hint}.", indent: 2);
        output.WriteLine();
    }
}

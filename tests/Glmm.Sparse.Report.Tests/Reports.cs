using System.Collections.Concurrent;
using Glmm.Sparse.Families;
using Glmm.Sparse.Results;
using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Report.Tests;

/// <summary>The reports that several tests look at, each made once.</summary>
internal static class Reports
{
    private static readonly ConcurrentDictionary<string, string> s_made = new();

    /// <summary>The report of a sample, as HTML.</summary>
    public static string Of(string name) => s_made.GetOrAdd(
        name, static name => name == "hostile" ? Hostile().Html() : Sample.Named(name).Html());

    /// <summary>Data whose names and labels would do harm in a page that did not escape them.</summary>
    public static Sample Hostile()
    {
        var random = new Random(5);
        string[] labels = ["<script>injected = 1</script>", "\"><img src=x onerror=injected=1>", "a & b", "c", "d", "e"];
        const int N = 120;
        string?[] groups = [.. Enumerable.Range(0, N).Select(i => labels[i % 6])];
        double[] x = [.. Enumerable.Range(0, N).Select(_ => random.NextDouble())];
        double[] y = [.. Enumerable.Range(0, N).Select(i => (2 * x[i]) + (i % 6) + random.NextDouble())];
        var table = ColumnTable.FromColumns(
            TableColumn.Numeric("y", y), TableColumn.Numeric("<b class=injected>x", x),
            TableColumn.Text("</style><script>injected = 1</script>", groups));
        return Sample.Of(
            table, "y ~ `<b class=injected>x` + (1 | `</style><script>injected = 1</script>`)", Family.Gaussian,
            EstimationMethod.Pql);
    }
}

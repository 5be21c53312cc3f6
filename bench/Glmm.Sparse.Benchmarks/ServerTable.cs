using System.Globalization;
using System.Text;
using Glmm.Sparse.Data;
using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Formula;
using Glmm.Sparse.Persistence;
using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Benchmarks;

/// <summary>The server as a process of its own, asked for predictions over the loopback by connections that are kept;
/// the server has one core and what asks another, where they can be pinned.</summary>
internal static class ServerTable
{
    private const string Formula = "y ~ lbase*trt + lage + V4 + (1 | subject)";
    private static readonly TimeSpan s_warm = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_measured = TimeSpan.FromSeconds(5);

    public static void Print(TextWriter output)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("glmm-server-bench-");
        try
        {
            ColumnTable table = CsvTable.Read(FindData("epil.csv"));
            ModelFrame frame = ModelFrame.Create(table, ModelFormula.Parse(Formula), Family.Poisson, new());
            var model = GlmmModel.Create(Pql.Fit(frame.Design, Family.Poisson), frame);
            model.Save(Path.Combine(folder.FullName, "epil.model"));
            bool pinned = CorePin.PinThisProcess(core: 1);
            using ServerProcess server = ServerProcess.Start(folder.FullName, pinned ? 0 : null);
            Print(output, server, Single(model, table), Many(model, table), pinned);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Print(
        TextWriter output, ServerProcess server, LoadRequest[] single, LoadRequest[] many, bool pinned)
    {
        output.WriteLine(pinned ? "Server on core 0, load from core 1." : "Not pinned to cores.");
        output.WriteLine();
        output.WriteLine(
            "| request | connections | requests a second | p50, ms | p99, ms | longest, ms | server's CPU, µs | "
            + "allocated, bytes | a second of its core |");
        output.WriteLine("|---|--:|--:|--:|--:|--:|--:|--:|--:|");
        // Until the compiler has come to all that requests for predictions run through.
        Load.Run(server.Port, single, connections: 32, 2 * s_warm);
        Load.Run(server.Port, many, connections: 4, s_warm);
        LoadRequest[] nothing = [LoadRequest.Get("/health/live")];
        (string Name, LoadRequest[] Requests, int Connections)[] loads =
        [
            ("nothing (`/health/live`)", nothing, 16), ("one row", single, 1), ("one row", single, 4),
            ("one row", single, 16), ("one row", single, 32), ("236 rows", many, 4),
        ];
        foreach (var (name, requests, connections) in loads)
        {
            Load.Run(server.Port, requests, connections, s_warm);
            (double processor, double allocated) = (server.ProcessorSeconds, server.AllocatedBytes());
            LoadResult result = Load.Run(server.Port, requests, connections, s_measured);
            processor = (server.ProcessorSeconds - processor) / result.Requests;
            allocated = (server.AllocatedBytes() - allocated) / result.Requests;
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {name} | {connections} | {result.Requests / result.Seconds:N0} | {result.Milliseconds(0.5):F2} | "
                + $"{result.Milliseconds(0.99):F2} | {result.Milliseconds(1):F1} | {1e6 * processor:F0} | "
                + $"{allocated:N0} | {1 / processor:N0} |"));
        }
    }

    /// <summary>A request for each row of the data.</summary>
    private static LoadRequest[] Single(GlmmModel model, ColumnTable table)
    {
        string[] rows = Rows(table);
        PredictionTable expected = model.Predict(table);
        return [.. rows.Select((row, at) => LoadRequest.Post(
            "/models/epil/predictions", $$"""{"rows":[{{row}}]}""", expected[at].Estimate))];
    }

    /// <summary>All rows in one request.</summary>
    private static LoadRequest[] Many(GlmmModel model, ColumnTable table) => [LoadRequest.Post(
        "/models/epil/predictions", $$"""{"rows":[{{string.Join(',', Rows(table))}}]}""",
        model.Predict(table)[0].Estimate)];

    private static string[] Rows(ColumnTable table)
    {
        string[] numbers = ["lbase", "lage", "V4", "subject"];
        TableColumn trt = table["trt"]!;
        NumericColumn[] columns = [.. numbers.Select(name => (NumericColumn)table[name]!)];
        return [.. Enumerable.Range(0, table.RowCount).Select(row =>
        {
            var text = new StringBuilder($"{{\"trt\":\"{trt.LabelAt(row)}\"");
            for (int j = 0; j < columns.Length; j++)
                text.Append(CultureInfo.InvariantCulture, $",\"{numbers[j]}\":{columns[j][row]:R}");
            return text.Append('}').ToString();
        })];
    }

    private static string FindData(string name)
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Glmm.Sparse.sln")))
            folder = folder.Parent;
        return folder is null
            ? throw new DirectoryNotFoundException("No folder above holds Glmm.Sparse.sln.")
            : Path.Combine(folder.FullName, "data", name);
    }
}

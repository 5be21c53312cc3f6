using System.Diagnostics;
using System.Text.RegularExpressions;
using Glmm.Sparse.Tables;
using NUnit.Framework;

namespace Glmm.Sparse.Data.Tests;

/// <summary>The command reads every form.</summary>
internal sealed partial class CommandTests
{
    private static readonly string[] s_model =
        ["--formula", "y ~ lbase*trt + lage + V4 + (1 | subject)", "--family", "poisson"];

    [TestCaseSource(typeof(Forms), nameof(Forms.OfFiles))]
    public void FitAndPredictAreTheSame(string file)
    {
        using var folder = new TemporaryFolder();
        ColumnTable epil = SampleTables.Named("epil.csv");
        Forms.Write(file, epil, folder);
        Assert.Multiple(() =>
        {
            Assert.That(FitOf("--data", folder[file]), Is.EqualTo(FitOf("--data", Repository.Data("epil.csv"))));
            Assert.That(
                FitOf("--data", folder[file], "--sql", "SELECT * FROM data"),
                Is.EqualTo(FitOf("--data", Repository.Data("epil.csv"))));
        });

        Assert.That(Run("fit", ["--data", folder[file], .. s_model, "--save", folder["m"]]).ExitCode, Is.Zero);
        string[] foldIn = ["--model", folder["m"], "--data", folder[file], "--fold-in", folder[file]];
        string[] foldInCsv =
            ["--model", folder["m"], "--data", Repository.Data("epil.csv"), "--fold-in", Repository.Data("epil.csv")];
        CommandResult predicted = Run("predict", foldIn);
        Assert.That(predicted.ExitCode, Is.Zero, predicted.Error);
        Assert.That(predicted.Output, Is.EqualTo(Run("predict", foldInCsv).Output));
    }

    [Test]
    public void AQueryNeedsNoData()
    {
        string query = $"SELECT * FROM read_csv('{Repository.Data("epil.csv")}')";
        Assert.That(FitOf("--sql", query), Is.EqualTo(FitOf("--data", Repository.Data("epil.csv"))));
    }

    [Test]
    public void TheFormIsToldByTheFirstBytes()
    {
        using var folder = new TemporaryFolder();
        foreach (string file in Forms.OfFiles)
        {
            Forms.Write(file, SampleTables.Mixed, folder);
            if (file == "data.tsv") continue;
            File.Move(folder[file], folder["unknown.dat"], overwrite: true);
            Assert.That(new Glmm.Sparse.Cli.DataSource(folder["unknown.dat"], null).Read().RowCount, Is.EqualTo(600), file);
        }
    }

    [Test]
    public void TablesAreNamedAndListed()
    {
        using var folder = new TemporaryFolder();
        string path = folder["d.db"];
        Engine.Run(
            SampleTables.Named("epil.csv"), $"ATTACH '{path}' AS made", "CREATE TABLE made.epil AS FROM given",
            "CREATE TABLE made.other AS SELECT 1 AS v", "DETACH made");
        Assert.That(
            FitOf("--data", path, "--table", "epil"), Is.EqualTo(FitOf("--data", Repository.Data("epil.csv"))));
        Assert.That(
            FailureOf("--data", path),
            Is.EqualTo($"glmm: The database '{path}' has several tables; name one of them (--table): epil, other."));
    }

    [TestCase(
        "--table names a table of a DuckDB database, which 'x.csv' is not; leave it out.", "--data", "x.csv", "--table",
        "t")]
    [TestCase(
        "--table names a table of the database of --data, which is left out; name the file too.", "--sql", "FROM t",
        "--table", "t")]
    [TestCase("Option '--data' is required; see 'glmm fit --help'.")]
    [TestCase(
        "'x.json' is JSON, which glmm does not read; read it by a query instead, without --data: --sql \"SELECT * FROM "
        + "read_json('x.json')\".", "--data", "x.json")]
    [TestCase(
        "'x.xlsx' is a spreadsheet, which glmm does not read; save the sheet as CSV and name that file.", "--data",
        "x.xlsx")]
    [TestCase(
        "'x.rds' is a file of R, which glmm does not read; write the data as CSV in R: write.csv(x, \"data.csv\", "
        + "row.names = FALSE).", "--data", "x.rds")]
    [TestCase(
        "'x.sas7bdat' is a file of SAS, which glmm does not read; export it as CSV (PROC EXPORT DBMS=CSV, or in R "
        + "haven::read_sas and write.csv).", "--data", "x.sas7bdat")]
    [TestCase(
        "There is no file 'part-*.csv'; only Parquet files can be named by a pattern. Others can by a query, without "
        + "--data, such as --sql \"SELECT * FROM read_csv('part-*.csv')\".", "--data", "part-*.csv")]
    [TestCase("There is no file 'x.duckdb'; check the path and the spelling.", "--data", "x.duckdb")]
    public void MistakesAreExplained(string message, params string[] arguments) =>
        Assert.That(FailureOf(arguments), Is.EqualTo($"glmm: {message}"));

    [Test]
    public void ASpreadsheetByAnotherNameIsKnownToo()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("data.csv", "PK\u0003\u0004 and so on, and so on");
        Assert.That(FailureOf("--data", path), Does.Contain("is a spreadsheet"));
    }

    /// <summary>Without the assemblies that read the other forms, the command still fits a CSV file.</summary>
    [Test]
    public void ACsvFileNeedsNoOtherReader()
    {
        using var folder = new TemporaryFolder();
        string[] others =
            ["Glmm.Sparse.Data.Arrow.dll", "Glmm.Sparse.Data.DuckDb.dll", "DuckDB.NET.Bindings.dll", "Apache.Arrow.dll"];
        foreach (string path in Directory.EnumerateFiles(AppContext.BaseDirectory, "*.dll"))
            File.Copy(path, folder[Path.GetFileName(path)]);
        File.Copy(
            Path.Combine(AppContext.BaseDirectory, "glmm.runtimeconfig.json"), folder["glmm.runtimeconfig.json"]);
        foreach (string file in others)
        {
            Assert.That(folder.Files, Has.Member(file));
            File.Delete(folder[file]);
        }

        using Process process = Process.Start(new ProcessStartInfo(
            "dotnet", ["exec", folder["glmm.dll"], "fit", "--data", Repository.Data("epil.csv"), .. s_model])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero, error.Result);
        Assert.That(output, Does.Contain("lbase:trtprogabide"));
    }

    private static string FitOf(params string[] source)
    {
        CommandResult result = Run("fit", [.. source, .. s_model, "--json", "-"]);
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        return Timings().Replace(result.Output, "");
    }

    private static string FailureOf(params string[] source)
    {
        CommandResult result = Run("fit", [.. source, .. s_model]);
        Assert.That(result.ExitCode, Is.EqualTo(2), result.Output);
        Assert.That(result.ShowsStackTrace, Is.False);
        return result.Error.TrimEnd();
    }

    private static CommandResult Run(string command, string[] arguments) => GlmmCommand.Run([command, .. arguments]);

    [GeneratedRegex("\"[a-z]+_seconds\": [^,]*,")]
    private static partial Regex Timings();
}

using Glmm.Sparse.Tables;
using NUnit.Framework;

namespace Glmm.Sparse.Data.Tests;

/// <summary>Parquet files, databases and queries: what is read, in which order, and every message.</summary>
internal sealed class DuckDbFileTests
{
    private const string ManyRows = "SELECT range AS i, (range * 7919) % 1000 AS id FROM range(200000)";

    private static readonly string[] s_inOrder = [.. Enumerable.Range(0, 200000).Select(i => $"{i}")];

    [Test]
    public void RowsKeepTheOrderOfTheFile()
    {
        using var folder = new TemporaryFolder();
        string file = folder["many.parquet"], database = folder["many.duckdb"];
        Engine.Run(
            $"COPY ({ManyRows}) TO '{file}'", $"ATTACH '{database}' AS made", $"CREATE TABLE made.t AS {ManyRows}",
            "DETACH made");
        Assert.That(Tables.Labels(ParquetTable.Read(file), "i"), Is.EqualTo(s_inOrder));
        Assert.That(Tables.Labels(DuckDbTable.Read(database), "i"), Is.EqualTo(s_inOrder));
    }

    [Test]
    public void RowsAreSortedByAColumnAndWithinItAsTheyWere()
    {
        using var folder = new TemporaryFolder();
        Engine.Run(
            $"COPY (SELECT i, CASE WHEN id < 5 THEN NULL ELSE id END AS \"the \"\"id\"\"\", 'x' || i AS row FROM ({ManyRows})) "
            + $"TO '{folder["many.parquet"]}'");
        var options = new DuckDbOptions { OrderBy = "the \"id\"", Threads = 2 };
        ColumnTable table = ParquetTable.Read(
            folder["many.parquet"], new HashSet<string> { "i" }, null, options);
        long[] ids = [.. Enumerable.Range(0, 200000).Select(static i => i * 7919L % 1000)];
        IEnumerable<string> expected = Enumerable.Range(0, 200000)
            .OrderBy(i => ids[i] < 5 ? long.MaxValue : ids[i]).ThenBy(static i => i).Select(static i => $"{i}");
        Assert.That(Tables.Labels(table, "i"), Is.EqualTo(expected));
        Assert.That(table.Columns, Has.Count.EqualTo(1));
        Assert.That(
            () => ParquetTable.Read(folder["many.parquet"], null, null, new DuckDbOptions { OrderBy = "z" }),
            Throws.TypeOf<InvalidModelOptionException>().With.Message.EqualTo(
                "There is no column 'z' to sort by; the columns are i, the \"id\", row."));
    }

    [Test]
    public void SortingBeyondTheMemoryLimitGoesToTheDisk()
    {
        using var folder = new TemporaryFolder();
        Engine.Run(
            "COPY (SELECT range AS i, hash(range) AS k, 'some longer text ' || range AS s FROM range(1500000)) "
            + $"TO '{folder["m.parquet"]}'");
        var options = new DuckDbOptions
        {
            MemoryLimit = "90MB",
            TempDirectory = folder["spill"],
            Threads = 1,
            OrderBy = "k",
        };
        ColumnTable table = ParquetTable.Read(folder["m.parquet"], new HashSet<string> { "i", "s" }, null, options);
        Assert.That(table.RowCount, Is.EqualTo(1500000));
        Assert.That(
            () => ParquetTable.Read(
                folder["m.parquet"], null, null, options with { MemoryLimit = "20MB", TempDirectory = "" }),
            Throws.InstanceOf<GlmmException>().With.Message.Contains("memory limit"));
    }

    [Test]
    public void PatternsReadFilesInTheOrderOfTheirNames()
    {
        using var folder = new TemporaryFolder();
        foreach (int part in (int[])[2, 1, 3])
            Engine.Run($"COPY (SELECT {part} AS v) TO '{folder[$"part-{part}.parquet"]}'");
        ColumnTable table = ParquetTable.Read(folder["part-*.parquet"]);
        Assert.That(Tables.Labels(table, "v"), Is.EqualTo(new[] { "1", "2", "3" }));
        Assert.That(
            Failure(() => ParquetTable.Read(folder["no-*.parquet"])),
            Is.EqualTo($"No file matches '{folder["no-*.parquet"]}'; check the path and the spelling."));
    }

    [TestCase("it's.parquet")]
    [TestCase("a \"b\" [1].parquet")]
    [TestCase("x'); DROP TABLE t; --.parquet")]
    public void NamesOfFilesAreSafe(string name)
    {
        using var folder = new TemporaryFolder();
        Engine.Run($"COPY (SELECT 4 AS \"a \"\"b\"\"\") TO {SqlText.Literal(folder[name])}");
        Assert.That(Tables.Labels(ParquetTable.Read(folder[name]), "a \"b\""), Is.EqualTo(new[] { "4" }));
        string database = name.Replace(".parquet", ".duckdb", StringComparison.Ordinal);
        Engine.Run(
            $"ATTACH {SqlText.Literal(folder[database])} AS made", "CREATE TABLE made.\"t\"\"'\" AS SELECT 5 AS v",
            "DETACH made");
        Assert.That(Tables.Labels(DuckDbTable.Read(folder[database], "t\"'"), "v"), Is.EqualTo(new[] { "5" }));
    }

    [Test]
    public void WhatIsNoParquetFileIsNamed()
    {
        using var folder = new TemporaryFolder();
        string path = folder["no.parquet"];
        Assert.That(
            Failure(() => ParquetTable.Read(path)),
            Is.EqualTo($"There is no file '{path}'; check the path and the spelling."));
        folder.Write("no.parquet", "y,x\n1,2\n1,2\n1,2\n1,2\n");
        Assert.That(
            Failure(() => ParquetTable.Read(path)),
            Does.StartWith($"'{path}' cannot be read as Parquet: ")
                .And.EndWith("; check that it is a Parquet file, or get or write it anew."));
        Assert.That(
            Failure(() => ParquetTable.Read(Path.GetDirectoryName(path)!)), Does.Contain("is a folder; name a Parquet file"));
        Engine.Run($"COPY (SELECT 1 AS v WHERE false) TO '{path}'");
        Assert.That(
            Failure(() => ParquetTable.Read(path)),
            Is.EqualTo($"'{path}' has columns but no rows of data; a model needs at least some."));
    }

    [Test]
    public void TablesOfADatabaseAreFoundByNameAndListedOtherwise()
    {
        using var folder = new TemporaryFolder();
        string path = folder["d.duckdb"];
        Engine.Run($"ATTACH '{path}' AS made", "CREATE TABLE made.first AS SELECT 1 AS v", "DETACH made");
        Assert.That(Tables.Labels(DuckDbTable.Read(path), "v"), Is.EqualTo(new[] { "1" }));
        Engine.Run(
            $"ATTACH '{path}' AS made", "CREATE SCHEMA made.trial", "CREATE TABLE made.trial.visits AS SELECT 2 AS v",
            "CREATE VIEW made.seen AS SELECT 3 AS v", "DETACH made");
        Assert.Multiple(() =>
        {
            Assert.That(Tables.Labels(DuckDbTable.Read(path, "FIRST"), "v"), Is.EqualTo(new[] { "1" }));
            Assert.That(Tables.Labels(DuckDbTable.Read(path, "main.first"), "v"), Is.EqualTo(new[] { "1" }));
            Assert.That(Tables.Labels(DuckDbTable.Read(path, "trial.visits"), "v"), Is.EqualTo(new[] { "2" }));
            Assert.That(Tables.Labels(DuckDbTable.Read(path, "seen"), "v"), Is.EqualTo(new[] { "3" }));
            Assert.That(
                Failure(() => DuckDbTable.Read(path)),
                Is.EqualTo(
                    $"The database '{path}' has several tables; name one of them (--table): first, seen, trial.visits."));
            Assert.That(
                Failure(() => DuckDbTable.Read(path, "visits")),
                Is.EqualTo($"There is no table 'visits' in '{path}'; it has first, seen, trial.visits."));
        });
    }

    [Test]
    public void WhatIsNoDatabaseIsNamed()
    {
        using var folder = new TemporaryFolder();
        Assert.That(
            Failure(() => DuckDbTable.Read(folder["no.duckdb"])),
            Is.EqualTo($"There is no file '{folder["no.duckdb"]}'; check the path and the spelling."));
        string text = folder.Write("text.duckdb", "y,x\n1,2\n1,2\n1,2\n1,2\n");
        Assert.That(
            Failure(() => DuckDbTable.Read(text)),
            Is.EqualTo($"'{text}' is no DuckDB database; name one, or a file of another form by its own extension."));
        Engine.Run($"ATTACH '{folder["none.duckdb"]}' AS made", "CREATE SCHEMA made.s", "DETACH made");
        Assert.That(
            Failure(() => DuckDbTable.Read(folder["none.duckdb"])),
            Is.EqualTo($"The database '{folder["none.duckdb"]}' has no table; name another file."));
        byte[] damaged = File.ReadAllBytes(folder["none.duckdb"])[..4096];
        File.WriteAllBytes(folder["damaged.duckdb"], damaged);
        Assert.That(
            Failure(() => DuckDbTable.Read(folder["damaged.duckdb"])),
            Does.StartWith($"'{folder["damaged.duckdb"]}' cannot be read as a DuckDB database: "));
    }

    [Test]
    public void ADatabaseIsOnlyRead()
    {
        using var folder = new TemporaryFolder();
        string path = folder["d.duckdb"];
        Engine.Run($"ATTACH '{path}' AS made", "CREATE TABLE made.t AS SELECT 1 AS v", "DETACH made");
        byte[] before = File.ReadAllBytes(path);
        ColumnTable table = SqlTable.Query("SELECT v + 1 AS w FROM t JOIN data USING (v)", SqlData.Database(path));
        Assert.That(Tables.Labels(table, "w"), Is.EqualTo(new[] { "2" }));
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(before));
        Assert.That(folder.Files, Is.EqualTo(new[] { "d.duckdb" }));
    }

    private static string Failure(Action read) => Assert.Throws<InvalidModelDataException>(() => read())!.Message;
}

using Glmm.Sparse.Tables;
using NUnit.Framework;

namespace Glmm.Sparse.Data.Tests;

/// <summary>Queries: what they see, and every message.</summary>
internal sealed class SqlTests
{
    private static readonly SqlData s_data =
        SqlData.Table(new ColumnTableBuilder().Number("y", [1, 2, 3]).Text("g", ["a", null, "b"]).ToTable());

    [Test]
    public void AQueryReadsItsData()
    {
        ColumnTable table = SqlTable.Query(
            "SELECT y * 2 AS z, g FROM data WHERE y > 1 ORDER BY y DESC; -- and no more", s_data);
        Assert.That(Tables.Labels(table, "z"), Is.EqualTo(new[] { "6", "4" }));
        Assert.That(Tables.Labels(table, "g"), Is.EqualTo(new[] { "b", null }));
    }

    [TestCase("FROM data")]
    [TestCase("WITH t AS (SELECT y FROM data) SELECT * FROM t")]
    [TestCase("VALUES (1), (2)")]
    [TestCase("(SELECT 1 AS y) UNION ALL (SELECT 2)")]
    public void QueriesComeInManyShapes(string sql) =>
        Assert.That(SqlTable.Query(sql, s_data).RowCount, Is.GreaterThan(1));

    [Test]
    public void WhatIsRefusedHasWrittenNothing()
    {
        using var folder = new TemporaryFolder();
        string target = folder["exported"];
        Assert.That(
            () => SqlTable.Query($"/* to */ EXPORT DATABASE '{target}'", s_data),
            Throws.TypeOf<InvalidModelOptionException>().With.Message.Contains("Only a query that reads"));
        Assert.That(Directory.Exists(target), Is.False);
    }

    [TestCase("/* one */ -- two\n  SELECT 1 AS y")]
    [TestCase("((SELECT 1 AS y))")]
    [TestCase("from (select 1 as y)")]
    public void CommentsAndParenthesesMayComeFirst(string sql) =>
        Assert.That(SqlTable.Query(sql, s_data).RowCount, Is.EqualTo(1));

    [Test]
    public void AQueryMayNameItsFiles()
    {
        ColumnTable table = SqlTable.Query(
            $"SELECT avg(y) AS mean, subject FROM '{Repository.Data("epil.csv")}' GROUP BY subject ORDER BY subject");
        Assert.That(table.RowCount, Is.EqualTo(59));
    }

    [TestCase("CREATE TABLE t AS SELECT 1")]
    [TestCase("COPY data TO 'x.csv'")]
    [TestCase("DELETE FROM data")]
    [TestCase("SET threads = 1")]
    [TestCase("INSTALL httpfs")]
    [TestCase("SELECT 1) TO 'x.csv'; COPY (SELECT 1")]
    public void OnlyQueriesRun(string sql)
    {
        Assert.That(() => SqlTable.Query(sql, s_data), Throws.InstanceOf<GlmmException>());
        Assert.That(File.Exists("x.csv"), Is.False);
    }

    [TestCase(
        "DELETE FROM data",
        "Only a query that reads can be run, such as SELECT * FROM data WHERE visit > 1; run other statements with "
        + "DuckDB itself first.")]
    [TestCase(" ", "The query is empty; write one such as SELECT * FROM data WHERE visit > 1.")]
    [TestCase("SELECT 1; SELECT 2", "The query holds 2 statements; give a single one.")]
    [TestCase(
        "SELECT * FROM data WHERE y > ?",
        "The query has parameters (? or $1), for which there are no values; write the values themselves.")]
    public void WhatIsNoQueryIsAnOptionError(string sql, string message) =>
        Assert.That(
            () => SqlTable.Query(sql, s_data),
            Throws.TypeOf<InvalidModelOptionException>().With.Message.EqualTo(message));

    [TestCase("SELECT x FROM data", "Referenced column \"x\" not found in FROM clause")]
    [TestCase("SELECT y FRM data", "syntax error at or near")]
    [TestCase("SELECT * FROM other", "Table with name other does not exist")]
    [TestCase("SELECT * FROM 'no.parquet'", "No files found that match the pattern \"no.parquet\"")]
    [TestCase("SELECT g::INTEGER AS v FROM data", "Could not convert string 'a' to INT32")]
    [TestCase("SELECT * FROM 'http://localhost:1/x.parquet'", "httpfs")]
    public void WhatTheEngineSaysIsPassedOn(string sql, string message)
    {
        InvalidModelDataException error =
            Assert.Throws<InvalidModelDataException>(() => SqlTable.Query(sql, s_data))!;
        Assert.That(error.Message, Does.StartWith("The query cannot be run: ").And.Contain(message));
        Assert.That(error.Message, Does.EndWith("; mend the query.").And.Not.Contain("\n"));
    }

    [Test]
    public void DataThatAreNotGivenAreMissed()
    {
        Assert.That(
            () => SqlTable.Query("SELECT * FROM data"),
            Throws.TypeOf<InvalidModelDataException>().With.Message.EqualTo(
                "The query reads 'data', but no data were given (--data); give them, or name a file in the query, as in "
                + "FROM 'visits.parquet'."));
        using var folder = new TemporaryFolder();
        Engine.Run(
            $"ATTACH '{folder["two.duckdb"]}' AS made", "CREATE TABLE made.a AS SELECT 1 AS v",
            "CREATE TABLE made.b AS SELECT 2 AS v", "DETACH made");
        Assert.That(
            () => SqlTable.Query("SELECT * FROM data", SqlData.Database(folder["two.duckdb"])),
            Throws.TypeOf<InvalidModelDataException>().With.Message.Contains("name the one (--table)"));
        Assert.That(
            Tables.Labels(SqlTable.Query("SELECT * FROM b", SqlData.Database(folder["two.duckdb"])), "v"),
            Is.EqualTo(new[] { "2" }));
        Assert.That(
            Tables.Labels(SqlTable.Query("SELECT * FROM data", SqlData.Database(folder["two.duckdb"], "a")), "v"),
            Is.EqualTo(new[] { "1" }));
    }

    [Test]
    public void ColumnsOfOneNameAreAnErrorOnlyWhereTheyAreAskedFor()
    {
        const string Sql = "SELECT 1 AS v, 2 AS v, 3 AS w";
        Assert.That(
            () => SqlTable.Query(Sql),
            Throws.TypeOf<InvalidModelDataException>().With.Message.EqualTo(
                "The query gives two columns named 'v'; name them apart with AS, or select one of them."));
        Assert.That(SqlTable.Query(Sql, null, new HashSet<string> { "w" }).Columns, Has.Count.EqualTo(1));
    }

    [Test]
    public void OptionsAreChecked()
    {
        Assert.Multiple(() =>
        {
            Assert.That(Refusal(new DuckDbOptions { Threads = 0 }), Is.EqualTo(
                "The number of threads must be at least 1, not 0; leave it out for all processors."));
            Assert.That(Refusal(new DuckDbOptions { MemoryLimit = "much" }), Does.StartWith(
                "The database engine does not start with the memory limit 'much'"));
            Assert.That(Refusal(new DuckDbOptions { OrderBy = "y" }), Is.EqualTo(
                "A query sorts by its own ORDER BY; leave the option OrderBy out."));
            Assert.That(
                () => SqlTable.Query("SELECT 1 AS v WHERE false"),
                Throws.TypeOf<InvalidModelDataException>().With.Message.EqualTo(
                    "The query gives no rows; a model needs at least some."));
        });

        static string Refusal(DuckDbOptions options) => Assert.Throws<InvalidModelOptionException>(
            () => SqlTable.Query("FROM data", s_data, options: options))!.Message;
    }
}

using Glmm.Sparse.Tables;
using NUnit.Framework;

namespace Glmm.Sparse.Data.Tests;

/// <summary>What becomes of each of the engine's types.</summary>
internal sealed class DuckDbTypeTests
{
    [TestCase("TINYINT")]
    [TestCase("SMALLINT")]
    [TestCase("INTEGER")]
    [TestCase("BIGINT")]
    [TestCase("HUGEINT")]
    [TestCase("UTINYINT")]
    [TestCase("USMALLINT")]
    [TestCase("UINTEGER")]
    [TestCase("UBIGINT")]
    [TestCase("UHUGEINT")]
    [TestCase("FLOAT")]
    [TestCase("DOUBLE")]
    [TestCase("DECIMAL(4,1)")]
    [TestCase("DECIMAL(9,2)")]
    [TestCase("DECIMAL(18,3)")]
    [TestCase("DECIMAL(38,4)")]
    public void NumbersAreNumeric(string type) =>
        Assert.That(Read(type, "3", "NULL", "120"), Is.EqualTo(("numeric", (string?[])["3", null, "120"])));

    [Test]
    public void WholeNumbersThatADoubleDoesNotHoldAreText()
    {
        Assert.That(
            Read("BIGINT", "1", "NULL", "9007199254740993"),
            Is.EqualTo(("text", (string?[])["1", null, "9007199254740993"])));
        Assert.That(
            Read("HUGEINT", "-170141183460469231731687303715884105727", "7"),
            Is.EqualTo(("text", (string?[])["-170141183460469231731687303715884105727", "7"])));
        Assert.That(
            Read("DECIMAL(20,0)", "90071992547409931", "7"),
            Is.EqualTo(("text", (string?[])["90071992547409931", "7"])));
    }

    [Test]
    public void DecimalsAreRoundedAsTheirTextIs()
    {
        var column = (NumericColumn)Column("DECIMAL(38,20)", "0.1", "123456789012345678.12345678901234567891");
        Assert.That((column[0], column[1]), Is.EqualTo((0.1, 123456789012345678.12345678901234567891)));
    }

    [Test]
    public void InfinitiesOfDatesAreInfinite()
    {
        var dates = (DateColumn)Column("DATE", "'infinity'", "'-infinity'", "'2024-01-01'");
        var times = (DateColumn)Column("TIMESTAMP", "'infinity'", "'-infinity'", "'2024-01-01'");
        Assert.That((dates[0], dates[1]), Is.EqualTo((double.PositiveInfinity, double.NegativeInfinity)));
        Assert.That((times[0], times[1]), Is.EqualTo((double.PositiveInfinity, double.NegativeInfinity)));
    }

    [TestCase("BOOLEAN", "true", "TRUE", "boolean")]
    [TestCase("DATE", "'1969-12-30'", "1969-12-30", "date")]
    [TestCase("TIMESTAMP_S", "'2024-02-29 12:34:56'", "2024-02-29T12:34:56Z", "time")]
    [TestCase("TIMESTAMP_MS", "'2024-02-29 12:34:56.789'", "2024-02-29T12:34:56.789Z", "time")]
    [TestCase("TIMESTAMP", "'2024-02-29 12:34:56.789012'", "2024-02-29T12:34:56.789012Z", "time")]
    [TestCase("TIMESTAMP_NS", "'2024-02-29 12:34:56.789012'", "2024-02-29T12:34:56.789012Z", "time")]
    [TestCase("TIMESTAMPTZ", "'2024-02-29 12:34:56+02'", "2024-02-29T10:34:56Z", "time")]
    [TestCase("VARCHAR", "'twelve bytes'", "twelve bytes", "text")]
    [TestCase("VARCHAR", "'thirteen byte'", "thirteen byte", "text")]
    [TestCase("VARCHAR", "'1'", "1", "text")]
    [TestCase("VARCHAR", "''", "", "text")]
    [TestCase("ENUM('never', 'höher')", "'höher'", "höher", "text")]
    [TestCase("UUID", "'00112233-4455-6677-8899-aabbccddeeff'", "00112233-4455-6677-8899-aabbccddeeff", "text")]
    [TestCase("UUID", "'f0112233-4455-6677-8899-aabbccddeeff'", "f0112233-4455-6677-8899-aabbccddeeff", "text")]
    public void OthersKeepTheirMeaning(string type, string value, string label, string kind) =>
        Assert.That(Read(type, value, "NULL", value), Is.EqualTo((kind, (string?[])[label, null, label])));

    [Test]
    public void NothingIsMissing() =>
        Assert.That(
            Tables.Labels(SqlTable.Query("SELECT NULL AS v FROM range(2)"), "v"), Is.EqualTo(new string?[2]));

    [Test]
    public void LargeEnumerationsAreText()
    {
        using var folder = new TemporaryFolder();
        Engine.Run(
            $"ATTACH '{folder["e.duckdb"]}' AS made", "USE made",
            "CREATE TYPE word AS ENUM (SELECT 'w' || range FROM range(70000))",
            "CREATE TABLE t AS SELECT ('w' || range)::word AS v FROM range(70000)", "USE memory", "DETACH made");
        ColumnTable table = DuckDbTable.Read(folder["e.duckdb"]);
        Assert.That(Tables.Labels(table, "v"), Is.EqualTo(Enumerable.Range(0, 70000).Select(i => $"w{i}")));
    }

    [Test]
    public void OtherTypesAreAnErrorOnlyWhereTheyAreAskedFor()
    {
        const string Sql = "SELECT [1, 2] AS v, 3 AS w";
        Assert.That(
            () => SqlTable.Query(Sql),
            Throws.TypeOf<InvalidModelDataException>().With.Message.EqualTo(
                "Column 'v' is of DuckDB's type LIST, which has no place in a model; leave the column out, or convert it "
                + "by a query, as in SELECT CAST(\"v\" AS VARCHAR) AS \"v\"."));
        ColumnTable table = SqlTable.Query(Sql, null, new HashSet<string> { "w", "unknown" });
        Assert.That(table.Columns.Select(static column => column.Name), Is.EqualTo(new[] { "w" }));
        Assert.That(table.SourceColumns, Is.EqualTo(new[] { "v", "w" }));
    }

    [Test]
    public void ColumnsCanBeMadeTextWhateverTheirType()
    {
        ColumnTable table = SqlTable.Query(
            "SELECT unnest([1, NULL, 3]) AS v", textColumns: new HashSet<string> { "v" });
        Assert.That(table["v"], Is.TypeOf<TextColumn>());
        Assert.That(Tables.Labels(table, "v"), Is.EqualTo(new[] { "1", null, "3" }));
    }

    private static (string Kind, string?[] Labels) Read(string type, params string[] values)
    {
        TableColumn column = Column(type, values);
        return (column.Kind, Tables.Labels(column));
    }

    private static TableColumn Column(string type, params string[] values)
    {
        string rows = string.Join(", ", values.Select(static (value, i) => $"({i}, {value})"));
        return SqlTable.Query($"SELECT CAST(v AS {type}) AS v FROM (VALUES {rows}) AS t(i, v) ORDER BY i")["v"]!;
    }
}

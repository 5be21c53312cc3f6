using Glmm.Sparse.Tables;
using NUnit.Framework;

namespace Glmm.Sparse.Data.Tests;

/// <summary>Tables of arrays.</summary>
internal sealed class ArrayTests
{
    [Test]
    public void ArraysOfEveryTypeBecomeColumns()
    {
        ColumnTable table = new ColumnTableBuilder()
            .Number("double", [1.5, 2]).Number("float", [1.5f, 2f]).Number("int", (int[])[1, 2])
            .Number("long", (long[])[1, long.MaxValue]).Number("int?", (int?[])[null, 2])
            .Number("double?", (double?[])[null, 0.5])
            .Text("string", ["a", null]).Text("codes", [1, -1], ["x", "y"])
            .Boolean("bool", (bool[])[true, false]).Boolean("bool?", (bool?[])[null, false])
            .Date("date", (DateOnly[])[new(2024, 2, 29), new(1969, 12, 31)])
            .Date("date?", (DateOnly?[])[null, new(1970, 1, 2)])
            .Time("time", [new(2024, 2, 29, 1, 2, 3), new(1970, 1, 1)])
            .ToTable();
        Assert.That(
            table.Columns.Select(static column => $"{column.Name} {column.Kind} {column.LabelAt(0)} {column.LabelAt(1)}"),
            Is.EqualTo(new[]
            {
                "double numeric 1.5 2", "float numeric 1.5 2", "int numeric 1 2", "long text 1 9223372036854775807",
                "int? numeric NA 2", "double? numeric NA 0.5", "string text a NA", "codes text y NA",
                "bool boolean TRUE FALSE", "bool? boolean NA FALSE", "date date 2024-02-29 1969-12-31",
                "date? date NA 1970-01-02", "time time 2024-02-29T01:02:03Z 1970-01-01T00:00:00Z",
            }));
    }

    [Test]
    public void ColumnsThatDoNotFitTogetherAreAnError()
    {
        Assert.That(
            () => new ColumnTableBuilder().Number("a", [1.0]).Number("b", [1.0, 2.0]).ToTable(),
            Throws.TypeOf<InvalidModelDataException>().With.Message.Contains("Column 'b' has 2 rows, the table has 1"));
        Assert.That(
            () => new ColumnTableBuilder().Text("a", [0, 2], ["x", "y"]),
            Throws.TypeOf<InvalidModelDataException>().With.Message.EqualTo(
                "Column 'a' holds the code 2 in row 2, of 2 texts; codes count from 0."));
    }

    [Test]
    public void LongRunsKeepTheirGaps()
    {
        int[] values = [.. Enumerable.Range(0, 5000)];
        byte[] validity = [.. Enumerable.Range(0, 626).Select(static i => (byte)(i * 37))];
        var builder = new NumberRunBuilder("v");
        builder.Add(new ValueRun<int>(values, validity, 3));
        TableColumn column = builder.Build();
        for (int row = 0; row < values.Length; row++)
        {
            bool isValid = (validity[(row + 3) / 8] >> ((row + 3) % 8) & 1) == 1;
            Assert.That(column.LabelAt(row), Is.EqualTo(isValid ? $"{row}" : "NA"));
        }
    }
}

using System.Text;
using Glmm.Sparse.Tables;
using Microsoft.Data.Analysis;
using Microsoft.ML.Data;
using NUnit.Framework;

namespace Glmm.Sparse.Data.Tests;

/// <summary>What becomes of each type of column of a data frame.</summary>
internal sealed class DataFrameTests
{
    [Test]
    public void NumbersAreNumeric()
    {
        Assert.Multiple(() =>
        {
            Check<double>(3, 120);
            Check<float>(3, 120);
            Check<int>(3, 120);
            Check<long>(3, 120);
            Check<short>(3, 120);
            Check<sbyte>(3, 120);
            Check<byte>(3, 120);
            Check<ushort>(3, 120);
            Check<uint>(3, 120);
            Check<ulong>(3, 120);
            Check<decimal>(3, 120);
        });

        static void Check<T>(T first, T second)
            where T : unmanaged
        {
            TableColumn column = Copy(new PrimitiveDataFrameColumn<T>("v", [first, null, second]));
            Assert.That(column.Kind, Is.EqualTo("numeric"), typeof(T).Name);
            Assert.That(Tables.Labels(column), Is.EqualTo(new[] { "3", null, "120" }), typeof(T).Name);
            Assert.That(
                Tables.Labels(Copy(new PrimitiveDataFrameColumn<T>("v", (IEnumerable<T>)[first, second]))),
                Is.EqualTo(new[] { "3", "120" }), typeof(T).Name);
        }
    }

    [Test]
    public void WholeNumbersThatADoubleDoesNotHoldAreText()
    {
        Assert.That(
            Tables.Labels(Copy(new PrimitiveDataFrameColumn<long>("v", [1L, null, (1L << 53) + 1]))),
            Is.EqualTo(new[] { "1", null, "9007199254740993" }));
        Assert.That(
            Copy(new PrimitiveDataFrameColumn<decimal>("v", [79228162514264337593543950335m, 1m])), Is.TypeOf<TextColumn>());
        var fractions = (NumericColumn)Copy(new PrimitiveDataFrameColumn<decimal>("v", [0.1m, 9007199254740993.5m]));
        Assert.That((fractions[0], fractions[1]), Is.EqualTo((0.1, 9007199254740993.5)));
    }

    [Test]
    public void OthersKeepTheirMeaning()
    {
        Assert.Multiple(() =>
        {
            Check(new PrimitiveDataFrameColumn<bool>("v", [true, null, false]), "boolean", "TRUE", null, "FALSE");
            Check(
                new PrimitiveDataFrameColumn<DateTime>("v", [new DateTime(2024, 2, 29), null]), "date", "2024-02-29", null);
            Check(
                new PrimitiveDataFrameColumn<DateTime>("v", [new DateTime(2024, 2, 29, 1, 2, 3), null]), "time",
                "2024-02-29T01:02:03Z", null);
            Check(new PrimitiveDataFrameColumn<char>("v", ['a', null, 'ü']), "text", "a", null, "ü");
            Check(new StringDataFrameColumn("v", ["a", null!, "", "1"]), "text", "a", null, "", "1");
            byte[] utf8 = Encoding.UTF8.GetBytes("aüx");
            byte[] offsets = [.. ((int[])[0, 1, 1, 3, 4]).SelectMany(BitConverter.GetBytes)];
            Check(new ArrowStringDataFrameColumn("v", utf8, offsets, new byte[] { 0b1101 }, 4, 1), "text", "a", null, "ü", "x");
        });

        static void Check(DataFrameColumn column, string kind, params string?[] labels)
        {
            TableColumn copied = Copy(column);
            Assert.That(copied.Kind, Is.EqualTo(kind));
            Assert.That(Tables.Labels(copied), Is.EqualTo(labels));
        }
    }

    [Test]
    public void OtherTypesAreAnErrorOnlyWhereTheyAreAskedFor()
    {
        var frame = new DataFrame(
            new VBufferDataFrameColumn<double>("v", [new VBuffer<double>(1, [2.0])]),
            new PrimitiveDataFrameColumn<int>("w", (IEnumerable<int>)[3]));
        Assert.That(
            () => DataFrameTable.From(frame),
            Throws.TypeOf<InvalidModelDataException>().With.Message.EqualTo(
                "Column 'v' of the data frame holds values of type VBuffer`1, which has no place in a model; leave the "
                + "column out, or convert it to numbers, strings, booleans or DateTime first."));
        ColumnTable table = DataFrameTable.From(frame, new HashSet<string> { "w", "unknown" }, new HashSet<string> { "w" });
        Assert.That(table["w"], Is.TypeOf<TextColumn>());
        Assert.That(table.SourceColumns, Is.EqualTo(new[] { "v", "w" }));
    }

    private static TableColumn Copy(DataFrameColumn column) => DataFrameTable.From(new DataFrame(column))["v"]!;
}

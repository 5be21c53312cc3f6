using System.Text;
using Apache.Arrow;
using Apache.Arrow.Types;
using Glmm.Sparse.Tables;
using NUnit.Framework;

namespace Glmm.Sparse.Data.Tests;

/// <summary>What becomes of each of Arrow's types.</summary>
internal sealed class ArrowTypeTests
{
    private static IEnumerable<TestCaseData> Numbers()
    {
        yield return Case("int8", new Int8Array.Builder().Append(-128).AppendNull().Append(127));
        yield return Case("int16", new Int16Array.Builder().Append(-128).AppendNull().Append(127));
        yield return Case("int32", new Int32Array.Builder().Append(-128).AppendNull().Append(127));
        yield return Case("int64", new Int64Array.Builder().Append(-128).AppendNull().Append(127));
        yield return Case("half", new HalfFloatArray.Builder().Append((Half)(-128)).AppendNull().Append((Half)127));
        yield return Case("float", new FloatArray.Builder().Append(-128).AppendNull().Append(127));
        yield return Case("double", new DoubleArray.Builder().Append(-128).AppendNull().Append(127));
        yield return Decimal("decimal32", new Decimal32Array.Builder(new Decimal32Type(9, 2)));
        yield return Decimal("decimal64", new Decimal64Array.Builder(new Decimal64Type(18, 3)));
        yield return Decimal("decimal128", new Decimal128Array.Builder(new Decimal128Type(38, 4)));
        yield return Decimal("decimal256", new Decimal256Array.Builder(new Decimal256Type(76, 5)));
        yield return Decimal("decimal without a point", new Decimal256Array.Builder(new Decimal256Type(76, 0)));

        static TestCaseData Case<T, TArray, TBuilder>(string name, PrimitiveArrayBuilder<T, TArray, TBuilder> builder)
            where T : struct
            where TArray : IArrowArray
            where TBuilder : class, IArrowArrayBuilder<TArray> =>
            new TestCaseData(builder.Build(default)).SetArgDisplayNames(name);

        static TestCaseData Decimal<TArray>(string name, IArrowArrayBuilder<TArray> builder)
            where TArray : IArrowArray
        {
            dynamic decimals = builder;
            decimals.Append(-128m);
            decimals.AppendNull();
            decimals.Append(127m);
            return new TestCaseData((IArrowArray)builder.Build(default)).SetArgDisplayNames(name);
        }
    }

    [TestCaseSource(nameof(Numbers))]
    public void NumbersAreNumeric(IArrowArray array)
    {
        Assert.That(Read(array), Is.EqualTo(("numeric", (string?[])["-128", null, "127"])));
        Assert.That(Slice(array), Is.EqualTo(("numeric", (string?[])[null, "127"])));
    }

    [Test]
    public void UnsignedNumbersAreNumeric()
    {
        string?[] expected = ["200", null, "0"];
        Assert.Multiple(() =>
        {
            Assert.That(
                Read(new UInt8Array.Builder().Append(200).AppendNull().Append(0).Build()).Labels, Is.EqualTo(expected));
            Assert.That(
                Read(new UInt16Array.Builder().Append(200).AppendNull().Append(0).Build()).Labels, Is.EqualTo(expected));
            Assert.That(
                Read(new UInt32Array.Builder().Append(200).AppendNull().Append(0).Build()).Labels, Is.EqualTo(expected));
            Assert.That(
                Read(new UInt64Array.Builder().Append(200).AppendNull().Append(0).Build()).Labels, Is.EqualTo(expected));
        });
    }

    [Test]
    public void WholeNumbersThatADoubleDoesNotHoldAreText()
    {
        var longs = new Int64Array.Builder();
        for (int i = 0; i < 3000; i++) longs.Append(i);
        longs.AppendNull().Append(long.MaxValue).Append(-(1L << 53) - 1).Append(1L << 54);
        (string kind, string?[] labels) = Read(longs.Build());
        Assert.That(kind, Is.EqualTo("text"));
        Assert.That(labels[2999..], Is.EqualTo(new[]
        {
            "2999", null, "9223372036854775807", "-9007199254740993", "18014398509481984",
        }));
        Assert.That(
            Read(new UInt64Array.Builder().Append(ulong.MaxValue).Build()),
            Is.EqualTo(("text", (string?[])["18446744073709551615"])));
        Assert.That(
            Read(new Int64Array.Builder().Append(1L << 60).Build()).Kind, Is.EqualTo("numeric"), "a double holds it");
    }

    [Test]
    public void DecimalsAreRoundedAsTheirTextIs()
    {
        var decimals = new Decimal128Array.Builder(new Decimal128Type(38, 20));
        string[] texts = ["0.1", "123456789012345678.12345678901234567891", "-0.00000000000000000007", "9007199254740993.5"];
        foreach (string text in texts) decimals.Append(text);
        var column = (NumericColumn)ArrowTable.From(Batch(decimals.Build()))["v"]!;
        Assert.That(
            Enumerable.Range(0, texts.Length).Select(row => column[row]),
            Is.EqualTo(texts.Select(static text => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture))));
    }

    [Test]
    public void NaNIsNoMissingValue()
    {
        var column = (NumericColumn)ArrowTable.From(
            Batch(new DoubleArray.Builder().Append(1).Append(double.NaN).AppendNull().Build()))["v"]!;
        Assert.That((column.MissingCount, column.FirstNonFinite), Is.EqualTo((1, 1)));
    }

    [Test]
    public void BooleansAreBooleanInSlicesToo()
    {
        BooleanArray array = new BooleanArray.Builder().Append(true).AppendNull().Append(false).Append(true).Build();
        Assert.That(Read(array), Is.EqualTo(("boolean", (string?[])["TRUE", null, "FALSE", "TRUE"])));
        Assert.That(Slice(array), Is.EqualTo(("boolean", (string?[])[null, "FALSE", "TRUE"])));
    }

    [Test]
    public void DatesAreDates()
    {
        var day = new DateTime(1969, 12, 30, 0, 0, 0, DateTimeKind.Utc);
        (string, string?[]) expected = ("date", ["1969-12-30", null, "2024-02-29"]);
        var days = new Date32Array.Builder().Append(day).AppendNull().Append(new DateTime(2024, 2, 29));
        var milliseconds = new Date64Array.Builder().Append(day).AppendNull().Append(new DateTime(2024, 2, 29));
        Assert.That(Read(days.Build()), Is.EqualTo(expected));
        Assert.That(Read(milliseconds.Build()), Is.EqualTo(expected));
    }

    [TestCase(TimeUnit.Second, "2024-02-29T12:34:56Z")]
    [TestCase(TimeUnit.Millisecond, "2024-02-29T12:34:56.789Z")]
    [TestCase(TimeUnit.Microsecond, "2024-02-29T12:34:56.789012Z")]
    [TestCase(TimeUnit.Nanosecond, "2024-02-29T12:34:56.789012Z")]
    public void TimestampsOfAnyUnitAreTimesInUtc(TimeUnit unit, string expected)
    {
        var time = new DateTimeOffset(2024, 2, 29, 12, 34, 56, 789, 12, TimeSpan.Zero);
        TimestampArray array = new TimestampArray.Builder(unit, "+02:00").Append(time).AppendNull().Build();
        Assert.That(Read(array), Is.EqualTo(("time", (string?[])[expected, null])));
    }

    [Test]
    public void TextsOfAnyLayoutAreText()
    {
        string?[] texts = ["short", null, "", "longer than twelve bytes, so kept apart: ü", "short"];
        var small = new StringArray.Builder();
        var large = new LargeStringArray.Builder();
        var view = new StringViewArray.Builder();
        foreach (string? text in texts)
        {
            small.Append(text);
            if (text is null)
                large.AppendNull();
            else
                large.Append(text, Encoding.UTF8);
            if (text is null)
                view.AppendNull();
            else
                view.Append(text, Encoding.UTF8);
        }

        Assert.Multiple(() =>
        {
            foreach (IArrowArray array in (IArrowArray[])[small.Build(), large.Build(), view.Build()])
            {
                Assert.That(Read(array), Is.EqualTo(("text", texts)), array.Data.DataType.Name);
                Assert.That(Slice(array), Is.EqualTo(("text", texts[1..])), array.Data.DataType.Name);
            }
        });
    }

    [Test]
    public void DictionariesAreTextInOrderOfAppearance()
    {
        StringArray words = new StringArray.Builder().Append("never").Append("b").Append("a").AppendNull().Build();
        Int8Array codes = new Int8Array.Builder().Append(2).AppendNull().Append(1).Append(3).Append(2).Build();
        var array = new DictionaryArray(new DictionaryType(Int8Type.Default, StringType.Default, false), codes, words);
        Assert.That(Read(array), Is.EqualTo(("text", (string?[])["a", null, "b", null, "a"])));
        Assert.That(Slice(array), Is.EqualTo(("text", (string?[])[null, "b", null, "a"])));
        var column = (TextColumn)ArrowTable.From(Batch(array))["v"]!;
        Assert.That(column.Texts, Is.EqualTo(new[] { "a", "b" }));
    }

    [Test]
    public void DictionariesMayDifferFromBatchToBatchAndHoldNumbers()
    {
        var type = new DictionaryType(UInt16Type.Default, Int32Type.Default, false);
        RecordBatch[] batches = [.. ((int[][])[[10, 20], [30, 10]]).Select(words => Batch(new DictionaryArray(
            type,
            new UInt16Array.Builder().Append(1).Append(0).Build(),
            new Int32Array.Builder().AppendRange(words).Build())))];
        Assert.That(Tables.Labels(ArrowTable.From(batches), "v"), Is.EqualTo(new[] { "20", "10", "10", "30" }));
    }

    [Test]
    public void NothingIsAMissingNumber() =>
        Assert.That(Read(new NullArray(2)), Is.EqualTo(("numeric", new string?[2])));

    [Test]
    public void UuidsAreText()
    {
        var id = new Guid("00112233-4455-6677-8899-aabbccddeeff");
        var storage = new ArrayData(
            new FixedSizeBinaryType(16), 1, 0, 0, [ArrowBuffer.Empty, new ArrowBuffer(id.ToByteArray(bigEndian: true))]);
        var metadata = new Dictionary<string, string> { ["ARROW:extension:name"] = "arrow.uuid" };
        var field = new Field("v", storage.DataType, true, metadata);
        var batch = new RecordBatch(new Schema([field], null), [ArrowArrayFactory.BuildArray(storage)], 1);
        Assert.That(Tables.Labels(ArrowTable.From(batch), "v"), Is.EqualTo(new[] { id.ToString() }));
    }

    [Test]
    public void OtherTypesAreAnErrorOnlyWhereTheyAreAskedFor()
    {
        var list = new ListArray.Builder(Int32Type.Default);
        list.Append();
        RecordBatch batch = Batch(list.Build(), new Int32Array.Builder().Append(3).Build());
        Assert.That(
            () => ArrowTable.From(batch),
            Throws.TypeOf<InvalidModelDataException>().With.Message.EqualTo(
                "Column 'v' is of Arrow's type list, which has no place in a model; leave the column out, or convert it "
                + "to numbers, text, booleans, dates or timestamps first."));
        ColumnTable table = ArrowTable.From(batch, new HashSet<string> { "v1", "unknown" });
        Assert.That(table.Columns.Select(static column => column.Name), Is.EqualTo(new[] { "v1" }));
        Assert.That(table.SourceColumns, Is.EqualTo(new[] { "v", "v1" }));
    }

    [Test]
    public void ColumnsCanBeMadeTextWhateverTheirType()
    {
        ColumnTable table = ArrowTable.From(
            Batch(
                new DoubleArray.Builder().Append(1).AppendNull().Append(0.5).Build(),
                new BooleanArray.Builder().Append(true).Append(false).AppendNull().Build()),
            null,
            new HashSet<string> { "v", "v1" });
        Assert.That(table["v"], Is.TypeOf<TextColumn>());
        Assert.That(Tables.Labels(table, "v"), Is.EqualTo(new[] { "1", null, "0.5" }));
        Assert.That(Tables.Labels(table, "v1"), Is.EqualTo(new[] { "TRUE", "FALSE", null }));
    }

    private static (string Kind, string?[] Labels) Read(IArrowArray array) => Describe(Batch(array));

    /// <summary>All rows but the first.</summary>
    private static (string Kind, string?[] Labels) Slice(IArrowArray array) =>
        Describe(Batch(array).Slice(1, array.Length - 1));

    private static (string Kind, string?[] Labels) Describe(RecordBatch batch)
    {
        TableColumn column = ArrowTable.From(batch)["v"]!;
        return (column.Kind, Tables.Labels(column));
    }

    private static RecordBatch Batch(params IArrowArray[] arrays) => new(
        new Schema(
            arrays.Select(static (array, i) => new Field(i == 0 ? "v" : $"v{i}", array.Data.DataType, true)), null),
        arrays,
        arrays[0].Length);
}

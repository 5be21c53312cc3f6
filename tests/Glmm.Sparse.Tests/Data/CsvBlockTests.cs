using System.IO.Compression;
using System.Text;
using CsCheck;
using Glmm.Sparse.Data;
using Glmm.Sparse.Tables;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Data;

/// <summary>
/// Reading in blocks on several threads gives what reading one record after the other gives: the same bits, or the same
/// message.
/// </summary>
[TestFixture]
internal sealed class CsvBlockTests : CsvTestBase
{
    private const int Wide = 70; // beyond the 64 bytes that are scanned at a time

    private static readonly Gen<string> Number = Gen.OneOf(
        Gen.Int[-99, 99].Select(i => $"{i}"), Gen.Double.Select(x => $"{x:R}"),
        Gen.OneOf("NaN", "-Inf", "1e400", " 7 ", "007", "12345678901234567890", "0.5", "-0"));

    private static readonly Gen<string> Missing = Gen.OneOf("", "NA", " NA\t", "  ");

    private static readonly Gen<string> Plain = Gen.OneOf(
        Gen.OneOf("a", "b", "TRUE", "F", "3+", "1,5", "2024-02-29", "é𐀀", "#x", "'"),
        Gen.Char['a', 'z'].Array[Wide - 10, Wide].Select(letters => new string(letters)));

    private static readonly Gen<string> Quoted =
        Gen.OneOf("a", "\"", ",", ";", "\n", "\r\n", " ", "é", "1", "xyz").Array[0, 5].Select(string.Concat);

    // A column mostly has one kind of cell, from some row on another.
    private static readonly Gen<Gen<string>> Kind = Gen.Frequency(
        (5, Gen.Const(Number)), (3, Gen.Const(Plain)), (2, Gen.Const(Quoted)), (1, Gen.Const(Missing)),
        (1, Gen.Const(Gen.OneOf(Number, Missing))), (1, Gen.Const(Gen.OneOf(Plain, Missing, Quoted))));

    private static readonly Gen<string[]> Column =
        from kinds in Gen.Select(Kind, Kind)
        from first in Gen.Int[0, 40]
        from before in kinds.Item1.Array[first]
        from after in kinds.Item2.Array[40 - first]
        select before.Concat(after).ToArray();

    private static readonly Gen<string> Text =
        from columns in Column.Array[1, 5]
        from rows in Gen.Int[0, 40]
        from separator in Gen.OneOf(',', ';', '\t')
        from lineBreak in Gen.OneOf("\n", "\r\n")
        from mark in Gen.OneOf("", "\uFEFF")
        from quoteAll in Gen.Bool
        from blanks in Gen.Frequency((3, Gen.Const(0)), (1, Gen.Int[1, 9]))
        from finalBreak in Gen.Bool
            // With one column, the header tells of no separator.
        let sign = columns.Length == 1 ? ',' : separator
        select mark + Write(columns, rows, sign, lineBreak, quoteAll, blanks, finalBreak);

    private static readonly Gen<byte[]> Regular = Text.Select(Encoding.UTF8.GetBytes);

    private static readonly Gen<byte[]> Spoilt =
        from text in Text
        from place in Gen.Double[0, 1]
        from spoil in Gen.OneOf("\"", "\"x", ",", "\n", "\r", "\r\r\n", "\u0000", " \"a\"", "\u00FF", "x\n\"")
        select Insert(text, (int)(place * text.Length), spoil);

    [Test]
    public void RegularFilesAreReadAlike() => Compare(Regular, 3_000, areRegular: true);

    [Test]
    public void SpoiltFilesAreReadOrRefusedAlike() => Compare(Spoilt, 3_000, areRegular: false);

    [Test]
    public void CompressedFilesAreReadAlike() => Regular.Sample(
        bytes =>
        {
            byte[] whole = Gzip(bytes);
            Check(whole, new CsvReadOptions(3, 64), null);
            Check(whole[..^5], new CsvReadOptions(3, 64), null);
        },
        iter: 200, threads: 1);

    /// <summary>Many blocks at once, of many rows, so that the threads really meet.</summary>
    [Test]
    public void LargeFilesAreReadAlike([Values(1, 2, 5)] int threads, [Values(1_000, 64_000)] int blockSize)
    {
        var random = new Random(3);
        var text = new StringBuilder("id,n,late,quoted,empty\n");
        for (int i = 0; i < 40_000; i++)
        {
            text.Append($"u{random.Next(9_000)},{random.NextDouble():R},");
            text.Append($"{(i < 30_000 ? i : -i)}{(i == 35_000 ? "?" : "")},");
            text.Append(i % 7 == 0 ? $"\"a,\n{i}\"\"\"" : "b").Append(",\n");
        }

        Check(Encoding.UTF8.GetBytes(text.ToString()), new CsvReadOptions(threads, blockSize), null);
    }

    // What would not be read alike by both, were it not left to the other reader.
    [TestCase("x,y\n1,5\" pipe\n")]
    [TestCase("x,y\n1,\"a\"b\n")]
    [TestCase("x,y\n1,\"a\n")]
    [TestCase("x,y\n1,\"a\" \n")]
    [TestCase("x,y\n1\r2,3\n")]
    [TestCase("x,y\n1\n")]
    [TestCase("x,y\n1,2,3\n")]
    [TestCase("x,y\n1,2\n3,4,5\n6\n")]
    public void IrregularFilesAreLeftToTheOtherReader(string text) =>
        Assert.That(IsReadInBlocks(Encoding.UTF8.GetBytes(text), new CsvReadOptions(2, 4)), Is.False);

    [Test]
    public void QuotesAndBlankLinesAreRead()
    {
        string path = Write("a.csv", "\uFEFFx,\"t\"\r\n1,\"a\r\n\"\"b\"\"\"\r\n\r\n2,\"\"\r\n,c"u8.ToArray());
        using CsvFile file = CsvFile.Open(path);
        using CsvSource source = CsvSource.Open(file);
        CsvColumn[] columns = [new("x", 0), new("t", 1)];
        Assert.That(CsvBlockReader.TryRead(file, source, columns, new CsvReadOptions(2, 4), out int rows), Is.True);
        Assert.That(rows, Is.EqualTo(3));
        Assert.That(((TextColumn)columns[1].Build()).Texts, Is.EqualTo(new[] { "a\r\n\"b\"", "c" }));
    }

    private void Compare(Gen<byte[]> files, int count, bool areRegular)
    {
        IReadOnlySet<string>[] texts = [new HashSet<string>(), new HashSet<string> { "c0" }];
        Gen.Select(files, Gen.Int[1, 4], Gen.OneOf(Gen.Int[1, 9], Gen.Int[10, 400]), Gen.Bool).Sample(
            (bytes, threads, blockSize, hasTexts) =>
            {
                var options = new CsvReadOptions(threads, blockSize);
                Check(bytes, options, texts[hasTexts ? 1 : 0]);
                if (areRegular) Assert.That(IsReadInBlocks(bytes, options), Is.True);
            },
            iter: count, threads: 1, print: sample => Encoding.UTF8.GetString(sample.Item1));
    }

    private void Check(byte[] bytes, CsvReadOptions options, IReadOnlySet<string>? texts)
    {
        string path = Write("a.csv", bytes);
        Assert.That(Outcome(path, texts, options), Is.EqualTo(Outcome(path, texts, null)));
    }

    private bool IsReadInBlocks(byte[] bytes, CsvReadOptions options)
    {
        using CsvFile file = CsvFile.Open(Write("b.csv", bytes));
        using CsvSource source = CsvSource.Open(file);
        CsvColumn[] columns = [.. source.Header.Select((name, field) => new CsvColumn(name, field))];
        return CsvBlockReader.TryRead(file, source, columns, options, out _);
    }

    /// <summary>Everything that can be known of the table, or why there is none.</summary>
    private static string Outcome(string path, IReadOnlySet<string>? texts, CsvReadOptions? options)
    {
        try
        {
            ColumnTable table = CsvTable.ReadColumns(path, null, texts, options);
            var all = new StringBuilder($"{table.RowCount} rows\n");
            foreach (TableColumn column in table.Columns)
            {
                all.Append($"{column.Name} {column.Kind} {column.Length} {column.MissingCount}");
                if (column is TextColumn text)
                    all.Append($" {string.Join('|', text.Texts)} {text.NotANumber}");
                if (column is NumericColumn numbers) all.Append($" {numbers.FirstNonFinite}");
                for (int row = 0; row < column.Length; row++) all.Append(Cell(column, row)).Append(' ');
                all.Append('\n');
            }

            return all.ToString();
        }
        catch (Exception error) when (error is GlmmException or InvalidDataException)
        {
            return $"{error.GetType().Name}: {error.Message}";
        }
    }

    private static string Cell(TableColumn column, int row) => column switch
    {
        NumericColumn numbers => $"{BitConverter.DoubleToInt64Bits(numbers[row]):x}",
        TextColumn text => $"{text[row]}",
        _ => column.LabelAt(row),
    };

    private static string Write(
        string[][] columns, int rows, char separator, string lineBreak, bool quoteAll, int blanks, bool finalBreak)
    {
        var text = new StringBuilder();
        text.AppendJoin(separator, columns.Select((_, c) => $"c{c}"));
        for (int row = 0; row < rows; row++)
        {
            text.Append(lineBreak);
            if (blanks > 0 && row % blanks == 0) text.Append(lineBreak);
            text.AppendJoin(separator, columns.Select(column => Cell(column[row], separator, quoteAll)));
        }

        return finalBreak ? text.Append(lineBreak).ToString() : text.ToString();
    }

    private static string Cell(string cell, char separator, bool quote) =>
        quote || cell.AsSpan().ContainsAny(separator, '\n', '"') ? $"\"{cell.Replace("\"", "\"\"")}\"" : cell;

    private static byte[] Insert(string text, int place, string spoil)
    {
        // A character beyond ASCII is put in as one byte, which is no UTF-8.
        byte[] bytes = Encoding.Latin1.GetBytes(spoil);
        return [.. Encoding.UTF8.GetBytes(text[..place]), .. bytes, .. Encoding.UTF8.GetBytes(text[place..])];
    }

    private static byte[] Gzip(byte[] body)
    {
        using var compressed = new MemoryStream();
        using (var encoder = new GZipStream(compressed, CompressionLevel.Fastest)) encoder.Write(body);
        return compressed.ToArray();
    }
}

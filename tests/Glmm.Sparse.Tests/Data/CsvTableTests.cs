using System.IO.Compression;
using System.IO.Pipes;
using System.Text;
using Glmm.Sparse.Data;
using Glmm.Sparse.Tables;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Data;

[TestFixture]
internal sealed class CsvTableTests : CsvTestBase
{
    [Test]
    public void QuotedFieldsHoldSeparatorsQuotesAndLineBreaks()
    {
        ColumnTable table = Read("\"a\",\"b c\"\r\n1,\"x,y\"\r\n2,\"say \"\"hi\"\"\r\nthere\"\r\n3,plain");
        Assert.That(table.Columns.Select(column => column.Name), Is.EqualTo(new[] { "a", "b c" }));
        Assert.That(Labels(table, "b c"), Is.EqualTo(new[] { "x,y", "say \"hi\"\r\nthere", "plain" }));
        Assert.That(table["a"], Is.TypeOf<NumericColumn>());
    }

    [Test]
    public void ByteOrderMarkIsNoPartOfTheFirstName() =>
        Assert.That(Read("\uFEFFy,x\n1,2\n").Columns[0].Name, Is.EqualTo("y"));

    [TestCase("y;x\n1;2\n")]
    [TestCase("y\tx\n1\t2\n")]
    public void SemicolonsAndTabsSeparateWhereTheHeaderHasThem(string text) =>
        Assert.That(Labels(Read(text), "x"), Is.EqualTo(new[] { "2" }));

    [Test]
    public void EmptyAndNaAreMissingButNanIsNot()
    {
        ColumnTable table = Read("n,t,b,e\n1,a,T,\n,,,\nNA,NA,NA,NA\n\"\",\"\",F,\nnan,b,T,\n");
        Assert.That(Labels(table, "n"), Is.EqualTo(new[] { "1", "NA", "NA", "NA", "NaN" }));
        Assert.That(Labels(table, "t"), Is.EqualTo(new[] { "a", "NA", "NA", "NA", "b" }));
        Assert.That(Labels(table, "b"), Is.EqualTo(new[] { "TRUE", "NA", "NA", "FALSE", "TRUE" }));
        Assert.That(table["n"]!.MissingCount, Is.EqualTo(3));
        Assert.That(((NumericColumn)table["n"]!).FirstNonFinite, Is.EqualTo(4));
        Assert.That(table["e"], Is.TypeOf<NumericColumn>());
        Assert.That(table["e"]!.MissingCount, Is.EqualTo(5));
    }

    [Test]
    public void NumbersKeepTheirSpellingWhereTheColumnTurnsOutToBeText()
    {
        ColumnTable table = Read("a,livch,z\n1,0.50,x\n2,NA,y\n3,007,x\n4,3+,y\n5,1e0,\n");
        Assert.That(Labels(table, "livch"), Is.EqualTo(new[] { "0.50", "NA", "007", "3+", "1e0" }));
        Assert.That(Labels(table, "a"), Is.EqualTo(new[] { "1", "2", "3", "4", "5" }));
        Assert.That(Labels(table, "z"), Is.EqualTo(new[] { "x", "y", "x", "y", "NA" }));
    }

    [Test]
    public void LongIdentifiersStayApart()
    {
        ColumnTable table = Read("id\n12345678901234567890\n12345678901234567891\n");
        Assert.That(Labels(table, "id"), Is.EqualTo(new[] { "12345678901234567890", "12345678901234567891" }));
    }

    [Test]
    public void FirstBadCellOfANumericColumnIsKnownByRowAndLine()
    {
        string rows = string.Concat(Enumerable.Range(0, 50).Select(i => i == 30 ? "1O,\"a\nb\"\n" : $"{i},\"a\nb\"\n"));
        var column = (TextColumn)Read("x,t\n" + rows)["x"]!;
        Assert.That(column.NotANumber, Is.EqualTo(new NotANumber(30, 62, "1O")));
    }

    [Test]
    public void BadCellBeforeAnyNumberIsKnownToo()
    {
        string rows = string.Concat(Enumerable.Range(0, 50).Select(i => i == 1 ? "?\n" : i == 0 ? "NA\n" : $"{i}\n"));
        var column = (TextColumn)Read("x\n" + rows)["x"]!;
        Assert.That(column.NotANumber, Is.EqualTo(new NotANumber(1, 3, "?")));
    }

    [Test]
    public void OnlyTheColumnsWantedAreKept()
    {
        string path = Write("a.csv", Encoding.UTF8.GetBytes("a,b,c\n1,x,3\n2,y,4\n"));
        ColumnTable table = CsvTable.Read(path, new HashSet<string> { "c", "a", "absent" });
        Assert.That(table.Columns.Select(column => column.Name), Is.EqualTo(new[] { "a", "c" }));
        Assert.That(table.RowCount, Is.EqualTo(2));
        Assert.That(table.SourceColumns, Is.EqualTo(new[] { "a", "b", "c" }));

        ColumnTable none = CsvTable.Read(path, new HashSet<string>());
        Assert.That(none.Columns, Is.Empty);
        Assert.That(none.RowCount, Is.EqualTo(2));
    }

    [Test]
    public void SpacesAroundNamesNumbersAndNaDoNotMatter()
    {
        ColumnTable table = Read("x, y\n 1, a\n NA ,NA\n2 ,\u00E9\n  ,\uFFFD\n");
        Assert.That(table["x"], Is.TypeOf<NumericColumn>());
        Assert.That(Labels(table, "x"), Is.EqualTo(new[] { "1", "NA", "2", "NA" }));
        Assert.That(Labels(table, "y"), Is.EqualTo(new[] { " a", "NA", "\u00E9", "\uFFFD" }));
    }

    [Test]
    public void EmptyLinesAreSkipped() =>
        Assert.That(Labels(Read("x,y\n1,2\n\n3,4\n\n"), "x"), Is.EqualTo(new[] { "1", "3" }));

    [Test]
    public void StrayQuoteIsText() => Assert.That(Labels(Read("x\n5\" pipe\n"), "x"), Is.EqualTo(new[] { "5\" pipe" }));

    [Test]
    public void GzipIsReadByNameAndByContent([Values("a.csv.gz", "a.csv")] string name)
    {
        byte[] body = Encoding.UTF8.GetBytes("x\n" + string.Concat(Enumerable.Range(0, 50_000).Select(i => $"{i}\n")));
        ColumnTable table = CsvTable.Read(Write(name, Gzip(body)));
        Assert.That(table.RowCount, Is.EqualTo(50_000));
        Assert.That(((NumericColumn)table["x"]!)[49_999], Is.EqualTo(49_999));
    }

    // Numbers before a text make the column be read twice, and a semicolon the whole file: from a pipe, that is.
    [TestCase(false, ',')]
    [TestCase(false, ';')]
    [TestCase(true, ',')]
    [TestCase(true, ';')]
    public void APipeIsReadWhole(bool compressed, char separator)
    {
        IEnumerable<string> rows = Enumerable.Range(0, 30_000).Select(i => $"{i}{separator}{(i < 9 ? "07" : "b")}\n");
        byte[] text = Encoding.UTF8.GetBytes($"x{separator}f\n{string.Concat(rows)}");
        using var pipe = new AnonymousPipeServerStream(PipeDirection.Out);
        string path = $"/dev/fd/{pipe.GetClientHandleAsString()}";
        Task writer = Task.Run(() =>
        {
            using (pipe) pipe.Write(compressed ? Gzip(text) : text);
        });
        ColumnTable table = CsvTable.Read(path);
        writer.Wait();
        pipe.DisposeLocalCopyOfClientHandle();
        Assert.That(table.RowCount, Is.EqualTo(30_000));
        Assert.That(((NumericColumn)table["x"]!)[29_999], Is.EqualTo(29_999));
        Assert.That(((TextColumn)table["f"]!).Texts, Is.EqualTo(new[] { "07", "b" }));
    }

    [Test]
    public void GzipMembersMayFollowOneAnother()
    {
        byte[] both = [.. Gzip("x\n1\n"u8.ToArray()), .. Gzip("2\n"u8.ToArray())];
        Assert.That(Labels(CsvTable.Read(Write("a.csv.gz", both)), "x"), Is.EqualTo(new[] { "1", "2" }));
    }

    [Test]
    public void EveryDataSetOfTheRepositoryIsRead()
    {
        foreach (string path in Directory.EnumerateFiles(Repository.Data(""), "*.csv"))
        {
            ColumnTable table = CsvTable.Read(path);
            Assert.That(table.RowCount, Is.EqualTo(File.ReadLines(path).Count() - 1), path);
        }

        ColumnTable contraception = CsvTable.Read(Repository.Data("Contraception.csv"));
        Assert.That(((TextColumn)contraception["livch"]!).Texts, Is.EquivalentTo(new[] { "0", "1", "2", "3+" }));
        Assert.That(((TextColumn)contraception["livch"]!).NotANumber, Is.Null);
    }

    private static byte[] Gzip(byte[] body)
    {
        using var compressed = new MemoryStream();
        using (var encoder = new GZipStream(compressed, CompressionLevel.Fastest)) encoder.Write(body);
        return compressed.ToArray();
    }
}

using System.IO.Compression;
using System.Text;
using Glmm.Sparse.Data;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Data;

[TestFixture]
internal sealed class BadCsvTests : CsvTestBase
{
    [TestCase("", "is empty", "first line must name the columns")]
    [TestCase("\n\n", "is empty")]
    [TestCase("x,y\n", "no rows of data")]
    [TestCase("x,y,x\n1,2,3\n", "two columns are named 'x'")]
    [TestCase("x,,y\n1,2,3\n", "column 2 has an empty name")]
    [TestCase("\"\",x\n1,2\n", "column 1 has an empty name", "row.names = FALSE", "index=False")]
    [TestCase("x,y\n1,2\n3\n", "row 2 (line 3) has 1 field, the header has 2", "NA")]
    [TestCase("x,y\n1,\"a\nb\"\n\n3,4,5\n", "row 2 (line 5) has 3 fields, the header has 2", "row name")]
    [TestCase("x,y\n1,2,3,4\n", "row 1 (line 2) has 4 fields", "quote a field")]
    [TestCase("x,y\n1,2\n3,\"4\n5,6\n7,8\n", "row 2 (line 3) opens a quote that is never closed")]
    [TestCase("\"x,y\n1,2\n", "the header (line 1) opens a quote that is never closed")]
    [TestCase("x,y\n1,\"a\"b\n", "row 1 (line 2) has text after a closing quote")]
    public void FaultIsNamedWithItsPlace(string text, params string[] messages)
    {
        InvalidModelDataException error = Assert.Throws<InvalidModelDataException>(() => Read(text))!;
        foreach (string message in messages) Assert.That(error.Message, Does.Contain(message));
        Assert.That(error.Message, Does.Contain("a.csv'"));
    }

    [Test]
    public void TextOfAnotherEncodingIsRefused() => Assert.That(
        () => CsvTable.Read(Write("a.csv", Encoding.Latin1.GetBytes("x,y\n1,plain\n2,caf\u00E9\n"))),
        Throws.TypeOf<InvalidModelDataException>().With.Message.Contains("'y'").And.Message.Contains("row 2")
            .And.Message.Contains("UTF-8"));

    [Test]
    public void AbsentFileIsNamed()
    {
        Assert.That(
            () => CsvTable.Read("no-such-folder/no-such-file.csv"),
            Throws.TypeOf<InvalidModelDataException>()
                .With.Message.Contains("no file 'no-such-folder/no-such-file.csv'"));
        Assert.That(() => CsvTable.Read("no-such-file.csv.gz"), Throws.TypeOf<InvalidModelDataException>());
    }

    [Test]
    public void AFolderIsCalledOne() => Assert.That(
        () => CsvTable.Read(Path.GetTempPath()),
        Throws.TypeOf<InvalidModelDataException>().With.Message.Contains("is a folder; name a CSV file"));

    [Test]
    public void GzipThatIsCutShortOrDamagedIsRefused()
    {
        string rows = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"{i},{i * i % 977}\n"));
        byte[] body = Encoding.UTF8.GetBytes("x,y\n" + rows);
        using var compressed = new MemoryStream();
        using (var encoder = new GZipStream(compressed, CompressionLevel.Optimal)) encoder.Write(body);
        byte[] whole = compressed.ToArray();
        byte[] damaged = [.. whole];
        damaged[whole.Length / 2] ^= 0x55;
        byte[] wrongSum = [.. whole];
        wrongSum[^6] ^= 1;
        byte[][] broken =
        [
            whole[..(whole.Length / 2)], whole[..^8], whole[..^1], whole[..100], whole[..15], whole[..2],
            damaged, wrongSum, body,
        ];
        foreach (byte[] content in broken)
        {
            Assert.That(
                () => CsvTable.Read(Write("a.csv.gz", content)),
                Throws.TypeOf<InvalidModelDataException>().With.Message.Contains("does not decompress"),
                $"{content.Length} bytes");
        }
    }
}

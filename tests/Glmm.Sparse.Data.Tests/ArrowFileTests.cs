using Apache.Arrow;
using Apache.Arrow.Ipc;
using Glmm.Sparse.Tables;
using NUnit.Framework;

namespace Glmm.Sparse.Data.Tests;

/// <summary>Arrow files that cannot be read, each with its message.</summary>
internal sealed class ArrowFileTests
{
    [Test]
    public void AMissingFileAndAFolderAreNamed()
    {
        using var folder = new TemporaryFolder();
        Assert.That(
            Failure(folder["no.arrow"]),
            Is.EqualTo($"There is no file '{folder["no.arrow"]}'; check the path and the spelling."));
        Directory.CreateDirectory(folder["d.arrow"]);
        Assert.That(Failure(folder["d.arrow"]), Is.EqualTo($"'{folder["d.arrow"]}' is a folder; name an Arrow file."));
    }

    [TestCase("data.arrow")]
    [TestCase("zstd.arrow")]
    [TestCase("lz4.arrows")]
    [TestCase("data.arrows")]
    public void AFileCutShortAnywhereIsAnErrorOrHasFewerWholeBatches(string file)
    {
        using var folder = new TemporaryFolder();
        Forms.Write(file, SampleTables.Mixed, folder);
        byte[] whole = File.ReadAllBytes(folder[file]);
        for (int length = 1; length < whole.Length - 20; length += 1 + (whole.Length / 60))
        {
            File.WriteAllBytes(folder[file], whole[..length]);
            try
            {
                // The end of a stream is not marked by every writer: between two batches it may well be one.
                Assert.That(ArrowTable.Read(folder[file]).RowCount % 250, Is.Zero);
                Assert.That(file, Does.EndWith("arrows"));
            }
            catch (InvalidModelDataException error)
            {
                Assert.That(error.Message, Does.Contain("it is damaged, cut short or no Arrow file").Or.Contain("no rows"));
            }
        }
    }

    [Test]
    public void OtherFilesAreNoArrowFiles()
    {
        using var folder = new TemporaryFolder();
        Assert.That(
            Failure(folder.Write("text.arrow", "y,x\n1,2\n")), Does.Contain("it is damaged, cut short or no Arrow file"));
        Assert.That(
            Failure(folder.Write("old.feather", "FEA1....")),
            Is.EqualTo($"'{folder["old.feather"]}' is a Feather file of version 1, which is no Arrow file; write it anew as "
                + "version 2 (R: arrow::write_feather(x, file); pandas: to_feather(file))."));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void AFileWithoutRowsSaysSo(bool isStream)
    {
        using var folder = new TemporaryFolder();
        var schema = new Schema([new Field("y", Apache.Arrow.Types.Int32Type.Default, true)], null);
        using (FileStream file = File.Create(folder["empty"]))
        using (ArrowStreamWriter writer = isStream ? new ArrowStreamWriter(file, schema) : new ArrowFileWriter(file, schema))
        {
            writer.WriteStart();
            writer.WriteEnd();
        }

        Assert.That(
            Failure(folder["empty"]),
            Is.EqualTo($"'{folder["empty"]}' has columns but no rows of data; a model needs at least some."));
    }

    [Test]
    public void BatchesThatDifferAreAnError()
    {
        RecordBatch first = Batches.Of(TableOf("y", "x"), 10).First();
        RecordBatch other = Batches.Of(TableOf("y", "z"), 10).First();
        Assert.That(
            () => ArrowTable.From([first, other]),
            Throws.TypeOf<InvalidModelDataException>().With.Message.EqualTo(
                "The record batches differ in column 2: 'x' (int32) in the first, 'z' (int32) in another; give all the "
                + "same columns."));
        Assert.That(
            () => ArrowTable.From([]),
            Throws.TypeOf<InvalidModelDataException>().With.Message.EqualTo(
                "There is no record batch; a table needs at least one."));
    }

    private static ColumnTable TableOf(string first, string second) =>
        new ColumnTableBuilder().Number(first, [1, 2]).Number(second, [3, 4]).ToTable();

    private static string Failure(string path) =>
        Assert.Throws<InvalidModelDataException>(() => ArrowTable.Read(path))!.Message;
}

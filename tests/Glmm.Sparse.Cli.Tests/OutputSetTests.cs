using NUnit.Framework;

namespace Glmm.Sparse.Cli.Tests;

public class OutputSetTests
{
    [Test]
    public void FilesAppearTogetherWhenCommitted()
    {
        using var folder = new TemporaryFolder();
        folder.Write("b", "old");
        using (var outputs = new OutputSet())
        {
            outputs.Open("--a", folder["a"]).Write("A"u8);
            outputs.Open("--b", folder["b"]).Write("B"u8);
            Assert.That(File.ReadAllText(folder["b"]), Is.EqualTo("old"));
            Assert.That(File.Exists(folder["a"]), Is.False);
            outputs.Commit();
        }

        Assert.Multiple(() =>
        {
            Assert.That(folder.Files, Is.EqualTo(["a", "b"]));
            Assert.That(File.ReadAllText(folder["a"]), Is.EqualTo("A"));
            Assert.That(File.ReadAllText(folder["b"]), Is.EqualTo("B"));
        });
    }

    [Test]
    public void WithoutCommitNothingIsLeftAndNothingChanges()
    {
        using var folder = new TemporaryFolder();
        folder.Write("b", "old");
        using (var outputs = new OutputSet())
        {
            outputs.Open("--a", folder["a"]).Write("A"u8);
            outputs.Open("--b", folder["b"]).Write("B"u8);
        }

        Assert.That(folder.Files, Is.EqualTo(["b"]));
        Assert.That(File.ReadAllText(folder["b"]), Is.EqualTo("old"));
    }

    [Test]
    public void BehindALinkTheFileIsReplacedAndNotTheLink()
    {
        using var folder = new TemporaryFolder();
        folder.Write("file", "old");
        File.CreateSymbolicLink(folder["link"], folder["file"]);
        using (var outputs = new OutputSet())
        {
            outputs.Open("--a", folder["link"]).Write("new"u8);
            outputs.Commit();
        }

        Assert.That(new FileInfo(folder["link"]).LinkTarget, Is.Not.Null);
        Assert.That(File.ReadAllText(folder["file"]), Is.EqualTo("new"));
    }

    [Test]
    public void OneFileForTwoOutputsIsRefused()
    {
        using var folder = new TemporaryFolder();
        using var outputs = new OutputSet();
        outputs.Open("--json", folder["same"]);
        Assert.That(
            () => outputs.Open("--fitted", folder["same"]),
            Throws.TypeOf<OutputFileException>().With.Message.Contains("--fitted and --json name the same file"));
    }

    [Test]
    public void AFileThatIsReadIsNotOverwrittenWhateverItsSpelling()
    {
        using var folder = new TemporaryFolder();
        string data = folder.Write("data.csv", "y\n");
        Directory.CreateDirectory(folder["sub"]);
        Directory.CreateSymbolicLink(folder["there"], folder["."]);
        File.CreateSymbolicLink(folder["link.csv"], data);
        foreach (string spelling in new[] { "data.csv", "./sub/../data.csv", "there/data.csv", "link.csv" })
        {
            foreach ((string read, string written) in new[] { (data, folder[spelling]), (folder[spelling], data) })
            {
                using var outputs = new OutputSet();
                outputs.Protect("--data", read);
                Assert.That(
                    () => outputs.Open("--fitted", written),
                    Throws.TypeOf<OutputFileException>()
                        .With.Message.Contains("--fitted names the file").And.Message.Contains("that --data reads"));
            }
        }
    }

    [Test]
    public void LinksInACircleAreRefused()
    {
        using var folder = new TemporaryFolder();
        File.CreateSymbolicLink(folder["a"], folder["b"]);
        File.CreateSymbolicLink(folder["b"], folder["a"]);
        using var outputs = new OutputSet();
        Assert.That(() => outputs.Open("--out", folder["a"]), Throws.TypeOf<OutputFileException>());
    }

    [Test]
    public void MessagesDoNotNameTheTemporaryFile()
    {
        using var folder = new TemporaryFolder();
        string longName = new('x', 255);
        using var outputs = new OutputSet();
        Assert.That(
            () => outputs.Open("--out", folder[longName]),
            Throws.TypeOf<OutputFileException>().With.Message.Contains(longName).And.Message.Not.Contains(".tmp"));
    }

    [Test]
    public void AFolderAMissingFolderAndStandardOutputAreRefused()
    {
        using var folder = new TemporaryFolder();
        using var outputs = new OutputSet();
        Assert.Multiple(() =>
        {
            Assert.That(() => outputs.Open("--out", folder[""]), Throws.Exception.With.Message.Contains("is a folder"));
            Assert.That(
                () => outputs.Open("--out", folder["no/such"]),
                Throws.Exception.With.Message.Contains("its folder does not exist"));
            Assert.That(() => outputs.Open("--out", "-"), Throws.Exception.With.Message.Contains("name of a file"));
            Assert.That(() => outputs.Open("--out", ""), Throws.Exception.With.Message.Contains("name of a file"));
        });
    }
}

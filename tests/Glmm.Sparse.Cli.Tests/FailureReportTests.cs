using NUnit.Framework;

namespace Glmm.Sparse.Cli.Tests;

public class FailureReportTests
{
    [Test]
    public void ADefectAsksForAReportAndShowsNoTrace() =>
        AssertReport(new InvalidOperationException("pivot"), 1, "This is a defect of glmm, please report it");

    [Test]
    public void CancellingIsNoDefect() => AssertReport(new OperationCanceledException(), 130, "Cancelled");

    [Test]
    public void TooLittleMemoryIsSaidSo() => AssertReport(new InsufficientMemoryException(), 2, "not enough memory");

    [Test]
    public void AFailureWithinAParallelLoopIsUnwrapped() => AssertReport(
        new AggregateException(new InvalidModelDataException("Column 'y' is empty.")), 2, "Column 'y' is empty.");

    [Test]
    public void StandardOutputThatCannotBeWrittenIsSaidSo()
    {
        using var output = new FullDevice();
        using var error = new StringWriter();
        int exitCode = CommandLine.Run(["--version"], output, error);
        Assert.Multiple(() =>
        {
            Assert.That(exitCode, Is.EqualTo(2));
            Assert.That(error.ToString(), Does.Contain("Standard output cannot be written: No space left"));
        });
    }

    private static void AssertReport(Exception failure, int exitCode, string message)
    {
        using var error = new StringWriter();
        int actual = FailureReport.Write(Thrown(failure), new CommandConsole(TextWriter.Null, error));
        Assert.Multiple(() =>
        {
            Assert.That(actual, Is.EqualTo(exitCode));
            Assert.That(error.ToString(), Does.StartWith("glmm: ").And.Contain(message));
            Assert.That(error.ToString(), Does.Not.Contain("   at "));
        });
    }

    private static Exception Thrown(Exception failure)
    {
        try
        {
            throw failure;
        }
        catch (Exception caught)
        {
            return caught;
        }
    }

    private sealed class FullDevice : StringWriter
    {
        public override void Flush() => throw new IOException("No space left");
    }
}

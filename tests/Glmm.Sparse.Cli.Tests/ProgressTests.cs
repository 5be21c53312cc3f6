using Glmm.Sparse.Estimation;
using NUnit.Framework;

namespace Glmm.Sparse.Cli.Tests;

public class ProgressTests
{
    [Test]
    public void WithoutATerminalNothingIsTold()
    {
        using var error = new StringWriter();
        using (var progress = new ProgressLine(new CommandConsole(TextWriter.Null, error), quiet: false))
        {
            Assert.That(progress.OfFit(1e-8), Is.Null);
            Assert.That(progress.OfCount("replicate", 10), Is.Null);
        }

        Assert.That(error.ToString(), Is.Empty);
    }

    [Test]
    public void TheLineIsWipedAtTheEnd()
    {
        using var error = new StringWriter();
        var console = new CommandConsole(TextWriter.Null, error, ErrorIsTerminal: true);
        using (var progress = new ProgressLine(console, quiet: false))
            progress.OfFit(1e-8)!.Report(new FitProgress(1, 0.5));
        Assert.That(error.ToString(), Does.Contain("iteration 1, next step 0.5").And.EndsWith(" \r"));
    }

    [TestCase(true, null, "xterm", true)]
    [TestCase(true, "1", "xterm", false)]
    [TestCase(true, null, "dumb", false)]
    [TestCase(false, null, "xterm", false)]
    [Platform("Linux,MacOsX")]
    public void ColoursAreForTerminalsThatWantThem(bool isTerminal, string? noColour, string term, bool expected)
    {
        var style = TextStyle.Of(isTerminal, name => name == "NO_COLOR" ? noColour : name == "TERM" ? term : null);
        Assert.That(style.HasColour, Is.EqualTo(expected));
        Assert.That(style.Bad("x"), expected ? Has.Length.GreaterThan(1) : Is.EqualTo("x"));
    }
}

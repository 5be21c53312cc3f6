using Glmm.Sparse.Cli;
using NUnit.Framework;

namespace Glmm.Sparse.Report.Tests;

/// <summary><c>glmm report</c>, run in this process.</summary>
[TestFixture]
internal sealed class CommandTests
{
    private string _folder = "";

    [SetUp]
    public void Fit()
    {
        _folder = Directory.CreateTempSubdirectory("glmm-report-").FullName;
        Assert.That(
            Run("fit", "--data", Repository.Data("sleepstudy.csv"), "--formula", "Reaction ~ Days + (1 + Days | Subject)",
                "--family", "gaussian", "--save", At("sleep.model")).Code, Is.Zero);
    }

    [TearDown]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void ThePageAndPlotsAreWritten()
    {
        (int code, _, string error) = Report(
            "--out", At("r.html"), "--plot", At("caterpillar.svg"), "--plot", At("trajectories.png"), "--title",
            "Sleep & <reaction>", "--clusters", "6", "--level", "0.9");
        Assert.That(code, Is.Zero, error);
        Assert.That(error, Is.Empty);
        string html = File.ReadAllText(At("r.html"));
        Assert.That(html, Does.Contain("<h1>Sleep &amp; &lt;reaction&gt;</h1>").And.Contain("90\u00a0%"));
        Assert.That(html, Does.Contain("glmm report").And.Contain("--clusters 6"));
        Assert.That(File.ReadAllText(At("caterpillar.svg")), Does.StartWith("<svg"));
        Assert.That(new FileInfo(At("trajectories.png")).Length, Is.GreaterThan(5000));
    }

    [Test]
    public void OtherDataAreWarnedOfOnStandardError()
    {
        string[] lines = File.ReadAllLines(Repository.Data("sleepstudy.csv"));
        File.WriteAllLines(At("other.csv"), lines[..^10]);
        (int code, _, string error) = Run("report", At("sleep.model"), "--data", At("other.csv"), "--out", At("r.html"));
        Assert.That(code, Is.Zero);
        Assert.That(error, Does.Contain("warning: The data are not those that the model was fitted to"));
    }

    [TestCase("there is no plot", "--plot", "pie.svg")]
    [TestCase(".svg or .png", "--plot", "caterpillar.pdf")]
    [TestCase("nothing to write")]
    [TestCase("no plot 'calibration' of this model", "--plot", "calibration.svg")]
    [TestCase("--clusters", "--clusters", "0", "--out", "r.html")]
    public void MistakesAreOneMessageAndWriteNothing(string message, params string[] options)
    {
        string[] placed = [.. options.Select(o => o.Contains('.', StringComparison.Ordinal) ? At(o) : o)];
        (int code, _, string error) = Report(placed);
        Assert.That(code, Is.EqualTo(2));
        Assert.That(error, Does.Contain(message).IgnoreCase);
        Assert.That(Directory.GetFiles(_folder), Has.Length.EqualTo(1), "the model alone");
    }

    [Test]
    public void AMissingModelIsAskedFor()
    {
        (int code, _, string error) = Run("report", "--data", Repository.Data("sleepstudy.csv"), "--out", At("r.html"));
        Assert.That(code, Is.EqualTo(2));
        Assert.That(error, Does.Contain("needs a model"));
    }

    [Test]
    public void HelpNamesEveryPlot()
    {
        (int code, string output, _) = Run("report", "--help");
        Assert.That(code, Is.Zero);
        foreach (string name in ReportPlots.Names) Assert.That(output, Does.Contain(name));
        Assert.That(output, Does.Contain("glmm report sleep.model"));
    }

    private (int Code, string Output, string Error) Report(params string[] options) =>
        Run(["report", At("sleep.model"), "--data", Repository.Data("sleepstudy.csv"), .. options]);

    private static (int Code, string Output, string Error) Run(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = CommandLine.Run(args, output, error);
        return (code, output.ToString(), error.ToString());
    }

    private string At(string file) => Path.Combine(_folder, file);
}

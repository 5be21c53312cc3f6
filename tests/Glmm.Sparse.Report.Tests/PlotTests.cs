using System.Xml.Linq;
using NUnit.Framework;

namespace Glmm.Sparse.Report.Tests;

/// <summary>Plots as files of their own.</summary>
[TestFixture]
internal sealed class PlotTests
{
    private static readonly byte[] s_png = [0x89, (byte)'P', (byte)'N', (byte)'G'];

    [TestCase("epil")]
    [TestCase("toenail")]
    [TestCase("sleepstudy")]
    public void EveryPlotIsASmallSvgWithATextAlternative(string name)
    {
        var sample = Sample.Named(name);
        var plots = ModelPlots.Create(sample.Model, sample.Table);
        Assert.That(plots.Available, Has.Count.EqualTo(name == "toenail" ? 9 : 8));
        foreach (ReportPlot plot in plots.Available)
        {
            using var stream = new MemoryStream();
            plots.WriteSvg(plot, stream);
            Assert.That(stream.Length, Is.LessThan(150_000), $"{plot}");
            stream.Position = 0;
            XElement root = XDocument.Load(stream).Root!;
            XNamespace svg = "http://www.w3.org/2000/svg";
            Assert.That(root.Element(svg + "title")!.Value, Is.Not.Empty);
            Assert.That(root.Element(svg + "desc")!.Value, Does.StartWith(plots.Describe(plot)));
            Assert.That(root.Descendants(svg + "text").Count(), Is.GreaterThan(3), $"{plot}");
            Assert.That(root.ToString(), Does.Not.Contain("var(").And.Not.Contain("NaN"));
        }
    }

    [Test]
    public void EveryPlotIsAPng()
    {
        var sample = Sample.Toenail();
        var plots = ModelPlots.Create(sample.Model, sample.Table);
        foreach (ReportPlot plot in plots.Available)
        {
            using var stream = new MemoryStream();
            plots.WritePng(plot, stream, 1);
            Assert.That(stream.ToArray()[..4], Is.EqualTo(s_png), $"{plot}");
            Assert.That(stream.Length, Is.GreaterThan(3000), $"{plot}");
        }
    }

    [Test]
    public void APlotThatAModelHasNotSaysWhy()
    {
        var sample = Sample.Sleepstudy();
        var plots = ModelPlots.Create(sample.Model, sample.Table);
        Assert.That(plots.WhyMissing(ReportPlot.Calibration), Does.Contain("binomial"));
        Assert.That(
            () => plots.WriteSvg(ReportPlot.Calibration, Stream.Null),
            Throws.TypeOf<InvalidModelOptionException>().With.Message.Contains("calibration"));
    }

    [Test]
    public void NamesAndPlotsAreOneToOne()
    {
        Assert.That(ReportPlots.Names, Is.Unique);
        Assert.That(ReportPlots.Names.Select(ReportPlots.Parse), Is.EqualTo(Enum.GetValues<ReportPlot>()));
        Assert.That(
            Enum.GetValues<ReportPlot>().Select(ReportPlots.NameOf), Is.EqualTo(ReportPlots.Names));
    }
}

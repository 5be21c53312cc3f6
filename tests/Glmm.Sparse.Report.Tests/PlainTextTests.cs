using System.Text;
using System.Xml.Linq;
using Glmm.Sparse.Families;
using Glmm.Sparse.Results;
using Glmm.Sparse.Tables;
using NUnit.Framework;

namespace Glmm.Sparse.Report.Tests;

/// <summary>Labels that no document can hold.</summary>
[TestFixture]
internal sealed class PlainTextTests
{
    // Not cases of an attribute, which is stored as UTF-8 and so holds no lone surrogate.
    [Test]
    public void OnlyWhatXmlForbidsIsReplaced()
    {
        Assert.That(PlainText.Of("a\u0007b"), Is.EqualTo("a\ufffdb"));
        Assert.That(PlainText.Of("\ud800"), Is.EqualTo("\ufffd"));
        Assert.That(PlainText.Of("\udc00\ud800x"), Is.EqualTo("\ufffd\ufffdx"));
        Assert.That(PlainText.Of("\uffff\0"), Is.EqualTo("\ufffd\ufffd"));
        Assert.That(PlainText.Of("tab\tline\n\ud83d\ude00 é"), Is.EqualTo("tab\tline\n\ud83d\ude00 é"));
    }

    [Test]
    public void AControlCharacterInALabelBreaksNoReport()
    {
        var random = new Random(5);
        const int N = 120;
        var table = ColumnTable.FromColumns(
            TableColumn.Numeric("y", [.. Enumerable.Range(0, N).Select(i => (i % 6) + random.NextDouble())]),
            TableColumn.Numeric("x", [.. Enumerable.Range(0, N).Select(_ => random.NextDouble())]),
            TableColumn.Text("bell\u0007s", [.. Enumerable.Range(0, N).Select(i => $"ring\u0007{i % 6}")]));
        var sample = Sample.Of(table, "y ~ x + (1 | `bell\u0007s`)", Family.Gaussian, EstimationMethod.Pql);
        string html = sample.Html();
        Assert.That(html, Does.Contain("ring\ufffd0").Or.Contain("ring&#65533;0"));
        Assert.That(html, Does.Not.Contain("\u0007"));
        var plots = ModelPlots.Create(sample.Model, sample.Table);
        foreach (ReportPlot plot in plots.Available)
        {
            using var stream = new MemoryStream();
            plots.WriteSvg(plot, stream);
            stream.Position = 0;
            Assert.That(XDocument.Load(stream).Root, Is.Not.Null, $"{plot}");
            Assert.That(Encoding.UTF8.GetString(stream.ToArray()), Does.Not.Contain("\u0007"));
            stream.SetLength(0);
            plots.WritePng(plot, stream, 1);
            Assert.That(stream.Length, Is.GreaterThan(3000), $"{plot}");
        }
    }
}

using System.Text;
using CsCheck;
using NUnit.Framework;

namespace Glmm.Sparse.Cli.Tests;

public class CsvWriterTests
{
    [TestCase("plain", "plain")]
    [TestCase("a,b", "\"a,b\"")]
    [TestCase("say \"x\"", "\"say \"\"x\"\"\"")]
    [TestCase("two\nlines", "\"two\nlines\"")]
    [TestCase(" padded", "\" padded\"")]
    [TestCase("", "\"\"")]
    [TestCase("I(week > 2)TRUE", "I(week > 2)TRUE")]
    [TestCase("Zürich", "Zürich")]
    public void FieldsAreQuotedOnlyWhenTheyMustBe(string field, string written) =>
        Assert.That(Write(csv => csv.WriteRow(field, "x")), Is.EqualTo($"{written},x\n"));

    [Test]
    public void NumbersReadBackToTheSameBits() => Gen.Double.Where(static x => !double.IsNaN(x)).Sample(x =>
    {
        string text = Write(csv =>
        {
            csv.Write(x);
            csv.EndRow();
        });
        return double.Parse(text, System.Globalization.CultureInfo.InvariantCulture).Equals(x);
    });

    [Test]
    public void NoNumberIsNa() => Assert.That(Write(static csv => csv.Write(double.NaN)), Is.EqualTo("NA"));

    [Test]
    public void RowsAndFieldsLongerThanTheBufferArriveWhole()
    {
        string longField = new('x', 100_000);
        string text = Write(csv =>
        {
            for (int i = 0; i < 20_000; i++)
            {
                csv.Write(i);
                csv.Write("label");
                csv.EndRow();
            }

            csv.WriteRow(longField, longField);
        });
        string expected = string.Concat(Enumerable.Range(0, 20_000).Select(static i => $"{i},label\n"));
        Assert.That(text, Is.EqualTo($"{expected}{longField},{longField}\n"));
    }

    private static string Write(Action<CsvWriter> write)
    {
        using var stream = new MemoryStream();
        using (var csv = new CsvWriter(stream)) write(csv);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}

using Glmm.Sparse.Tables;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Tables;

[TestFixture]
internal sealed class ColumnTableTests
{
    [Test]
    public void ValuesSurviveBlockBoundaries()
    {
        double[] values = [.. Enumerable.Range(0, 150_001).Select(i => i * 0.5)];
        values[70_000] = TableColumn.MissingValue;
        var column = (NumericColumn)TableColumn.Numeric("x", values);
        int[] rows = [0, 255, 256, 1_023, 1_024, 65_535, 65_536, 70_000, 131_071, 131_072, 150_000];
        double[] gathered = new double[rows.Length];

        column.Gather(rows, gathered);

        Assert.That(column.Length, Is.EqualTo(values.Length));
        Assert.That(gathered, Is.EqualTo(rows.Select(row => values[row])));
        Assert.That(Enumerable.Range(0, values.Length).All(i => column[i].Equals(values[i])), Is.True);
        Assert.That(column.MissingCount, Is.EqualTo(1));
        Assert.That(column.IsMissing(70_000), Is.True);
        Assert.That(column.LabelAt(70_000), Is.EqualTo("NA"));
    }

    [Test]
    public void MissingIsNotNaN()
    {
        var column = (NumericColumn)TableColumn.Numeric(
            "x", 1, TableColumn.MissingValue, double.NaN, double.NegativeInfinity);
        Assert.That(double.IsNaN(TableColumn.MissingValue), Is.True);
        Assert.That(TableColumn.IsMissingValue(TableColumn.MissingValue), Is.True);
        Assert.That(TableColumn.IsMissingValue(double.NaN), Is.False);
        Assert.That(column.MissingCount, Is.EqualTo(1));
        Assert.That(column.FirstNonFinite, Is.EqualTo(2));
    }

    [Test]
    public void TextsAreCodesInOrderOfAppearance()
    {
        var column = (TextColumn)TableColumn.Text("f", "b", null, "a", "b", "TRUE");
        Assert.That(column.Texts, Is.EqualTo(new[] { "b", "a", "TRUE" }));
        Assert.That(Enumerable.Range(0, 5).Select(row => column[row]), Is.EqualTo(new[] { 0, -1, 1, 0, 2 }));
        Assert.That(column.MissingCount, Is.EqualTo(1));
        Assert.That(column.LabelAt(1), Is.EqualTo("NA"));
        Assert.That(column.NotANumber, Is.Null);
    }

    [Test]
    public void BuilderMakesTruthValuesOfTextsThatSpellThem()
    {
        var builder = new TextColumnBuilder("b");
        foreach (string text in new[] { "T", "FALSE", "true", "F" }) builder.Add(text);
        builder.AddMissing();
        var column = (BooleanColumn)builder.Build();
        Assert.That(Enumerable.Range(0, 5).Select(row => column[row]), Is.EqualTo(new[] { 1, 0, 1, 0, -1 }));
        Assert.That(column.MissingCount, Is.EqualTo(1));
        Assert.That(column.LabelAt(0), Is.EqualTo("TRUE"));
    }

    [TestCase(40, 2, true)]
    [TestCase(21, 500, true, Description = "so many different numbers are no levels, however many cells are bad")]
    [TestCase(20, 1, false, Description = "few numbers may be levels")]
    public void TextAmongManyNumbersIsTold(int distinctNumbers, int others, bool isTold)
    {
        string[] texts =
            [.. Enumerable.Range(0, distinctNumbers).Select(i => $"{i}.5"), .. Enumerable.Repeat("x", others)];
        var column = (TextColumn)TableColumn.Text("f", texts);
        Assert.That(column.NotANumber, isTold ? Is.EqualTo(new NotANumber(distinctNumbers, 0, "x")) : Is.Null);
    }

    [TestCase(true, "1", "1,5", "-2,25")]
    [TestCase(false, "1", "1,5", "b")]
    [TestCase(false, "1", "1,2,3")]
    [TestCase(false, "1", "1.234,5")]
    [TestCase(false, "1", "2")]
    public void NumbersWithDecimalCommasAreTold(bool isTold, params string[] texts)
    {
        var column = (TextColumn)TableColumn.Text("f", texts);
        Assert.That(column.NotANumber, isTold ? Is.EqualTo(new NotANumber(1, 0, texts[1])) : Is.Null);
    }

    [Test]
    public void ColumnsMustAgree()
    {
        TableColumn a = TableColumn.Numeric("a", 1, 2);
        Assert.That(
            () => ColumnTable.FromColumns(a, TableColumn.Numeric("b", 1)),
            Throws.TypeOf<InvalidModelDataException>().With.Message.Contains("'b' has 1 rows, the table has 2"));
        Assert.That(
            () => ColumnTable.FromColumns(a, a),
            Throws.TypeOf<InvalidModelDataException>().With.Message.Contains("Two columns are named 'a'"));
        Assert.That(ColumnTable.FromColumns(a)["b"], Is.Null);
        Assert.That(ColumnTable.FromColumns(a)["a"], Is.SameAs(a));
    }

    [TestCase(1e14, "100000000000000")]
    [TestCase(-3, "-3")]
    [TestCase(0.1, "0.1")]
    [TestCase(1e300, "1E+300")]
    public void LabelsOfNumbersAreExactAndShort(double value, string label) =>
        Assert.That(NumericColumn.Label(value), Is.EqualTo(label));
}

using System.Text.Json;
using Glmm.Sparse.Families;
using Glmm.Sparse.Formula;
using Glmm.Sparse.Model;
using Glmm.Sparse.Tables;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Formula;

/// <summary>
/// Formulas over a mixed data frame with missing values: names exactly and numbers to 1e-12 those of R's model.matrix and
/// lme4. Reference/formula/formulas.R made the file that is read here.
/// </summary>
[TestFixture]
internal sealed class FormulaBatteryTests
{
    private const double Tolerance = 1e-12;

    private static readonly JsonElement s_battery = JsonDocument.Parse(
        File.ReadAllText(Repository.Reference("formula", "formulas.json"))).RootElement;

    private static readonly ColumnTable s_table = Table("data");
    private static readonly ColumnTable s_new = Table("new");

    [TestCaseSource(nameof(Fixed))]
    public void FixedEffectsAreThoseOfModelMatrix(string formula, JsonElement expected)
    {
        ModelFrame frame = Frame($"y ~ {formula} + (1 | g)");
        AssertEqual(frame.Design.FixedEffects, expected);
        AssertRows(frame, expected);
    }

    [TestCaseSource(nameof(Random))]
    public void RandomEffectsAreThoseOfLme4(string formula, JsonElement expected)
    {
        ModelFrame frame = Frame($"y ~ 1 + {formula}");
        AssertEqual(frame.Design.RandomEffects, expected);
        AssertRows(frame, expected);
    }

    [TestCaseSource(nameof(Offsets))]
    public void OffsetsAddUp(string formula, JsonElement expected)
    {
        ModelFrame frame = Frame($"y ~ {formula} + (1 | g)");
        AssertEqual(frame.Design.FixedEffects, expected);
        AssertValues(frame.Design.Offset!.Values(), Numbers(expected.GetProperty("offset")), "the offset");
    }

    [TestCaseSource(nameof(Dots))]
    public void ADotIsAllOtherColumns(string formula, JsonElement expected)
    {
        ModelFrame frame = Frame($"y ~ {formula} + (1 | g)");
        AssertEqual(frame.Design.FixedEffects, expected);
        AssertRows(frame, expected);
    }

    [TestCaseSource(nameof(Predicted))]
    public void NewRowsHaveTheBasesAndLevelsOfTheFit(string formula, JsonElement expected)
    {
        ModelSchema schema = Frame($"y ~ {formula} + (1 | g)").Schema;
        PredictionFrame rows = schema.Apply(
            s_new, new PredictionFrameOptions { RandomEffects = false, Clusters = false });
        Assert.That(schema.FixedNames, Is.EqualTo(Strings(expected.GetProperty("names"))));
        int p = rows.FixedEffectCount;
        for (int j = 0; j < p; j++)
        {
            double[] actual =
                [.. Enumerable.Range(0, rows.RowCount).Select(row => rows.FixedEffects.Span[(row * p) + j])];
            AssertValues(actual, Numbers(expected.GetProperty("columns")[j]), schema.FixedNames[j]);
        }
    }

    [TestCaseSource(nameof(Fixed))]
    public void TheCanonicalFormMakesTheSameDesign(string formula, JsonElement expected)
    {
        var parsed = ModelFormula.Parse($"y ~ {formula} + offset(e) + (1 + x | g)");
        var canonical = ModelFormula.Parse(parsed.Canonical);
        Assert.That(canonical.Canonical, Is.EqualTo(parsed.Canonical));
        AssertEqual(Frame(parsed.Canonical).Design.FixedEffects, expected);
    }

    [TestCaseSource(nameof(Fixed))]
    public void RowsOfTheFitHaveTheSameBitsAsNewRows(string formula, JsonElement expected)
    {
        ModelFrame frame = Frame($"y ~ {formula} + (1 | g)");
        PredictionFrame rows = frame.Schema.Apply(
            s_table, new PredictionFrameOptions { RandomEffects = false, Clusters = false, UnseenLevels = UnseenLevels.Population });
        int p = rows.FixedEffectCount;
        Assert.That(frame.Schema.FixedNames, Is.EqualTo(Strings(expected.GetProperty("names"))));
        for (int j = 0; j < p; j++)
        {
            double[] fitted = frame.Design.FixedEffects[j].Values();
            for (int i = 0; i < fitted.Length; i++)
                Assert.That(rows.FixedEffects.Span[(frame.SourceRow(i) * p) + j], Is.EqualTo(fitted[i]));
        }
    }

    private static IEnumerable<TestCaseData> Fixed() => Cases("fixed");

    private static IEnumerable<TestCaseData> Random() => Cases("random");

    private static IEnumerable<TestCaseData> Offsets() => Cases("offsets");

    private static IEnumerable<TestCaseData> Dots() => Cases("dots");

    private static IEnumerable<TestCaseData> Predicted() => Cases("predicted");

    private static IEnumerable<TestCaseData> Cases(string part) => s_battery.GetProperty(part).EnumerateArray()
        .Select(entry => new TestCaseData(entry.GetProperty("formula").GetString(), entry)
            .SetArgDisplayNames(entry.GetProperty("formula").GetString()!));

    private static ModelFrame Frame(string formula) => ModelFrame.Create(s_table, formula, Family.Gaussian);

    private static void AssertEqual(IReadOnlyList<DesignColumn> columns, JsonElement expected)
    {
        Assert.That(columns.Select(column => column.Name), Is.EqualTo(Strings(expected.GetProperty("names"))));
        for (int j = 0; j < columns.Count; j++)
            AssertValues(columns[j].Values(), Numbers(expected.GetProperty("columns")[j]), columns[j].Name);
    }

    private static void AssertRows(ModelFrame frame, JsonElement expected) => Assert.That(
        Enumerable.Range(0, frame.Design.Observations).Select(row => frame.SourceRow(row) + 1.0),
        Is.EqualTo(Numbers(expected.GetProperty("rows"))));

    private static void AssertValues(double[] actual, double[] expected, string what)
    {
        Assert.That(actual, Has.Length.EqualTo(expected.Length), what);
        double scale = Math.Max(1, expected.Max(Math.Abs));
        for (int i = 0; i < actual.Length; i++)
            Assert.That(actual[i], Is.EqualTo(expected[i]).Within(Tolerance * scale), $"{what} in row {i + 1}");
    }

    private static string[] Strings(JsonElement array) => [.. array.EnumerateArray().Select(item => item.GetString()!)];

    private static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(item => item.GetDouble())];

    private static ColumnTable Table(string name) =>
        ColumnTable.FromColumns([.. s_battery.GetProperty(name).EnumerateArray().Select(Column)]);

    private static TableColumn Column(JsonElement column)
    {
        string name = column.GetProperty("name").GetString()!;
        JsonElement[] values = [.. column.GetProperty("values").EnumerateArray()];
        bool IsNull(JsonElement value) => value.ValueKind == JsonValueKind.Null;
        double[] Doubles() => [.. values.Select(v => IsNull(v) ? TableColumn.MissingValue : v.GetDouble())];
        switch (column.GetProperty("kind").GetString())
        {
            case "text":
                return TableColumn.Text(name, [.. values.Select(v => v.GetString())]);
            case "boolean":
                return TableColumn.Boolean(name, [.. values.Select(v => IsNull(v) ? (bool?)null : v.GetBoolean())]);
            case "date":
                var builder = new NumericColumnBuilder(name);
                builder.AddRange(Doubles());
                return new DateColumn(builder.Build(), DateUnit.Days);
            default:
                return TableColumn.Numeric(name, Doubles());
        }
    }
}

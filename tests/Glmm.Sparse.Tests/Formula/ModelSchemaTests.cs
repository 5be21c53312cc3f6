using System.Text.Json;
using Glmm.Sparse.Families;
using Glmm.Sparse.Formula;
using Glmm.Sparse.Model;
using Glmm.Sparse.Tables;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Formula;

/// <summary>A schema makes the columns of a design again, of the same rows or of new ones.</summary>
[TestFixture]
internal sealed class ModelSchemaTests
{
    private static ColumnTable Mixed { get; } = ColumnTable.FromColumns(
        TableColumn.Numeric("x", 0.5, 1.5, -2, 3, 4, 0.25, 7, 1, 2, 5, -1, 6),
        TableColumn.Numeric("e", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13),
        TableColumn.Text("a", "p", "q", "p", "q", "p", "q", "p", "q", "p", "q", "p", "q"),
        TableColumn.Text("b", "u", "u", "v", "v", "w", "w", "u", "v", "w", "u", "v", "w"),
        TableColumn.Text("c", "p", "p", "q", "q", "p", "p", "q", "q", "p", "p", "q", "q"),
        TableColumn.Boolean("s", true, false, false, true, true, false, true, true, false, false, true, false),
        TableColumn.Numeric("k", 10, 9, 2, 10, 9, 2, 10, 9, 2, 10, 9, 2),
        TableColumn.Numeric("g", 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3),
        TableColumn.Text("h", "k", "l", "k", "l", "k", "l", "k", "l", "k", "l", "k", "l"),
        TableColumn.Numeric("y", [.. Enumerable.Range(1, 12).Select(i => i / 3.0)]));

    private static readonly string[] s_formulas =
    [
        "y ~ scale(x) * a + offset(log(e)) + (1 + scale(log(e)) | g)",
        "y ~ 0 + b:x + factor(k) + (a || g:h)",
        "y ~ I(x > 1) * s + I(b == 'u') + I(a != c) + (0 + b | g)",
        "y ~ scale(scale(x) * e) + I(x^2) + log(e, 2) + exp(x / 4) + (1 | g)",
        "y ~ I(s & x > 0) + as.numeric(s) + (1 + s || h)",
        "y ~ k + factor(k):a + (1 | g)",
    ];

    [TestCaseSource(typeof(ReferenceFrame), nameof(ReferenceFrame.Models))]
    public void TheRowsOfAFitComeBackBitByBit(string model)
    {
        ReferenceFrame reference = ReferenceFrame.Read(model);
        AssertSame(reference.Frame, reference.Frame.Schema.Apply(reference.Table), row => row);
    }

    [TestCaseSource(typeof(ReferenceFrame), nameof(ReferenceFrame.Models))]
    public void EachRowAloneGivesTheBitsItHadAmongAll(string model)
    {
        ReferenceFrame reference = ReferenceFrame.Read(model);
        int n = reference.Table.RowCount;
        for (int row = 0; row < n; row += 1 + (n / 23))
            AssertSame(reference.Frame, reference.Frame.Schema.Apply(reference.Table.Rows(row)), _ => row);
    }

    [TestCaseSource(nameof(s_formulas))]
    public void EveryFunctionAndCodingKeepsItsBitsRowByRow(string formula)
    {
        ModelFrame frame = ModelFrame.Create(Mixed, formula, Family.Gaussian);
        AssertSame(frame, frame.Schema.Apply(Mixed), row => row);
        for (int row = 0; row < Mixed.RowCount; row++)
            AssertSame(frame, frame.Schema.Apply(Mixed.Rows(row)), _ => row);
    }

    [Test]
    public void ColumnsOfTermsAreNamedByTheirLevels()
    {
        string path = Path.Combine(
            Repository.Root, "tests", "Glmm.Sparse.Tests", "Formula", "Oracle", "model_matrix.json");
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path));
        ColumnTable table = Mixed.With(TableColumn.Text("c", [.. "nnnyyyynynyn".Select(c => c.ToString())]))
            .With(TableColumn.Numeric("z", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13))
            .With(TableColumn.Numeric("my x", 1.5, 2.5, -1, 4, 5, 1.25, 8, 2, 3, 6, 0, 7));
        foreach (JsonElement entry in document.RootElement.EnumerateArray())
        {
            string formula = $"y ~ {entry.GetProperty("formula").GetString()} + (1 | g)";
            ModelFrame frame = ModelFrame.Create(table, formula, Family.Gaussian);
            ModelSchema schema = frame.Schema;
            Assert.That(schema.FixedNames, Is.EqualTo(frame.XNames()), formula);
            SchemaTermColumn[] columns = [.. schema.Terms.SelectMany(term => term.Columns)];
            Assert.That(columns.Select(column => column.Index), Is.EqualTo(Enumerable.Range(0, columns.Length)));
            Assert.That(columns.Select(column => column.Name), Is.EqualTo(schema.FixedNames));
            foreach (SchemaTerm term in schema.Terms.Where(term => term.Degree > 0))
            {
                foreach (SchemaTermColumn column in term.Columns)
                {
                    IEnumerable<string> parts = term.Variables.Zip(column.Levels, (v, level) => v.Name + level);
                    Assert.That(column.Name, Is.EqualTo(string.Join(":", parts)), formula);
                }
            }
        }
    }

    [Test]
    public void ATermIsContainedInItsInteractions()
    {
        ModelSchema schema =
            ModelFrame.Create(Mixed, "y ~ a * b + scale(x):a + (1 | g)", Family.Gaussian).Schema;
        Assert.That(
            schema.Terms.Select(term => term.Name), Is.EqualTo(new[] { "(Intercept)", "a", "b", "a:b", "a:scale(x)" }));
        Assert.That(schema.Terms[3].Variables[1].Levels, Is.EqualTo(new[] { "u", "v", "w" }));
        Assert.That(schema.Terms[4].Variables[1].IsFactor, Is.False);
        Assert.That(schema.Terms[1].IsContainedIn(schema.Terms[3]), Is.True);
        Assert.That(schema.Terms[2].IsContainedIn(schema.Terms[4]), Is.False);
        Assert.That(schema.Terms.All(schema.Terms[0].IsContainedIn), Is.True);
    }

    [Test]
    public void LevelsNotReferredToByPlaceButByLabel()
    {
        ModelFrame frame = ModelFrame.Create(
            Mixed, "y ~ b + k + (1 | g)", Family.Gaussian,
            new ModelFrameOptions
            {
                References = new Dictionary<string, string> { ["b"] = "w" },
                Levels = new Dictionary<string, IReadOnlyList<string>> { ["k"] = ["10", "2.0", "9"] },
            });
        ColumnTable rows = ColumnTable.FromColumns(
            TableColumn.Text("b", "v", "w", "u"), TableColumn.Numeric("k", 2, 9, 10), TableColumn.Numeric("g", 3, 8, 1));
        PredictionFrame made = frame.Schema.Apply(rows);
        Assert.That(frame.Schema.FixedNames, Is.EqualTo(new[] { "(Intercept)", "bu", "bv", "k2.0", "k9" }));
        Assert.That(
            made.FixedEffects.ToArray(),
            Is.EqualTo(new double[] { 1, 0, 1, 1, 0, 1, 0, 0, 0, 1, 1, 1, 0, 0, 0 }));
        Assert.That(made.ClusterLabels, Is.EqualTo(new[] { "3", "8", "1" }));
    }

    private static void AssertSame(ModelFrame frame, PredictionFrame made, Func<int, int> designRow)
    {
        ClusteredDesign design = frame.Design;
        Assert.That(made.RowsMissing, Is.Zero);
        Assert.That(made.Warnings, Is.Empty);
        AssertSame(design.FixedEffects, made.FixedEffects.Span, made.RowCount, designRow);
        AssertSame(design.RandomEffects, made.RandomEffects.Span, made.RowCount, designRow);
        if (design.Offset is { } offset)
            AssertSame([offset], made.Offset.Span, made.RowCount, designRow);
        else
            Assert.That(made.Offset.IsEmpty, Is.True);
        for (int i = 0; i < made.RowCount; i++)
        {
            Assert.That(
                made.ClusterLabels[made.Clusters.Span[i]],
                Is.EqualTo(design.Clusters.LabelOf(design.Clusters.Codes.Span[designRow(i)])));
        }
    }

    private static void AssertSame(
        IReadOnlyList<DesignColumn> columns, ReadOnlySpan<double> matrix, int rows, Func<int, int> designRow)
    {
        Assert.That(matrix.Length, Is.EqualTo(rows * columns.Count));
        for (int j = 0; j < columns.Count; j++)
        {
            double[] values = columns[j].Values();
            for (int i = 0; i < rows; i++)
            {
                long expected = BitConverter.DoubleToInt64Bits(values[designRow(i)]);
                if (BitConverter.DoubleToInt64Bits(matrix[(i * columns.Count) + j]) != expected)
                    Assert.Fail($"{columns[j].Name} of row {i}: {matrix[(i * columns.Count) + j]}");
            }
        }
    }
}

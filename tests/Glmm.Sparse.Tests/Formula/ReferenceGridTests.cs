using Glmm.Sparse.Families;
using Glmm.Sparse.Formula;
using Glmm.Sparse.Tables;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Formula;

[TestFixture]
internal sealed class ReferenceGridTests
{
    private static readonly double Na = TableColumn.MissingValue;

    private static ModelSchema Schema(string formula, ModelFrameOptions? options = null) => ModelFrame.Create(
        ColumnTable.FromColumns(
            TableColumn.Numeric("y", 1, 2, 3, 4, Na, 6, 7, 8),
            TableColumn.Numeric("x", 1, 2, 4, 8, 1000, 16, 32, 65),
            TableColumn.Numeric("k", 1, 2, 1, 2, 2, 1, 1, 2),
            TableColumn.Text("f", "a", "b", "c", "a", "only here", "b", "c", "a"),
            TableColumn.Boolean("s", true, false, true, false, true, true, true, false),
            TableColumn.Numeric("id", 1, 1, 2, 2, 3, 3, 4, 4)),
        formula, Family.Gaussian, options).Schema;

    [Test]
    public void LevelsAreCombinedTheFirstRunningFastestAndNumbersAreAtTheirMeans()
    {
        ReferenceGrid grid = Schema("y ~ f * log(x) + s + factor(k) + offset(x) + (1 + x | id)").Grid();
        Assert.That(grid.RowCount, Is.EqualTo(12));
        Assert.That(grid.Factors.Select(factor => factor.Name), Is.EqualTo(new[] { "f", "s", "k" }));
        Assert.That(
            Enumerable.Range(0, 12).Select(row => grid.Table["f"]!.LabelAt(row) + grid.Table["s"]!.LabelAt(row)[0]),
            Is.EqualTo(new[] { "aF", "bF", "cF", "aT", "bT", "cT", "aF", "bF", "cF", "aT", "bT", "cT" }));
        Assert.That(grid.Table["k"]!.LabelAt(5) + grid.Table["k"]!.LabelAt(6), Is.EqualTo("12"));
        double mean = 128.0 / 7, log = Math.Log(128.0 / 7);
        Assert.That(grid.Frame.Offset.ToArray(), Is.All.EqualTo(mean).Within(1e-13), "rows that were not used do not count");
        Assert.That(
            grid.Frame.FixedEffects[^8..].ToArray(),
            Is.EqualTo(new[] { 1, 0, 1, log, 1, 1, 0, log }).Within(1e-14),
            "the last row: c, TRUE, k = 2");
    }

    [Test]
    public void ComparedTextsAndTruthsVaryToo()
    {
        ReferenceGrid grid = Schema("y ~ I(f == 'b') + I(s & x > 3) + (1 | id)").Grid();
        Assert.That(grid.Factors.Single(factor => factor.Name == "f").Levels, Is.EqualTo(new[] { "a", "b", "c" }));
        Assert.That(grid.RowCount, Is.EqualTo(6));
    }

    [Test]
    public void ValuesAndLevelsCanBeChosen()
    {
        ReferenceGrid grid = Schema("y ~ f + x + (1 | id)").Grid(new ReferenceGridOptions
        {
            Numbers = new Dictionary<string, IReadOnlyList<double>> { ["x"] = [0.1, 1e-300] },
            Levels = new Dictionary<string, IReadOnlyList<string>> { ["f"] = ["c"] },
        });
        Assert.That(grid.Frame.FixedEffects.ToArray(), Is.EqualTo(new[] { 1, 0, 1, 0.1, 1, 0, 1, 1e-300 }));
    }

    [Test]
    public void WrongChoicesAreNamed()
    {
        ModelSchema schema = Schema("y ~ f + x + (1 | id)");
        Assert.That(
            () => schema.Grid(new ReferenceGridOptions
            {
                Levels = new Dictionary<string, IReadOnlyList<string>> { ["f"] = ["only here"] },
            }),
            Throws.TypeOf<InvalidModelOptionException>().With.Message.Contains("'only here' is no level of 'f'"));
        Assert.That(
            () => schema.Grid(new ReferenceGridOptions
            {
                Numbers = new Dictionary<string, IReadOnlyList<double>> { ["X"] = [1] },
            }),
            Throws.TypeOf<InvalidModelOptionException>().With.Message.Contains("'X' (did you mean 'x'?)"));
        Assert.That(
            () => schema.Grid(new ReferenceGridOptions
            {
                Numbers = new Dictionary<string, IReadOnlyList<double>> { ["x"] = [.. new double[400_000]] },
            }),
            Throws.TypeOf<InvalidModelOptionException>().With.Message.Contains("more than 1000000"));
    }
}

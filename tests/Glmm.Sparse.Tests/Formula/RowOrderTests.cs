using Glmm.Sparse.Data;
using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Formula;
using Glmm.Sparse.Results;
using Glmm.Sparse.Tables;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Formula;

/// <summary>In canonical order a fit is a function of the set of rows.</summary>
public class RowOrderTests
{
    private const string Epil = "y ~ scale(lbase)*trt + lage + V4 + (1 + V4 | subject)";

    private static readonly ModelFrameOptions Canonical = new() { RowOrder = RowOrder.Canonical };

    [Test]
    public void AFitHasTheSameBitsHoweverRowsAreShuffled([Values] EstimationMethod method)
    {
        ColumnTable table = CsvTable.Read(Path.Combine(Repository.Root, "data", "epil.csv"));
        double[] expected = Fit(table, Epil, Family.Poisson, method);
        for (int seed = 1; seed <= 5; seed++)
            Assert.That(Fit(Shuffle(table, seed), Epil, Family.Poisson, method), Is.EqualTo(expected), $"seed {seed}");
    }

    [Test]
    public void RowsWithMissingValuesAndSeveralGroupColumnsMayBeShuffledToo()
    {
        ColumnTable table = Mixed();
        const string formula = "y ~ scale(x) + f + (1 | a:b)";
        double[] expected = Fit(table, formula, Family.Gaussian, EstimationMethod.Pql);
        for (int seed = 1; seed <= 20; seed++)
        {
            Assert.That(
                Fit(Shuffle(table, seed), formula, Family.Gaussian, EstimationMethod.Pql), Is.EqualTo(expected),
                $"seed {seed}");
        }
    }

    [Test]
    public void CanonicalOrderChangesNoEstimateBeyondRounding()
    {
        ColumnTable table = CsvTable.Read(Path.Combine(Repository.Root, "data", "epil.csv"));
        GlmmFit given = Pql.Fit(ModelFrame.Create(table, Epil, Family.Poisson).Design, Family.Poisson);
        GlmmFit canonical = Pql.Fit(ModelFrame.Create(table, Epil, Family.Poisson, Canonical).Design, Family.Poisson);
        for (int j = 0; j < given.FixedEffects.Count; j++)
            Assert.That(
                canonical.FixedEffects[j].Estimate, Is.EqualTo(given.FixedEffects[j].Estimate).Within(1e-9));
    }

    [TestCase("y ~ . + (1 | a:b)")]
    [TestCase("y ~ poly(x, 2) + C(f, contr.sum) + (1 | a)")]
    public void SoMayFormulasThatTakeMoreFromTheData(string formula)
    {
        ColumnTable table = Mixed();
        double[] expected = Fit(table, formula, Family.Gaussian, EstimationMethod.Pql);
        for (int seed = 1; seed <= 5; seed++)
        {
            Assert.That(
                Fit(Shuffle(table, seed), formula, Family.Gaussian, EstimationMethod.Pql), Is.EqualTo(expected),
                $"seed {seed}");
        }
    }

    [Test]
    public void SourceRowLeadsBackToTheTable()
    {
        ColumnTable table = Shuffle(Mixed(), 7);
        ModelFrame frame = ModelFrame.Create(table, "y ~ x + (1 | a)", Family.Gaussian, Canonical);
        double[] y = Values(frame.Design.Response);
        var column = (NumericColumn)table["y"]!;
        int[] sources = [.. Enumerable.Range(0, y.Length).Select(frame.SourceRow)];
        Assert.Multiple(() =>
        {
            Assert.That(sources.Distinct().Count(), Is.EqualTo(y.Length));
            Assert.That(sources.Select(row => column[row]), Is.EqualTo(y));
            Assert.That(frame.RowsDroppedMissing, Is.EqualTo(table.RowCount - y.Length).And.GreaterThan(0));
        });
    }

    [Test]
    public void ClustersAreNumberedByTheirLabels()
    {
        ColumnTable table = ColumnTable.FromColumns(
            TableColumn.Numeric("y", 1, 2, 3, 4, 5, 6), TableColumn.Numeric("id", 10, 9, 10, 100, 9, 100),
            TableColumn.Text("name", "b", "\uD83D\uDE00", "b", "\uFF5E", "\uD83D\uDE00", "\uFF5E"));
        Assert.Multiple(() =>
        {
            Assert.That(Labels("id"), Is.EqualTo(new[] { "9", "10", "100" }));
            Assert.That(Labels("name"), Is.EqualTo(new[] { "b", "\uFF5E", "\uD83D\uDE00" }), "by code point");
        });

        IEnumerable<string> Labels(string group)
        {
            var clusters = ModelFrame.Create(table, $"y ~ 1 + (1 | {group})", Family.Gaussian, Canonical)
                .Design.Clusters;
            return Enumerable.Range(0, clusters.Count).Select(clusters.LabelOf);
        }
    }

    [Test]
    public void MessagesNameTheRowOfTheTableAsGiven()
    {
        ColumnTable table = ColumnTable.FromColumns(
            TableColumn.Numeric("y", 3, 1, 2, -4, 5, 1), TableColumn.Numeric("x", 1, 2, 3, 4, 5, double.NaN),
            TableColumn.Text("id", "b", "a", "b", "a", "b", "a"));
        string notFinite = Assert.Throws<InvalidModelDataException>(
            () => ModelFrame.Create(table, "y ~ x + (1 | id)", Family.Poisson, Canonical))!.Message;
        ModelFrame frame = ModelFrame.Create(table, "y ~ 1 + (1 | id)", Family.Poisson, Canonical);
        string negative = Assert.Throws<InvalidModelDataException>(
            () => Pql.Fit(frame.Design, Family.Poisson))!.Message;
        Assert.Multiple(() =>
        {
            Assert.That(notFinite, Does.Contain("row 6"));
            Assert.That(negative, Does.Contain("row 4"));
        });
    }

    private static double[] Fit(ColumnTable table, string formula, Family family, EstimationMethod method)
    {
        ModelFrame frame = ModelFrame.Create(table, formula, family, Canonical);
        GlmmFit fit = GlmmEstimator.Fit(method, frame.Design, family, null, new FitOptions());
        IEnumerable<double> effects = fit is RandomEffectsFit predicting ? predicting.RandomEffects.ToArray() : [];
        return
        [
            .. fit.FixedEffects.Select(effect => effect.Estimate), .. fit.Covariance.Cast<double>(), .. fit.FixedCovariance.Cast<double>(),
            fit.Dispersion, fit.Deviance, .. effects,
        ];
    }

    private static ColumnTable Shuffle(ColumnTable table, int seed)
    {
        int[] rows = [.. Enumerable.Range(0, table.RowCount)];
        new Random(seed).Shuffle(rows);
        return ColumnTable.FromColumns([.. table.Columns.Select(column => column.Take(rows))]);
    }

    private static ColumnTable Mixed()
    {
        var random = new Random(1);
        var records = Enumerable.Range(0, 300).Select(row => (
            Y: row % 17 == 0 ? (double?)null : Math.Round(random.NextDouble() * 10, 2),
            X: row % 23 == 0 ? (double?)null : random.Next(-3, 4),
            F: row % 29 == 0 ? null : "uvw"[random.Next(3)].ToString(),
            A: row % 31 == 0 ? (double?)null : random.Next(8),
            B: random.Next(2) == 0));
        return RecordTable.From(records.ToArray()).Number("y", r => r.Y).Number("x", r => r.X).Text("f", r => r.F)
            .Number("a", r => r.A).Boolean("b", r => r.B).ToTable();
    }

    private static double[] Values(Glmm.Sparse.Model.DesignColumn column)
    {
        var values = new double[column.Length];
        column.Gather([.. Enumerable.Range(0, values.Length)], values);
        return values;
    }
}

using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Formula;
using Glmm.Sparse.Model;
using Glmm.Sparse.Results;
using Glmm.Sparse.Tables;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Tables;

[TestFixture]
internal sealed class RecordTableTests
{
    private sealed record Visit(int Patient, double? Age, string? Treatment, bool? Smokes, int Seizures, double Week);

    private static readonly Visit[] s_visits =
    [
        new(7, 31, "drug", true, 5, 0), new(7, 31.5, "drug", true, 3, 1), new(3, null, null, null, 2, 0),
        new(3, 50, "placebo", false, 9, 1), new(9, 22, "placebo", false, 4, 0), new(9, 22, "drug", true, 1, 1),
    ];

    [Test]
    public void ColumnsAreReadOffRecords()
    {
        ColumnTable table = RecordTable.From(s_visits)
            .Number("age", v => v.Age)
            .Number("y", v => v.Seizures)
            .Text("trt", v => v.Treatment)
            .Boolean("smokes", v => v.Smokes)
            .Boolean("late", v => v.Week > 0)
            .ToTable();
        Assert.That(table.RowCount, Is.EqualTo(6));
        Assert.That(table.Columns.Select(column => column.Name), Is.EqualTo(new[] { "age", "y", "trt", "smokes", "late" }));
        Assert.That(
            table.Columns.Select(column => column.Kind),
            Is.EqualTo(new[] { "numeric", "numeric", "text", "boolean", "boolean" }));
        Assert.That(table.Columns.Select(column => column.LabelAt(1)), Is.EqualTo(new[] { "31.5", "3", "drug", "TRUE", "TRUE" }));
        Assert.That(table.Columns.Select(column => column.IsMissing(2)), Is.EqualTo(new[] { true, false, true, true, false }));
    }

    [Test]
    public void RecordsAreReadOnceAndBranchesDoNotMix()
    {
        int read = 0;
        IEnumerable<Visit> Reading()
        {
            read++;
            foreach (Visit visit in s_visits) yield return visit;
        }

        RecordTable<Visit> start = RecordTable.From(Reading()).Number("w", v => v.Week);
        ColumnTable one = start.Number("y", v => v.Seizures).ToTable();
        Assert.That(read, Is.EqualTo(1));
        Assert.That(start.ToTable().Columns, Has.Count.EqualTo(1));
        Assert.That(one.Columns, Has.Count.EqualTo(2));
    }

    [Test]
    public void NoRecordsAreATableWithoutRows() =>
        Assert.That(RecordTable.From<Visit>([]).Text("trt", v => v.Treatment).ToTable().RowCount, Is.Zero);

    [Test]
    public void TwoColumnsOfOneNameAreRefused() => Assert.That(
        () => RecordTable.From(s_visits).Number("a", v => v.Week).Boolean("a", v => v.Smokes).ToTable(),
        Throws.TypeOf<InvalidModelDataException>().With.Message.Contains("Two columns are named 'a'"));

    [Test]
    public void AFormulaOnATableAndADesignOfRecordsAreOneModel()
    {
        ColumnTable table = RecordTable.From(s_visits)
            .Number("y", v => v.Seizures).Number("week", v => v.Week).Number("id", v => v.Patient).ToTable();
        ModelFrame frame = ModelFrame.Create(table, "y ~ week + offset(week) + (1 | id)", Family.Poisson);
        ClusteredDesign design = DesignBuilder.From(s_visits)
            .Response("y", v => v.Seizures)
            .Intercept().Fixed("week", v => v.Week)
            .RandomIntercept()
            .Clusters("id", v => v.Patient)
            .Offset("offset(week)", v => v.Week)
            .Weights("one", _ => 1)
            .Build();
        PqlFit one = Pql.Fit(frame.Design, Family.Poisson), other = Pql.Fit(design, Family.Poisson);
        Assert.That(other.FixedEffects.Select(e => e.Name), Is.EqualTo(one.FixedEffects.Select(e => e.Name)));
        Assert.That(
            other.FixedEffects.Select(e => e.Estimate),
            Is.EqualTo(one.FixedEffects.Select(e => e.Estimate)).Within(1e-12));
        Assert.That(Enumerable.Range(0, 3).Select(other.ClusterLabel), Is.EqualTo(new[] { "7", "3", "9" }));
    }

    [Test]
    public void ADesignWithoutResponseOrClustersSaysSo()
    {
        DesignBuilder<Visit> builder = DesignBuilder.From(s_visits).Intercept().RandomIntercept();
        Assert.That(
            () => builder.Build(),
            Throws.TypeOf<InvalidModelDataException>().With.Message.Contains("Response(...)"));
        Assert.That(
            () => builder.Response("y", v => v.Seizures).Build(),
            Throws.TypeOf<InvalidModelDataException>().With.Message.Contains("Clusters(...)"));
    }
}

using Glmm.Sparse.Persistence;
using Glmm.Sparse.Prediction;
using Glmm.Sparse.Results;
using Glmm.Sparse.Tables;
using Glmm.Sparse.Tests.Formula;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Persistence;

/// <summary>What new rows of a table say of their clusters.</summary>
[TestFixture]
internal sealed class TableConditioningTests
{
    [TestCase("epil_ri", "subject")]
    [TestCase("cbpp_logit", "herd")]
    [TestCase("sleepstudy_us", "Subject")]
    [TestCase("bacteria_week_rs", "ID")]
    public void AClusterLearntFromItsOwnRowsIsWhatTheFitFound(string reference, string group)
    {
        ReferenceFrame data = SampleModels.Frame(reference);
        GlmmModel model = SampleModels.Reference(reference);
        for (int cluster = 0; cluster < model.Fitted.ClusterCount; cluster += 7)
        {
            int[] rows = RowsOf(data.Table, group, model.Fitted.ClusterLabel(cluster));
            ClusterPosterior known = model.Fitted.Posterior(cluster);
            ClusterPosterior learnt = model.Condition(data.Table.Rows(rows).Without(group), model.Fitted.Prior);
            AssertNear(learnt.Mode, known.Mode);
            AssertNear(learnt.Covariance, known.Covariance);
            AssertNear(learnt.Cross, known.Cross);
            Assert.That(learnt.Rows, Is.EqualTo(known.Rows));
        }
    }

    [Test]
    public void RowsOfAGaussianModelFoldInExactly()
    {
        ReferenceFrame data = SampleModels.Frame("sleepstudy_us");
        GlmmModel model = SampleModels.Reference("sleepstudy_us");
        string label = model.Fitted.ClusterLabel(3);
        int[] rows = RowsOf(data.Table, "Subject", label);
        var twice = data.Table.Rows([.. rows, .. rows]);
        ClusterPosterior folded = model.Condition(data.Table.Rows(rows));
        ClusterPosterior whole = model.Condition(twice, model.Fitted.Prior);
        AssertNear(folded.Mode, whole.Mode);
        Assert.That(folded.Rows, Is.EqualTo(2 * rows.Length));
        AssertNear(
            model.Predict(data.Table.Rows(rows), folded).Estimates,
            model.WithRows(data.Table.Rows(rows)).Predict(data.Table.Rows(rows)).Estimates);
    }

    [Test]
    public void AModelTakesInNewClustersAndKeepsTheOthersBits()
    {
        GlmmModel model = SampleModels.Rich();
        ColumnTable rows = SampleModels.Table.Rows(0, 1, 2, 3, 9).With(TableColumn.Numeric("id", 50, 50, 50, 50, 2));
        GlmmModel more = model.WithRows(rows);
        Assert.That(more.Fitted.ClusterCount, Is.EqualTo(model.Fitted.ClusterCount + 1));
        Assert.That(more.Fitted.TryFindCluster("north:50", out int added), Is.True);
        Assert.That(more.Fitted.Posterior(added).Rows, Is.EqualTo(4));
        AssertNear(more.Fitted.Posterior(added).Mode, model.Condition(rows.Rows(0, 1, 2, 3)).Mode);
        AssertNear(more.Fitted.Posterior(2).Mode, model.Condition(rows.Rows(4)).Mode);
        Assert.That(more.Fitted.Posterior(2).Rows, Is.EqualTo(5));
        Assert.That(more.Fitted.Posterior(1).Mode.ToArray(), Is.EqualTo(model.Fitted.Posterior(1).Mode.ToArray()));
        Assert.That(SampleModels.Load(SampleModels.Bytes(more)).Predict(rows).Estimates.ToArray(),
            Is.EqualTo(more.Predict(rows).Estimates.ToArray()));
        Assert.That(model.Fitted.TryFindCluster("north:50", out _), Is.False, "the model itself is unchanged");
    }

    [Test]
    public void RowsWithoutResponseOrWeightSayNothing()
    {
        GlmmModel model = SampleModels.Rich();
        ColumnTable rows = SampleModels.Table.Rows(0, 1, 2)
            .With(TableColumn.Numeric("count", 3, TableColumn.MissingValue, 4))
            .With(TableColumn.Numeric("w", 1, 1, 0));
        ClusterPosterior learnt = model.Condition(rows, model.Fitted.Prior);
        Assert.That(learnt.Rows, Is.EqualTo(1));
        AssertNear(learnt.Mode, model.Condition(rows.Rows(0), model.Fitted.Prior).Mode);
        Assert.That(
            () => model.Condition(rows.With(TableColumn.Numeric("w", 1, 1, -1)), model.Fitted.Prior),
            Throws.TypeOf<InvalidModelDataException>().With.Message.Contains("weight is -1 in row 3"));
    }

    [Test]
    public void SeveralClustersAreNotConditionedAsOne()
    {
        GlmmModel model = SampleModels.Rich();
        Assert.That(
            () => model.Condition(SampleModels.Table),
            Throws.TypeOf<InvalidModelDataException>().With.Message.Contains("of 'north:0' and 'north:1' of 'center:id'"));
        GlmmModel marginal = SampleModels.Rich(EstimationMethod.Mql);
        Assert.That(
            () => marginal.WithRows(SampleModels.Table),
            Throws.TypeOf<InvalidModelOptionException>().With.Message.Contains("holds no clusters"));
    }

    private static int[] RowsOf(ColumnTable table, string group, string label) =>
        [.. Enumerable.Range(0, table.RowCount).Where(row => table[group]!.LabelAt(row) == label)];

    private static void AssertNear(ReadOnlySpan<double> actual, ReadOnlySpan<double> expected)
    {
        Assert.That(actual.Length, Is.EqualTo(expected.Length));
        double scale = 0;
        foreach (double value in expected) scale = Math.Max(scale, Math.Abs(value));
        for (int i = 0; i < expected.Length; i++) Assert.That(actual[i], Is.EqualTo(expected[i]).Within(1e-8 * scale));
    }
}

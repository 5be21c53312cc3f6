using Glmm.Sparse.Estimation;
using Glmm.Sparse.Persistence;
using Glmm.Sparse.Prediction;
using Glmm.Sparse.Results;
using Glmm.Sparse.Tables;
using Glmm.Sparse.Tests.Formula;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Persistence;

/// <summary>Predictions for tables agree with the fit, and say what becomes of rows that are unlike its own.</summary>
[TestFixture]
internal sealed class TablePredictionTests
{
    private static readonly TablePredictionOptions s_link = new() { Target = PredictionTarget.LinearPredictor };

    [TestCaseSource(typeof(ReferenceFrame), nameof(ReferenceFrame.Models))]
    public void RowsOfTheFitHaveItsFittedValues(string reference)
    {
        ReferenceFrame data = SampleModels.Frame(reference);
        GlmmFit fit = Pql.Fit(data.Frame.Design, data.Family, data.Link);
        var model = GlmmModel.Create(fit, data.Frame);
        FittedValues fitted = fit.Fitted(data.Frame.Design);
        AssertNear(model.Predict(data.Table).Estimates, fitted.Mean);
        AssertNear(model.Predict(data.Table, s_link).Estimates, fitted.LinearPredictor);
    }

    [Test]
    public void RowsOfAnMqlFitHaveTheFittedValuesOfItsMarginalModel()
    {
        ReferenceFrame data = SampleModels.Frame("epil_ri");
        GlmmFit fit = Mql.Fit(data.Frame.Design, data.Family);
        var model = GlmmModel.Create(fit, data.Frame);
        ColumnTable rows = data.Table.Without("subject");
        AssertNear(model.Predict(rows).Estimates, fit.Fitted(data.Frame.Design).Mean);
        Assert.That(
            () => model.Predict(data.Table, s_link with { UnseenClusters = UnseenClusters.Error }),
            Throws.TypeOf<InvalidModelDataException>().With.Message.Contains("a fit by Mql knows none"));
    }

    [Test]
    public void ACollinearColumnThatWasDroppedChangesNothing()
    {
        GlmmModel model = SampleModels.Rich();
        Assert.That(model.Schema!.FixedNames, Has.None.EqualTo("I(2 * x)"));
        Assert.That(model.Schema.FixedNames.Count, Is.EqualTo(model.Fitted.FixedEffects.Length));
        Assert.That(model.Predict(SampleModels.Table).Estimates.ToArray(), Has.None.NaN);
    }

    [Test]
    public void AClusterNeverSeenIsAtRandomEffectsOfZero()
    {
        GlmmModel model = SampleModels.Rich();
        ColumnTable rows = SampleModels.Table.Rows(0, 5).With(TableColumn.Numeric("id", 0, 77));
        PredictionTable byCluster = model.Predict(rows, s_link);
        PredictionTable zero = model.Predict(rows.Without("id").Without("center"), s_link with { ByCluster = false });
        PredictionTable own = model.Predict(SampleModels.Table, s_link);
        Assert.That(byCluster[0].IsKnown && !byCluster[1].IsKnown && !zero[0].IsKnown, Is.True);
        Assert.That(byCluster[1].Cluster, Is.EqualTo("north:77"));
        Assert.That(byCluster.RowsOfUnseenClusters, Is.EqualTo(1));
        Assert.That(byCluster[0].Estimate, Is.EqualTo(own[0].Estimate));
        Assert.That(byCluster[1].Estimate, Is.EqualTo(zero[1].Estimate));
        Assert.That(byCluster[1].StandardError, Is.EqualTo(zero[1].StandardError));
        Assert.That(
            () => model.Predict(rows, s_link with { UnseenClusters = UnseenClusters.Error }),
            Throws.TypeOf<InvalidModelDataException>().With.Message.Contains(
                "'center:id' is 'north:77' in row 2, a cluster that the model does not know"));
    }

    [Test]
    public void APopulationMeanNeedsNoClusters()
    {
        GlmmModel model = SampleModels.Rich();
        ColumnTable rows = SampleModels.Table.Without("id").Without("center").Without("count").Without("w");
        PredictionTable population = model.Predict(rows, new PredictionOptions { Target = PredictionTarget.PopulationMean });
        PredictionTable typical = model.Predict(rows, new TablePredictionOptions { ByCluster = false });
        double[,] d = { { model.Fitted.Covariance[0], model.Fitted.Covariance[1] }, { 0, model.Fitted.Covariance[3] } };
        for (int row = 0; row < population.Count; row++)
        {
            double x = ((NumericColumn)rows["x"]!)[row];
            double spread = d[0, 0] + (2 * x * d[0, 1]) + (x * x * d[1, 1]);
            Assert.That(
                population.Estimates[row], Is.EqualTo(typical.Estimates[row] * Math.Exp(spread / 2)).Within(1e-12).Percent);
        }
    }

    [Test]
    public void RowsThatMissAValueKeepTheirPlace()
    {
        GlmmModel model = SampleModels.Rich();
        PredictionTable all = model.Predict(SampleModels.Table.Rows(0, 1, 2));
        PredictionTable table = model.Predict(SampleModels.Table.Rows(0, 1, 2).With(
            TableColumn.Text("trt", "placebo", null, SampleModels.Table["trt"]!.LabelAt(2))));
        Assert.That(table.RowsMissing, Is.EqualTo(1));
        Assert.That(double.IsNaN(table[1].Estimate) && double.IsNaN(table[1].Upper), Is.True);
        Assert.That(table[2], Is.EqualTo(all[2]));
        Assert.That(table.ToString(), Does.StartWith("3 predictions of the conditional mean").And.Contain("1 rows miss"));
    }

    [Test]
    public void PredictionIntervalsNeedTheTrials()
    {
        ReferenceFrame data = SampleModels.Frame("cbpp_logit");
        GlmmModel model = SampleModels.Reference("cbpp_logit");
        var options = new TablePredictionOptions { Interval = IntervalKind.Prediction };
        PredictionTable table = model.Predict(data.Table, options);
        double size = ((NumericColumn)data.Table["size"]!)[0];
        Assert.That(table.Upper[0] * size, Is.EqualTo(Math.Round(table.Upper[0] * size)).Within(1e-9), "whole successes");
        Assert.That(
            () => model.Predict(data.Table.Without("incidence"), options),
            Throws.TypeOf<InvalidModelDataException>().With.Message.Contains(
                "no column 'incidence', which the model's response names"));
        Assert.That(model.Predict(data.Table.Without("incidence")).Count, Is.EqualTo(56));
    }

    [Test]
    public void AModelWithoutAFormulaSaysThatItReadsNoTables()
    {
        ReferenceFrame data = SampleModels.Frame("epil_ri");
        var model = GlmmModel.Create(Pql.Fit(data.Frame.Design, data.Family), data.Frame.Design);
        Assert.That(
            () => model.Predict(data.Table),
            Throws.TypeOf<InvalidModelOptionException>().With.Message.Contains("without a formula"));
    }

    internal static void AssertNear(ReadOnlySpan<double> actual, double[] expected)
    {
        Assert.That(actual.Length, Is.EqualTo(expected.Length));
        for (int i = 0; i < expected.Length; i++)
            Assert.That(actual[i], Is.EqualTo(expected[i]).Within(1e-12 * (1 + Math.Abs(expected[i]))), $"row {i}");
    }
}

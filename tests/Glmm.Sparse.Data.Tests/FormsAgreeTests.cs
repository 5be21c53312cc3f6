using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Formula;
using Glmm.Sparse.Results;
using Glmm.Sparse.Tables;
using NUnit.Framework;

namespace Glmm.Sparse.Data.Tests;

/// <summary>A table is the same to the last bit through whichever form it comes, and so is what is fitted to it.</summary>
internal sealed class FormsAgreeTests
{
    private static readonly Dictionary<string, (string Formula, Family Family)> s_models = new()
    {
        ["mixed"] = (
            "y ~ x + smoker + arm * visit + I(day / 365) + offset(log(exposure)) + (1 + x | id)", Family.Poisson),
        ["epil.csv"] = ("y ~ lbase*trt + lage + V4 + (1 | subject)", Family.Poisson),
        ["toenail.csv"] = ("outcome ~ treatment*time + (1 | patientID)", Family.Binomial),
    };

    [Test]
    public void ColumnsAreTheSame(
        [ValueSource(typeof(Forms), nameof(Forms.All))] string form,
        [Values("mixed", "epil.csv", "toenail.csv")] string data)
    {
        using var folder = new TemporaryFolder();
        ColumnTable table = SampleTables.Named(data);
        Tables.AssertEqual(Forms.Through(form, table, folder), table);
    }

    [Test]
    public void FitsAreTheSame(
        [ValueSource(typeof(Forms), nameof(Forms.All))] string form,
        [Values("mixed", "epil.csv", "toenail.csv")] string data)
    {
        using var folder = new TemporaryFolder();
        ColumnTable table = SampleTables.Named(data);
        AssertEqual(
            Fit(Forms.Through(form, table, folder), data, RowOrder.AsGiven), Fit(table, data, RowOrder.AsGiven));
    }

    [Test]
    public void RowsShuffledAlikeAreTheSame([ValueSource(typeof(Forms), nameof(Forms.All))] string form)
    {
        using var folder = new TemporaryFolder();
        ColumnTable shuffled = SampleTables.Shuffled(SampleTables.Mixed, 5);
        ColumnTable carried = Forms.Through(form, shuffled, folder);
        Tables.AssertEqual(carried, shuffled);
        AssertEqual(Fit(carried, "mixed", RowOrder.AsGiven), Fit(shuffled, "mixed", RowOrder.AsGiven));
    }

    /// <summary>With rows in canonical order, as the command has them.</summary>
    [Test]
    public void RowsShuffledInAnyWayGiveTheSameFit([ValueSource(typeof(Forms), nameof(Forms.All))] string form)
    {
        using var folder = new TemporaryFolder();
        int seed = 100 + Array.IndexOf(Forms.All, form);
        ColumnTable shuffled = Forms.Through(form, SampleTables.Shuffled(SampleTables.Mixed, seed), folder);
        AssertEqual(
            Fit(shuffled, "mixed", RowOrder.Canonical), Fit(SampleTables.Mixed, "mixed", RowOrder.Canonical));
    }

    private static GlmmFit Fit(ColumnTable table, string model, RowOrder order)
    {
        (string formula, Family family) = s_models[model];
        var options = new ModelFrameOptions { RowOrder = order };
        ModelFrame frame = ModelFrame.Create(table, ModelFormula.Parse(formula), family, options);
        return GlmmEstimator.Fit(EstimationMethod.Pql, frame.Design, family, null, FitOptions.Default);
    }

    private static void AssertEqual(GlmmFit actual, GlmmFit expected)
    {
        Assert.That(expected.Converged, Is.True, expected.Message);
        Assert.Multiple(() =>
        {
            Assert.That(actual.FixedEffects, Is.EqualTo(expected.FixedEffects));
            Assert.That(actual.FixedCovariance, Is.EqualTo(expected.FixedCovariance));
            Assert.That(actual.Covariance, Is.EqualTo(expected.Covariance));
            Assert.That(actual.Deviance, Is.EqualTo(expected.Deviance));
            Assert.That(actual.LogQuasiLikelihood, Is.EqualTo(expected.LogQuasiLikelihood));
        });
    }
}

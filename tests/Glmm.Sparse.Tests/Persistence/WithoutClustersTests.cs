using System.Text;
using Glmm.Sparse.Data;
using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Formula;
using Glmm.Sparse.Persistence;
using Glmm.Sparse.Prediction;
using Glmm.Sparse.Tables;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Persistence;

/// <summary>A model without its clusters holds nothing of them.</summary>
[TestFixture]
internal sealed class WithoutClustersTests
{
    [Test]
    public void ThePopulationIsPredictedAsBeforeAndNoLabelIsInTheFile()
    {
        ColumnTable table = CsvTable.Read(Path.Combine(Repository.Root, "data", "bacteria.csv"));
        ModelFrame frame = ModelFrame.Create(table, "y ~ trt + I(week > 2) + (1 | ID)", Family.Binomial);
        GlmmModel whole = GlmmModel.Create(Pql.Fit(frame.Design, Family.Binomial), frame), without = whole.WithoutClusters();
        using var file = new MemoryStream();
        without.Save(file);
        Assert.That(Encoding.UTF8.GetString(file.ToArray()), Does.Not.Contain("X01"));
        file.Position = 0;
        GlmmModel loaded = GlmmModel.Load(file);
        Assert.That(loaded.Fitted.ClusterCount, Is.Zero);
        var population = new TablePredictionOptions { ByCluster = false, Target = PredictionTarget.PopulationMean };
        Assert.That(
            loaded.Predict(table, population).Estimates.ToArray(), Is.EqualTo(whole.Predict(table, population).Estimates.ToArray()));
        Assert.That(() => loaded.WithRows(table), Throws.InstanceOf<GlmmException>().With.Message.Contains("holds no clusters"));
    }
}

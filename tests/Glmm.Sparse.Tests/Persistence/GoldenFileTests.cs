using Glmm.Sparse.Data;
using Glmm.Sparse.Persistence;
using Glmm.Sparse.Prediction;
using Glmm.Sparse.Tables;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Persistence;

/// <summary>Files of every version that was ever written still load, and predict what they predicted.</summary>
[TestFixture]
internal sealed class GoldenFileTests
{
    private static string Golden(string name) =>
        Path.Combine(Repository.Root, "tests", "Glmm.Sparse.Tests", "Persistence", "Golden", name);

    [TestCase("epil-1")]
    public void AModelOfAnEarlierVersionPredictsWhatItDid(string name)
    {
        var model = GlmmModel.Load(Golden($"{name}.model"));
        ColumnTable rows = CsvTable.Read(Repository.Data("epil.csv"), null, model.Schema!.TextColumns);
        AssertPredicts(model.Predict(rows), Golden($"{name}-clusters.csv"));
        AssertPredicts(
            model.Predict(rows, new PredictionOptions { Target = PredictionTarget.PopulationMean }),
            Golden($"{name}-population.csv"));
        Assert.That(model.Facts.Producer, Is.EqualTo("Glmm.Sparse 0.1.0"));
        Assert.That(model.Facts.LogLikelihood, Is.EqualTo(-624.0871916550966));
    }

    [Test]
    public void TheNewestVersionIsWrittenAsItWas()
    {
        byte[] file = File.ReadAllBytes(Golden("epil-1.model"));
        Assert.That(SampleModels.Bytes(SampleModels.Load(file)), Is.EqualTo(file));
    }

    private static void AssertPredicts(PredictionTable predictions, string path)
    {
        ColumnTable expected = CsvTable.Read(path);
        double Number(string column, int row) => ((NumericColumn)expected[column]!)[row];
        Assert.That(expected.RowCount, Is.EqualTo(24));
        for (int row = 0; row < expected.RowCount; row++)
        {
            Assert.That(predictions[row].Estimate, Is.EqualTo(Number("fitted", row)).Within(1e-10).Percent);
            Assert.That(predictions[row].StandardError, Is.EqualTo(Number("std_error", row)).Within(1e-10).Percent);
            Assert.That(predictions[row].Lower, Is.EqualTo(Number("lower", row)).Within(1e-10).Percent);
            Assert.That(predictions[row].Upper, Is.EqualTo(Number("upper", row)).Within(1e-10).Percent);
        }
    }
}

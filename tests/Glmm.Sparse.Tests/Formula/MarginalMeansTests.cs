using System.Text.Json;
using Glmm.Sparse.Data;
using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Formula;
using Glmm.Sparse.Inference;
using Glmm.Sparse.Results;
using Glmm.Sparse.Tables;
using Glmm.Sparse.Tests.Inference;
using Glmm.Sparse.Tests.Reference;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Formula;

/// <summary>Marginal means and their pairs against emmeans, and by hand on the response scale.</summary>
[TestFixture]
internal sealed class MarginalMeansTests
{
    private static IEnumerable<string> WithFactors =>
        InferenceReference.Names.Where(name => InferenceReference.Of(name).Expected.TryGetProperty("means", out _));

    [Test]
    public void AreThoseOfEmmeans(
        [ValueSource(nameof(WithFactors))] string model,
        [Values(DegreesOfFreedomMethod.Satterthwaite, DegreesOfFreedomMethod.KenwardRoger)] DegreesOfFreedomMethod method)
    {
        InferenceReference reference = InferenceReference.Of(model);
        FixedEffectInference inference = FixedEffectInference.Create(reference.Fit, reference.Frame.Design, method);
        string key = method == DegreesOfFreedomMethod.Satterthwaite ? "satterthwaite" : "kenward-roger";
        Assert.Multiple(() =>
        {
            foreach (JsonElement expected in reference.Expected.GetProperty("means").GetProperty(key).EnumerateArray())
            {
                MarginalMeans means = MarginalMeans.Over(reference.Frame.Schema, inference, Texts(expected.GetProperty("over")));
                JsonElement[] levels = [.. expected.GetProperty("levels").EnumerateArray()];
                for (int f = 0; f < levels.Length; f++) Assert.That(means.Rows.Select(r => r.Levels[f]), Is.EqualTo(Texts(levels[f])));
                Near(means.Rows.Select(r => r.Link.Estimate), expected.GetProperty("emmean"), "mean");
                Near(means.Rows.Select(r => r.Response), expected.GetProperty("emmean"), "mean response");
                Near(means.Rows.Select(r => r.Link.StandardError), expected.GetProperty("se"), "standard error");
                Near(means.Rows.Select(r => r.Link.DegreesOfFreedom), expected.GetProperty("df"), "degrees of freedom");
                Near(means.Rows.Select(r => r.Link.Lower), expected.GetProperty("lower"), "lower");
                Near(means.Rows.Select(r => r.ResponseUpper), expected.GetProperty("upper"), "upper");
                JsonElement pairs = expected.GetProperty("pairs");
                IReadOnlyList<MarginalContrast> actual = means.Pairs();
                Assert.That(actual.Select(c => c.Difference.Name), Is.EqualTo(Texts(pairs.GetProperty("contrast"))));
                Near(actual.Select(c => c.Difference.Estimate), pairs.GetProperty("estimate"), "difference");
                Near(actual.Select(c => c.Difference.StandardError), pairs.GetProperty("se"), "its standard error");
                Near(actual.Select(c => c.Difference.DegreesOfFreedom), pairs.GetProperty("df"), "its degrees of freedom");
                Near(actual.Select(c => c.Difference.PValue), pairs.GetProperty("p"), "p", 1e-4);
            }
        });
    }

    [TestCase("dietox-factors")]
    [TestCase("owls")]
    public void PairsWithinLevelsOfAnotherFactorAreThoseOfEmmeans(string model)
    {
        InferenceReference reference = InferenceReference.Of(model);
        JsonElement expected = reference.Expected.GetProperty("pairsBy");
        FixedEffectInference inference = FixedEffectInference.Create(reference.Fit, reference.Frame.Design, DegreesOfFreedomMethod.Satterthwaite);
        MarginalMeans means = MarginalMeans.Over(
            reference.Frame.Schema, inference, Texts(expected.GetProperty("over")), Texts(expected.GetProperty("by")));
        IReadOnlyList<MarginalContrast> pairs = means.Pairs(PValueAdjustment.Bonferroni);
        Assert.That(pairs.Select(c => c.By[0]), Is.EqualTo(Texts(expected.GetProperty("level"))));
        Assert.That(pairs.Select(c => c.Difference.Name), Is.EqualTo(Texts(expected.GetProperty("contrast"))));
        Near(pairs.Select(c => c.Difference.Estimate), expected.GetProperty("estimate"), "difference");
        Near(pairs.Select(c => c.Difference.DegreesOfFreedom), expected.GetProperty("df"), "degrees of freedom");
        int perGroup = pairs.Count(c => c.By[0] == pairs[0].By[0]);
        Near(pairs.Select(c => c.AdjustedPValue), [.. JsonNumbers.Array(expected.GetProperty("p")).Select(p => Math.Min(1, perGroup * p))], "p", 1e-4);
    }

    [Test]
    public void CountsHaveMeansOnTheResponseScaleAndRatios()
    {
        // y ~ trt*x + offset: the mean at the mean of x and of the offset.
        Family family = Family.Poisson;
        ColumnTable table = CsvTable.Read(Repository.Data("epil.csv"));
        ModelFrame frame = ModelFrame.Create(table, "y ~ trt * lage + offset(lbase) + (1 | subject)", family);
        PqlFit fit = Pql.Fit(frame.Design, family);
        FixedEffectInference inference = FixedEffectInference.Create(fit, frame.Design);
        double age = frame.Design.FixedEffects.Single(x => x.Name == "lage").ToArray().Average(), offset = frame.Design.Offset!.ToArray().Average();
        double[,] c = fit.FixedCovariance;
        int intercept = Index("(Intercept)"), trt = Index("trtprogabide"), lage = Index("lage"), both = Index("trtprogabide:lage");
        double[] w = new double[4];
        (w[intercept], w[trt], w[lage], w[both]) = (1, 1, age, age);
        double eta = offset, variance = 0;
        for (int i = 0; i < 4; i++)
        {
            eta += w[i] * fit.FixedEffects[i].Estimate;
            for (int j = 0; j < 4; j++) variance += w[i] * w[j] * c[i, j];
        }

        MarginalMeans means = MarginalMeans.Over(frame.Schema, inference, ["trt"]);
        MarginalMean mean = means.Rows[1];
        double error = Math.Sqrt(variance);
        Assert.That(mean.Levels, Is.EqualTo((string[])["progabide"]));
        Assert.That(mean.Link.Estimate, Is.EqualTo(eta).Within(1e-12));
        Assert.That(mean.Response, Is.EqualTo(Math.Exp(eta)).Within(1e-12 * mean.Response));
        Assert.That(mean.ResponseStandardError, Is.EqualTo(Math.Exp(eta) * error).Within(1e-9));
        Assert.That(mean.ResponseLower, Is.EqualTo(Math.Exp(eta - (1.959963984540054 * error))).Within(1e-9));
        Assert.That(mean.Link.Statistic, Is.EqualTo(eta / error).Within(1e-9), "against 0, the offset in");
        MarginalContrast pair = means.Pairs().Single();
        double difference = -fit.FixedEffects[trt].Estimate - (age * fit.FixedEffects[both].Estimate);
        Assert.That(pair.Difference.Estimate, Is.EqualTo(difference).Within(1e-12));
        Assert.That(pair.Ratio!.Ratio, Is.EqualTo(Math.Exp(difference)).Within(1e-12));
        Assert.That(means.ToString(), Does.StartWith("Marginal means: Wald z").And.Contain("At b = 0"));

        var at = new ReferenceGridOptions { Numbers = new Dictionary<string, IReadOnlyList<double>> { ["lage"] = [0] } };
        Assert.That(
            MarginalMeans.Over(frame.Schema, inference, ["trt"], grid: at).Pairs()[0].Difference.Estimate,
            Is.EqualTo(-fit.FixedEffects[trt].Estimate).Within(1e-12));

        int Index(string name) => fit.FixedEffects.Index().Single(e => e.Item.Name == name).Index;
    }

    [Test]
    public void CombinationsWithoutRowsLeaveTheirMeansAndTestsUndetermined()
    {
        var random = new Random(3);
        int[] rows = [.. Enumerable.Range(0, 120)];
        string[] a = [.. rows.Select(i => $"a{i % 3}")], b = [.. rows.Select(i => i % 3 == 2 ? "b0" : $"b{i / 3 % 2}")], g = [.. rows.Select(i => $"g{i / 8}")];
        ColumnTable table = ColumnTable.FromColumns(
            TableColumn.Numeric("y", [.. rows.Select(i => random.NextDouble() + (i / 8 % 4))]), TableColumn.Text("a", a), TableColumn.Text("b", b), TableColumn.Text("g", g));
        ModelFrame frame = ModelFrame.Create(table, "y ~ a * b + (1 | g)", Family.Gaussian);
        PqlFit fit = Pql.Fit(frame.Design, Family.Gaussian);
        Assert.That(fit.FixedEffects, Has.Count.EqualTo(5), "a2:b1 has no rows");
        FixedEffectInference inference = FixedEffectInference.Create(fit, frame.Design);
        MarginalMeans cells = MarginalMeans.Over(frame.Schema, inference, ["a", "b"]);
        Assert.That(cells.Rows.Select(r => double.IsNaN(r.Link.Estimate)), Is.EqualTo((bool[])[false, false, false, false, false, true]));
        Assert.That(cells.Rows[5].Response, Is.NaN);
        MarginalMeans over = MarginalMeans.Over(frame.Schema, inference, ["a"]);
        Assert.That(over.Rows.Select(r => double.IsNaN(r.Link.Estimate)), Is.EqualTo((bool[])[false, false, true]));
        Assert.That(over.Pairs(PValueAdjustment.Holm).Select(c => double.IsNaN(c.AdjustedPValue)), Is.EqualTo((bool[])[false, true, true]));
        TermTestTable tests = TermTests.TypeIII(frame.Schema, inference);
        Assert.That(tests["a"].Statistic, Is.NaN);
        Assert.That(tests.ToString(), Does.Contain("NA"));
        Assert.That(TermTests.TypeII(frame.Schema, inference)["a:b"].NumeratorDegreesOfFreedom, Is.EqualTo(1));
    }

    [Test]
    public void AdjustedProbabilitiesAreThoseOfR()
    {
        // p.adjust(c(0.03, 0.001, 0.2, 0.012), "holm") and "bonferroni".
        double[] p = [0.03, 0.001, 0.2, 0.012];
        Assert.That(MarginalMeans.Adjust(p, PValueAdjustment.Holm), Is.EqualTo((double[])[0.06, 0.004, 0.2, 0.036]).Within(1e-15));
        Assert.That(MarginalMeans.Adjust(p, PValueAdjustment.Bonferroni), Is.EqualTo((double[])[0.12, 0.004, 0.8, 0.048]).Within(1e-15));
        Assert.That(MarginalMeans.Adjust(p, PValueAdjustment.None), Is.EqualTo(p));
    }

    [Test]
    public void WhatIsNoFactorIsRefusedInWords()
    {
        InferenceReference reference = InferenceReference.Of("owls");
        FixedEffectInference inference = FixedEffectInference.Create(reference.Fit, reference.Frame.Design);
        void Refused(Action action, string part) => Assert.That(action, Throws.TypeOf<InvalidModelOptionException>().With.Message.Contains(part));
        Refused(() => MarginalMeans.Over(reference.Frame.Schema, inference, ["SexParnt"]), "did you mean 'SexParent'");
        Refused(() => MarginalMeans.Over(reference.Frame.Schema, inference, ["ArrivalTime"]), "no factor");
        Refused(() => MarginalMeans.Over(reference.Frame.Schema, inference, []), "Name a factor");
        Refused(() => MarginalMeans.Over(reference.Frame.Schema, inference, ["SexParent"], ["SexParent"]), "twice");
    }

    private static string[] Texts(JsonElement element) => element.ValueKind == JsonValueKind.String
        ? [element.GetString()!]
        : [.. element.EnumerateArray().Select(e => e.GetString()!)];

    private static void Near(IEnumerable<double> actual, JsonElement expected, string what, double tolerance = 1e-5) =>
        Near(actual, expected.ValueKind == JsonValueKind.Number ? [expected.GetDouble()] : JsonNumbers.Array(expected), what, tolerance);

    // Differences may be next to nothing beside what they are differences of.
    private static void Near(IEnumerable<double> actual, double[] expected, string what, double tolerance = 1e-5)
    {
        double[] values = [.. actual];
        Assert.That(values, Has.Length.EqualTo(expected.Length));
        double largest = expected.Max(Math.Abs);
        for (int i = 0; i < expected.Length; i++)
            Assert.That(values[i], Is.EqualTo(expected[i]).Within(tolerance * Math.Max(Math.Abs(expected[i]), what == "difference" ? 0.1 * largest : 0)), $"{what} {i}");
    }
}

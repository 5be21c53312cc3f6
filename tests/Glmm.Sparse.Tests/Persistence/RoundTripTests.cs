using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Formula;
using Glmm.Sparse.Persistence;
using Glmm.Sparse.Prediction;
using Glmm.Sparse.Results;
using Glmm.Sparse.Tables;
using Glmm.Sparse.Tests.Formula;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Persistence;

/// <summary>A model that was saved and loaded is the model that was saved.</summary>
[TestFixture]
internal sealed class RoundTripTests
{
    private static IEnumerable<TestCaseData> Families()
    {
        yield return Case("gaussian", "size", Link.Identity, EstimationMethod.Pql);
        yield return Case("gaussian", "size", Link.Log, EstimationMethod.Mql);
        yield return Case("binomial", "yes", Link.Logit, EstimationMethod.Pql);
        yield return Case("binomial", "yes", Link.Probit, EstimationMethod.Laplace);
        yield return Case("binomial", "yes", Link.CLogLog, EstimationMethod.Pql);
        yield return Case("binomial", "yes", Link.Cauchit, EstimationMethod.Mql);
        yield return Case("poisson", "count", Link.Log, EstimationMethod.Aghq);
        yield return Case("poisson", "count", Link.Sqrt, EstimationMethod.Pql);
        yield return Case("gamma", "size", Link.Inverse, EstimationMethod.Pql);
        yield return Case("inverse-gaussian", "size", Link.InverseSquare, EstimationMethod.Mql);
        yield return Case("inverse-gaussian", "size", Link.Log, EstimationMethod.Pql);
        yield return Case("negative-binomial", "count", Link.Log, EstimationMethod.Laplace);
        yield return Case("negative-binomial-1", "count", Link.Log, EstimationMethod.Laplace);
        yield return Case("beta", "share", Link.Logit, EstimationMethod.Laplace);
        yield return Case("quasi", "size", Link.Log, EstimationMethod.Pql);
        yield return Case("quasibinomial", "share", Link.Logit, EstimationMethod.Pql);
        yield return Case("quasipoisson", "count", Link.Log, EstimationMethod.Pql);

        static TestCaseData Case(string family, string response, Link link, EstimationMethod method) =>
            new TestCaseData(Family.Parse(family), response, link, method)
                .SetArgDisplayNames(family, link.Name, method.ToString());
    }

    [TestCaseSource(nameof(Families))]
    public void EveryFamilyLinkAndMethodKeepsItsBits(
        Family family, string response, Link link, EstimationMethod method) =>
        AssertSurvives(SampleModels.Rich(method, family, link, response), SampleModels.Table);

    [TestCase("negative-binomial", 1.7)]
    [TestCase("negative-binomial-1", 0.3)]
    [TestCase("beta", 12.1)]
    public void AShapeThatWasGivenStaysGiven(string name, double shape)
    {
        Family family = name switch
        {
            "beta" => Family.Beta(shape),
            "negative-binomial" => Family.NegativeBinomial(shape),
            _ => Family.NegativeBinomial1(shape),
        };
        GlmmModel model = SampleModels.Rich(
            EstimationMethod.Laplace, family, response: name == "beta" ? "share" : "count");
        Family loaded = AssertSurvives(model, SampleModels.Table).Fitted.Family;
        Assert.That(loaded.Shape, Is.EqualTo(new ShapeParameter(loaded.Shape!.Value.Name, shape, IsEstimated: false)));
    }

    [TestCaseSource(typeof(ReferenceFrame), nameof(ReferenceFrame.Models))]
    public void EveryReferenceModelKeepsItsBits(string reference) =>
        AssertSurvives(SampleModels.Reference(reference), SampleModels.Frame(reference).Table);

    [TestCase(CovarianceKind.Diagonal)]
    [TestCase(CovarianceKind.Identity)]
    [TestCase(CovarianceKind.CompoundSymmetry)]
    public void EveryCovarianceStructureKeepsItsBits(CovarianceKind kind)
    {
        ModelFrame frame = ModelFrame.Create(
            SampleModels.Table, "count ~ x + (1 + x | id)", Family.Poisson, new ModelFrameOptions { Covariance = kind });
        var model = GlmmModel.Create(Pql.Fit(frame.Design, Family.Poisson), frame);
        GlmmModel loaded = AssertSurvives(model, SampleModels.Table);
        Assert.That(loaded.Facts.Structure, Is.EqualTo(frame.Design.Covariance.Name));
    }

    [Test]
    public void WhatCallsTookFromTheDataIsKept()
    {
        GlmmModel model = SampleModels.Bases();
        GlmmModel loaded = AssertSurvives(model, SampleModels.Table);
        Assert.That(
            loaded.Schema!.Constants.Select(constant => constant.Expression),
            Is.EquivalentTo(new[]
            {
                "scale(share)", "poly(x, 2)", "ns(e, df = 2)", "cut(scale(share), c(-Inf, 0, Inf))",
                "interaction(old, trt)",
            }));
        Assert.That(
            loaded.Schema.Terms.Select(term => string.Join(' ', term.Columns.Select(column => column.Name))),
            Is.EqualTo(model.Schema!.Terms.Select(term => string.Join(' ', term.Columns.Select(column => column.Name)))));
    }

    [Test]
    public void AModelWithoutAFormulaKeepsItsNumbers()
    {
        ReferenceFrame frame = SampleModels.Frame("epil_ri");
        var model = GlmmModel.Create(Pql.Fit(frame.Frame.Design, frame.Family), frame.Frame.Design);
        Assert.That(SampleModels.Load(SampleModels.Bytes(model)).Schema, Is.Null);
        AssertSurvives(model, null);
    }

    [Test]
    public void AFileIsReplacedAndNothingIsLeftBesideIt()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("glmm-model-");
        try
        {
            string path = Path.Combine(folder.FullName, "model.json");
            File.WriteAllText(path, "what was here before");
            GlmmModel model = SampleModels.Rich();
            model.Save(path);
            Assert.That(File.ReadAllBytes(path), Is.EqualTo(SampleModels.Bytes(model)));
            Assert.That(GlmmModel.Load(path).ToString(), Is.EqualTo(model.ToString()));
            GlmmModel impossible = SampleModels.Rich(
                family: Family.Custom("mine", static mean => mean, Link.Log, MeanDomain.Positive));
            Assert.That(() => impossible.Save(path), Throws.TypeOf<ModelFileException>());
            Assert.That(File.ReadAllBytes(path), Is.EqualTo(SampleModels.Bytes(model)), "unharmed by a failure");
            Assert.That(folder.GetFiles().Select(file => file.Name), Is.EqualTo(new[] { "model.json" }));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Test]
    public void FamiliesAndLinksOfTheUsersOwnCannotBeSaved()
    {
        // Its name is that of a built-in family, and it is none.
        GlmmModel family = SampleModels.Rich(
            family: Family.Custom("poisson", static mean => mean, Link.Log, MeanDomain.Positive));
        GlmmModel link = SampleModels.Rich(
            link: Link.Custom("log", Math.Log, Math.Exp, Math.Exp));
        Assert.That(
            () => SampleModels.Bytes(family),
            Throws.TypeOf<ModelFileException>().With.Message.Contains("your own family 'poisson' cannot be saved"));
        Assert.That(
            () => SampleModels.Bytes(link),
            Throws.TypeOf<ModelFileException>().With.Message.Contains("your own link 'log' cannot be saved"));
    }

    [Test]
    public void ClustersOfOneLabelAreRefused()
    {
        ColumnTable table = SampleModels.Table
            .With(TableColumn.Text("a", [.. Enumerable.Range(0, 24).Select(i => i < 12 ? "p:q" : "p")]))
            .With(TableColumn.Text("b", [.. Enumerable.Range(0, 24).Select(i => i < 12 ? "r" : i < 20 ? "q:r" : "s")]));
        ModelFrame frame = ModelFrame.Create(table, "count ~ x + (1 | a:b)", Family.Poisson);
        GlmmFit fit = Pql.Fit(frame.Design, Family.Poisson);
        Assert.That(
            () => GlmmModel.Create(fit, frame),
            Throws.TypeOf<InvalidModelDataException>().With.Message.Contains("'a:b' have the label 'p:q:r'"));
    }

    private static GlmmModel AssertSurvives(GlmmModel model, ColumnTable? table)
    {
        byte[] bytes = SampleModels.Bytes(model);
        GlmmModel loaded = SampleModels.Load(bytes);
        Assert.That(SampleModels.Bytes(loaded), Is.EqualTo(bytes), "saved again it is the same file");
        Assert.That(loaded.Facts, Is.EqualTo(model.Facts));
        FittedModelParts before = model.Fitted.Parts, after = loaded.Fitted.Parts;
        Assert.That(after.Family.Name, Is.EqualTo(before.Family.Name));
        Assert.That(after.Family.Shape, Is.EqualTo(before.Family.Shape));
        Assert.That(after.Link, Is.SameAs(before.Link));
        Assert.That((after.Method, after.Order, after.ObservedCurvature),
            Is.EqualTo((before.Method, before.Order, before.ObservedCurvature)));
        Assert.That(after.ClusterLabels, Is.EqualTo(before.ClusterLabels));
        Assert.That(after.ClusterRows, Is.EqualTo(before.ClusterRows));
        AssertBits(after.FixedEffects, before.FixedEffects);
        AssertBits(after.FixedCovariance, before.FixedCovariance);
        AssertBits(after.Covariance, before.Covariance);
        AssertBits([after.Dispersion], [before.Dispersion]);
        AssertBits(after.Modes, before.Modes);
        AssertBits(after.Covariances, before.Covariances);
        AssertBits(after.Crosses, before.Crosses);
        if (table is null) return loaded;
        PredictionFrame made = loaded.Schema!.Apply(table), wanted = model.Schema!.Apply(table);
        AssertBits(made.FixedEffects.ToArray(), wanted.FixedEffects.ToArray());
        AssertBits(made.RandomEffects.ToArray(), wanted.RandomEffects.ToArray());
        AssertBits(made.Offset.ToArray(), wanted.Offset.ToArray());
        Assert.That(made.ClusterLabels, Is.EqualTo(wanted.ClusterLabels));
        foreach (PredictionTarget target in Enum.GetValues<PredictionTarget>())
        {
            foreach (IntervalKind interval in Enum.GetValues<IntervalKind>())
            {
                // A mean and a variance alone have no law of responses.
                if (interval == IntervalKind.Prediction && !after.Family.HasLikelihood) continue;
                var options = new PredictionOptions { Target = target, Interval = interval };
                PredictionTable actual = loaded.Predict(table, options), expected = model.Predict(table, options);
                AssertBits(actual.Estimates.ToArray(), expected.Estimates.ToArray());
                AssertBits(actual.StandardErrors.ToArray(), expected.StandardErrors.ToArray());
                AssertBits(actual.Lower.ToArray(), expected.Lower.ToArray());
                AssertBits(actual.Upper.ToArray(), expected.Upper.ToArray());
            }
        }

        return loaded;
    }

    private static void AssertBits(double[] actual, double[] expected) => Assert.That(
        actual.Select(BitConverter.DoubleToInt64Bits), Is.EqualTo(expected.Select(BitConverter.DoubleToInt64Bits)));
}

using System.Text.Json;
using Glmm.Sparse.Formula;
using Glmm.Sparse.Inference;
using Glmm.Sparse.Results;
using Glmm.Sparse.Tests.Inference;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Formula;

/// <summary>Type II tests against car, type III against lmerTest.</summary>
[TestFixture]
internal sealed class TermTestsTests
{
    [TestCaseSource(typeof(InferenceReference), nameof(InferenceReference.Names))]
    public void TypeIIIIsThatOfLmerTest(string model) => Compare(model, "typeIII", DegreesOfFreedomMethod.Satterthwaite, TermTests.TypeIII);

    [TestCaseSource(typeof(InferenceReference), nameof(InferenceReference.RestrictedNames))]
    public void TypeIIIIsThatOfLmerTestWithKenwardRoger(string model) =>
        Compare(model, "typeIIIKenwardRoger", DegreesOfFreedomMethod.KenwardRoger, TermTests.TypeIII);

    [TestCaseSource(typeof(InferenceReference), nameof(InferenceReference.Names))]
    public void TypeIIIsThatOfCar(string model)
    {
        InferenceReference reference = InferenceReference.Of(model);
        FixedEffectInference inference = FixedEffectInference.Create(reference.Fit, reference.Frame.Design, DegreesOfFreedomMethod.Infinite);
        TermTestTable table = TermTests.TypeII(reference.Frame.Schema, inference);
        JsonElement expected = reference.Expected.GetProperty("carII");
        Assert.That(table.Tests.Select(t => t.Name), Is.EqualTo(expected.EnumerateObject().Select(p => p.Name)));
        Assert.Multiple(() =>
        {
            foreach (JsonProperty term in expected.EnumerateObject())
            {
                JointTest test = table[term.Name];
                Assert.That(test.IsChiSquare);
                Assert.That(test.NumeratorDegreesOfFreedom, Is.EqualTo(term.Value.GetProperty("df").GetInt32()));
                InferenceReference.Near(test.Statistic, term.Value.GetProperty("chisq").GetDouble(), term.Name);
            }
        });
    }

    [TestCaseSource(typeof(InferenceReference), nameof(InferenceReference.RestrictedNames))]
    public void TypeIIWithKenwardRogerIsThatOfCar(string model) =>
        Compare(model, "carIIF", DegreesOfFreedomMethod.KenwardRoger, TermTests.TypeII);

    [Test]
    public void TheTablePrintsAndMissingTermsAreNamed()
    {
        InferenceReference reference = InferenceReference.Of("owls");
        FixedEffectInference inference = FixedEffectInference.Create(reference.Fit, reference.Frame.Design);
        TermTestTable table = TermTests.TypeIII(reference.Frame.Schema, inference);
        Assert.That(table.ToString(), Does.StartWith("Tests of terms, type III: t with Satterthwaite's").And.Contain("FoodTreatment:SexParent"));
        Assert.That(() => table["Sex"], Throws.TypeOf<InvalidModelOptionException>().With.Message.Contains("SexParent"));
        InferenceReference other = InferenceReference.Of("sleepstudy");
        Assert.That(() => TermTests.TypeII(other.Frame.Schema, inference), Throws.TypeOf<InvalidModelDataException>());
    }

    private static void Compare(
        string model, string key, DegreesOfFreedomMethod method, Func<ModelSchema, FixedEffectInference, TermTestTable> test)
    {
        InferenceReference reference = InferenceReference.Of(model);
        FixedEffectInference inference = FixedEffectInference.Create(reference.Fit, reference.Frame.Design, method);
        TermTestTable table = test(reference.Frame.Schema, inference);
        JsonElement expected = reference.Expected.GetProperty(key);
        Assert.That(table.Tests.Select(t => t.Name), Is.EqualTo(expected.EnumerateObject().Select(p => p.Name)));
        Assert.Multiple(() =>
        {
            foreach (JsonProperty term in expected.EnumerateObject())
            {
                JointTest actual = table[term.Name];
                Assert.That(actual.NumeratorDegreesOfFreedom, Is.EqualTo(term.Value.GetProperty("ndf").GetInt32()));
                InferenceReference.Near(actual.Statistic, term.Value.GetProperty("F").GetDouble(), term.Name);
                InferenceReference.Near(actual.DenominatorDegreesOfFreedom, term.Value.GetProperty("ddf").GetDouble(), $"{term.Name}'s denominator");
                double p = term.Value.GetProperty("p").GetDouble();
                if (p > 0) Assert.That(Math.Log(actual.PValue), Is.EqualTo(Math.Log(p)).Within(1e-5 * Math.Max(1, Math.Abs(Math.Log(p)))), $"p of {term.Name}");
            }
        });
    }
}

using System.Text.Json;
using Glmm.Sparse.Inference;
using Glmm.Sparse.Results;
using Glmm.Sparse.Tests.Reference;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Inference;

/// <summary>Tests of fixed effects of linear mixed models against lmerTest, pbkrtest and clubSandwich.</summary>
[TestFixture]
internal sealed class FixedEffectReferenceTests
{
    [TestCaseSource(typeof(InferenceReference), nameof(InferenceReference.Names))]
    public void SatterthwaiteIsThatOfLmerTest(string model)
    {
        InferenceReference reference = InferenceReference.Of(model);
        JsonElement expected = reference.Expected.GetProperty("satterthwaite");
        FixedEffectInference inference = FixedEffectInference.Create(
            reference.Fit, reference.Frame.Design, DegreesOfFreedomMethod.Satterthwaite);
        Assert.Multiple(() =>
        {
            Coefficients(inference, expected);
            FixedEffectEstimate contrast = Contrast(inference, reference, expected.GetProperty("contrast"));
            JsonElement row = expected.GetProperty("contrast");
            InferenceReference.Near(contrast.Lower, row.GetProperty("lower").GetDouble(), "lower");
            InferenceReference.Near(contrast.Upper, row.GetProperty("upper").GetDouble(), "upper");
            JsonElement joint = expected.GetProperty("joint");
            JointTest test = inference.Joint(reference.AllButIntercept);
            InferenceReference.Near(test.Statistic, joint.GetProperty("F value").GetDouble(), "F");
            InferenceReference.Near(test.DenominatorDegreesOfFreedom, joint.GetProperty("DenDF").GetDouble(), "denominator");
            Probability(test.PValue, joint.GetProperty("Pr(>F)").GetDouble());
            Assert.That(test.NumeratorDegreesOfFreedom, Is.EqualTo(joint.GetProperty("NumDF").GetInt32()));
        });
    }

    [TestCaseSource(typeof(InferenceReference), nameof(InferenceReference.RestrictedNames))]
    public void KenwardRogerIsThatOfPbkrtest(string model)
    {
        InferenceReference reference = InferenceReference.Of(model);
        JsonElement expected = reference.Expected.GetProperty("kenwardRoger");
        FixedEffectInference inference = FixedEffectInference.Create(
            reference.Fit, reference.Frame.Design, DegreesOfFreedomMethod.KenwardRoger);
        Assert.Multiple(() =>
        {
            Covariance(inference.Covariance, expected.GetProperty("covariance"), "adjusted covariance");
            Coefficients(inference, expected);
            Contrast(inference, reference, expected.GetProperty("contrast"));
            JsonElement joint = expected.GetProperty("joint");
            JointTest test = inference.Joint(reference.AllButIntercept);
            InferenceReference.Near(test.Statistic, joint.GetProperty("F").GetDouble(), "F");
            InferenceReference.Near(test.DenominatorDegreesOfFreedom, joint.GetProperty("ddf").GetDouble(), "denominator");
            InferenceReference.Near(test.Scale, joint.GetProperty("scaling").GetDouble(), "scale");
            Probability(test.PValue, joint.GetProperty("p").GetDouble());
        });
    }

    [Test]
    public void ClusterRobustCovarianceIsThatOfClubSandwich(
        [ValueSource(typeof(InferenceReference), nameof(InferenceReference.Names))] string model,
        [Values(ClusterRobust.CR0, ClusterRobust.CR1, ClusterRobust.CR1S, ClusterRobust.CR3)] ClusterRobust kind)
    {
        InferenceReference reference = InferenceReference.Of(model);
        JsonElement expected = reference.Expected.GetProperty("robust").GetProperty(kind.ToString());
        Covariance(ClusterRobustCovariance.Compute(reference.Fit, reference.Frame.Design, kind), expected, kind.ToString());
    }

    private static void Coefficients(FixedEffectInference inference, JsonElement expected)
    {
        double[] df = JsonNumbers.Array(expected.GetProperty("df")), t = JsonNumbers.Array(expected.GetProperty("t"));
        double[] p = JsonNumbers.Array(expected.GetProperty("p"));
        for (int j = 0; j < df.Length; j++)
        {
            FixedEffectEstimate row = inference.Coefficients[j];
            InferenceReference.Near(row.DegreesOfFreedom, df[j], $"degrees of freedom of {row.Name}");
            InferenceReference.Near(row.Statistic, t[j], $"t of {row.Name}");
            Probability(row.PValue, p[j]);
        }
    }

    private static FixedEffectEstimate Contrast(FixedEffectInference inference, InferenceReference reference, JsonElement expected)
    {
        FixedEffectEstimate contrast = inference.Contrast(JsonNumbers.Array(reference.Expected.GetProperty("weights")));
        InferenceReference.Near(contrast.Estimate, expected.GetProperty("Estimate").GetDouble(), "contrast");
        InferenceReference.Near(contrast.StandardError, expected.GetProperty("Std. Error").GetDouble(), "its standard error");
        InferenceReference.Near(contrast.DegreesOfFreedom, expected.GetProperty("df").GetDouble(), "its degrees of freedom");
        Probability(contrast.PValue, expected.GetProperty("Pr(>|t|)").GetDouble());
        return contrast;
    }

    // A relative error of t is multiplied by about t·√(df) in a far tail: compare logarithms.
    private static void Probability(double actual, double expected)
    {
        if (expected == 0) Assert.That(actual, Is.LessThan(1e-300));
        else Assert.That(Math.Log(actual), Is.EqualTo(Math.Log(expected)).Within(1e-5 * Math.Max(1, Math.Abs(Math.Log(expected)))), "log p");
    }

    private static void Covariance(double[,] actual, JsonElement json, string what)
    {
        double[,] expected = JsonNumbers.Matrix(json);
        for (int i = 0; i < expected.GetLength(0); i++)
        {
            for (int j = 0; j < expected.GetLength(0); j++)
            {
                double scale = Math.Sqrt(expected[i, i] * expected[j, j]);
                Assert.That(actual[i, j], Is.EqualTo(expected[i, j]).Within(1e-5 * scale), $"{what} [{i},{j}]");
            }
        }
    }
}

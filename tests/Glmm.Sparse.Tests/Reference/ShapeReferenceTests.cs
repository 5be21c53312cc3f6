using System.Text.Json;
using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Results;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Reference;

/// <summary>Parameters beyond the mean, estimated with the rest by Laplace's approximation, against glmmTMB.</summary>
[TestFixture]
internal sealed class ShapeReferenceTests
{
    private static IEnumerable<TestCaseData> Fits =>
        PeerLikelihood.All().Select(fit => new TestCaseData(fit).SetArgDisplayNames(fit.ToString()));

    [TestCaseSource(nameof(Fits))]
    public void FitAgreesWithGlmmTmbIterated(object reference)
    {
        var peer = (PeerLikelihood)reference;
        LikelihoodFit fit = Laplace.Fit(peer.Design, FamilyOf(peer.Family), peer.Link);
        Assert.That(fit.Converged, Is.True, $"{fit.Verdict}: {fit.Message}");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(fit.HasObservedCurvature, Is.True);
            Assert.That(fit.LogLikelihood, Is.EqualTo(peer.LogLikelihood).Within(1e-6));
            for (int j = 0; j < peer.Alpha.Length; j++)
            {
                FixedEffect effect = fit.FixedEffects[j];
                double error = peer.StandardErrors[j];
                Assert.That(Math.Abs(effect.Estimate - peer.Alpha[j]) / error, Is.LessThan(1e-5), effect.Name);
                Assert.That(effect.StandardError, Is.EqualTo(error).Within(1e-3 * error), $"standard error of {effect.Name}");
            }

            LikelihoodComparison.AssertSameMatrix(fit.Covariance, peer.Covariance, 1e-5);
            double[,] errors = fit.CovarianceStandardErrors;
            for (int a = 0; a < errors.GetLength(0); a++)
            {
                for (int b = 0; b < errors.GetLength(0); b++)
                    Assert.That(errors[a, b], Is.EqualTo(peer.CovarianceErrors[a, b]).Within(1e-3 * peer.CovarianceErrors[a, b]));
            }

            bool gamma = peer.Family == "gamma";
            double shape = gamma ? fit.Dispersion : fit.Shape!.Value.Value;
            double shapeError = gamma ? fit.DispersionStandardError : fit.ShapeStandardError;
            Assert.That(shape, Is.EqualTo(peer.Shape).Within(1e-5 * peer.Shape), "shape");
            Assert.That(shapeError, Is.EqualTo(peer.ShapeError).Within(1e-3 * peer.ShapeError), "standard error of the shape");
            int q = errors.GetLength(0);
            Assert.That(fit.ParameterCount, Is.EqualTo(peer.Alpha.Length + (q * (q + 1) / 2) + 1));
        }
    }

    [TestCase("grouseticks", "grouseticks_brood")]
    [TestCase("owls", "owls_ri")]
    [TestCase("epil", "epil_ri")]
    public void NegativeBinomialsAgreeWithWhatGlmmTmbReports(string data, string model)
    {
        using JsonDocument document = JsonDocument.Parse(
            File.ReadAllText(Repository.Reference("fits", "negative_binomial_estimated_theta.json")));
        foreach ((string name, string family) in new[] { ("nbinom1", "negative-binomial-1"), ("nbinom2", "negative-binomial") })
        {
            JsonElement expected = document.RootElement.GetProperty($"{data}_{name}");
            LikelihoodFit fit = Laplace.Fit(ReferenceDesign.Read(model, "scalar"), FamilyOf(family));
            Assert.That(fit.Converged, Is.True, $"{fit.Verdict}: {fit.Message}");
            using (Assert.EnterMultipleScope())
            {
                int j = 0;
                double[] errors = JsonNumbers.Array(expected.GetProperty("se"));
                foreach (JsonProperty effect in expected.GetProperty("fixed").EnumerateObject())
                {
                    // A coefficient near 0 is known relative to its standard error, at which glmmTMB stopped.
                    double value = effect.Value.GetDouble(), error = errors[j];
                    double tolerance = 1e-4 * Math.Max(Math.Abs(value), error);
                    Assert.That(fit.FixedEffects[j].Estimate, Is.EqualTo(value).Within(tolerance), effect.Name);
                    Assert.That(fit.FixedEffects[j].StandardError, Is.EqualTo(error).Within(1e-3 * error), effect.Name);
                    j++;
                }

                AssertClose(fit.Covariance[0, 0], JsonNumbers.Matrix(expected.GetProperty("D"))[0, 0], "variance");
                AssertClose(fit.Shape!.Value.Value, expected.GetProperty("theta").GetDouble(), "shape");
                Assert.That(fit.LogLikelihood, Is.EqualTo(expected.GetProperty("logLik").GetDouble()).Within(1e-6));
            }
        }
    }

    private static void AssertClose(double actual, double expected, string what) =>
        Assert.That(actual, Is.EqualTo(expected).Within(1e-4 * Math.Abs(expected)), what);

    private static Family FamilyOf(string name) => name switch
    {
        "negative-binomial" => Family.NegativeBinomial(),
        "negative-binomial-1" => Family.NegativeBinomial1(),
        "beta" => Family.Beta(),
        _ => Family.Parse(name),
    };
}

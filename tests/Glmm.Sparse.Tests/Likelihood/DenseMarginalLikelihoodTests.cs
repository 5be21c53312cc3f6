using System.Text.Json;
using Glmm.Sparse.Families;
using Glmm.Sparse.Tests.Reference;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Likelihood;

/// <summary>
/// The scalar program by which the engine is judged, itself judged by the log-likelihoods that two other programs report.
/// </summary>
[TestFixture]
internal sealed class DenseMarginalLikelihoodTests
{
    private static IEnumerable<TestCaseData> OracleFits =>
        OracleLikelihood.All().Select(fit => new TestCaseData(fit).SetArgDisplayNames(fit.ToString()));

    private static IEnumerable<TestCaseData> PeerFits =>
        PeerLikelihood.All().Select(fit => new TestCaseData(fit).SetArgDisplayNames(fit.ToString()));

    [TestCaseSource(nameof(OracleFits))]
    public void ItFindsTheLogLikelihoodOfTheDenseOracle(object reference)
    {
        var oracle = (OracleLikelihood)reference;
        var likelihood = new DenseMarginalLikelihood(oracle.Design);
        var density = new ScalarDensity(oracle.Family, oracle.Link, oracle.Dispersion);
        Assert.That(
            likelihood.Quadrature(density, oracle.Alpha, oracle.Covariance, oracle.Nodes, oracle.Observed),
            Is.EqualTo(oracle.LogLikelihood).Within(1e-8));
    }

    [TestCaseSource(nameof(PeerFits))]
    public void ItFindsTheLogLikelihoodOfGlmmTmb(object reference)
    {
        var peer = (PeerLikelihood)reference;
        bool gamma = peer.Family == "gamma";
        var density = new ScalarDensity(peer.Family, peer.Link, gamma ? peer.Shape : 1, gamma ? double.NaN : peer.Shape);
        Assert.That(
            new DenseMarginalLikelihood(peer.Design).Laplace(density, peer.Alpha, peer.Covariance, observed: true),
            Is.EqualTo(peer.LogLikelihood).Within(1e-8));
    }

    [TestCase("grouseticks", "grouseticks_brood")]
    [TestCase("owls", "owls_ri")]
    [TestCase("epil", "epil_ri")]
    public void ItFindsTheLogLikelihoodsOfNegativeBinomialsAsGlmmTmbReportsThem(string data, string model)
    {
        using JsonDocument document = JsonDocument.Parse(
            File.ReadAllText(Repository.Reference("fits", "negative_binomial_estimated_theta.json")));
        var likelihood = new DenseMarginalLikelihood(ReferenceDesign.Read(model, "scalar"));
        foreach ((string name, string family) in new[] { ("nbinom1", "negative-binomial-1"), ("nbinom2", "negative-binomial") })
        {
            JsonElement fit = document.RootElement.GetProperty($"{data}_{name}");
            double[] alpha = [.. fit.GetProperty("fixed").EnumerateObject().Select(effect => effect.Value.GetDouble())];
            var density = new ScalarDensity(family, Link.Log, Shape: fit.GetProperty("theta").GetDouble());
            Assert.That(
                likelihood.Laplace(density, alpha, JsonNumbers.Matrix(fit.GetProperty("D")), observed: true),
                Is.EqualTo(fit.GetProperty("logLik").GetDouble()).Within(1e-7), name);
        }
    }
}

using System.Text.Json;
using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Results;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Reference;

/// <summary>Gaussian fits against what lme4's lmer printed for the same models, by ML and by REML.</summary>
[TestFixture]
internal sealed class LmerTests
{
    private static IEnumerable<TestCaseData> Fits()
    {
        foreach (string path in Directory.GetFiles(Repository.Reference("fits"), "*.json").Order(StringComparer.Ordinal))
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path));
            if (!document.RootElement.TryGetProperty("peers", out JsonElement peers)) continue;
            foreach (JsonProperty peer in peers.EnumerateObject().Where(p => p.Name.StartsWith("lme4::lmer", StringComparison.Ordinal)))
                yield return new TestCaseData(Path.GetFileNameWithoutExtension(path), peer.Name);
        }
    }

    [TestCaseSource(nameof(Fits))]
    public void GaussianFitAgreesWithLmer(string model, string peer)
    {
        using JsonDocument document = JsonDocument.Parse(
            File.ReadAllText(Repository.Reference("fits", model + ".json")));
        JsonElement expected = document.RootElement.GetProperty("peers").GetProperty(peer);
        bool restricted = peer.EndsWith("REML", StringComparison.Ordinal);
        PqlFit fit = Pql.Fit(
            ReferenceDesign.Read(model, document.RootElement.GetProperty("structure").GetString()!), Family.Gaussian, null,
            new FitOptions { Criterion = restricted ? EstimationCriterion.Reml : EstimationCriterion.Ml });

        Assert.That(fit.Converged, Is.True);
        Assert.That(fit.Iterations, Is.EqualTo(1), "the linear mixed model is solved by one linearisation");
        Assert.That(fit.Singular, Is.EqualTo(expected.GetProperty("singular").GetBoolean()));
        double[] errors = Row(expected.GetProperty("se"));
        int j = 0;
        foreach (JsonProperty effect in expected.GetProperty("fixed").EnumerateObject())
        {
            double value = effect.Value.GetDouble();
            Assert.That(fit.FixedEffects[j].Estimate, Is.EqualTo(value).Within(1e-6 * Math.Abs(value)), effect.Name);
            double error = errors[j];
            Assert.That(fit.FixedEffects[j].StandardError, Is.EqualTo(error).Within(1e-6 * error), effect.Name);
            j++;
        }

        double[,] covariance = fit.Covariance;
        double[][] d = [.. expected.GetProperty("D").EnumerateArray().Select(Row)];
        for (int a = 0; a < d.Length; a++)
        {
            for (int b = 0; b < d.Length; b++)
            {
                double scale = Math.Sqrt(d[a][a] * d[b][b]);
                Assert.That(covariance[a, b], Is.EqualTo(d[a][b]).Within(1e-6 * scale), $"D[{a},{b}]");
            }
        }

        double phi = expected.GetProperty("phi").GetDouble();
        Assert.That(fit.Dispersion, Is.EqualTo(phi).Within(1e-6 * phi));
        double logLikelihood = expected.GetProperty("logLik").GetDouble();
        Assert.That(fit.WorkingLogLikelihood, Is.EqualTo(logLikelihood).Within(1e-6 * Math.Abs(logLikelihood)));
    }

    // A 1×1 matrix was written as a plain list of numbers.
    private static double[] Row(JsonElement row) =>
        row.ValueKind == JsonValueKind.Number ? [row.GetDouble()] : [.. row.EnumerateArray().Select(e => e.GetDouble())];
}

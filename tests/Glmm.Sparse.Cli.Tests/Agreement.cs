using System.Text.Json;
using NUnit.Framework;

namespace Glmm.Sparse.Cli.Tests;

/// <summary>Holds a fit document to what an independent program found.</summary>
internal static class Agreement
{
    public static void AssertAgrees(JsonElement fit, ReferenceFit reference, ReferenceEstimates expected)
    {
        JsonElement[] effects = [.. fit.GetProperty("fixed").EnumerateArray()];
        double[][] covariance = fit.GetProperty("random")[0].GetProperty("covariance").Deserialize<double[][]>()!;
        double phi = fit.GetProperty("dispersion").GetProperty("value").GetDouble();

        // What is 0 on the boundary is measured against the response's own scale.
        double size = expected.D.Max(static row => row.Max(Math.Abs));
        double slack = 1e-4 * Math.Max(size, 1e-3 * expected.Phi);
        Assert.Multiple(() =>
        {
            Assert.That(
                effects.Select(static e => e.GetProperty("name").GetString()),
                Is.EqualTo(reference.FixedNames.Select(static n => n.Replace("sHEIGHT", "scale(HEIGHT)"))));
            for (int j = 0; j < effects.Length; j++)
            {
                double se = expected.Se[j];
                Assert.That(
                    effects[j].GetProperty("estimate").GetDouble(), Is.EqualTo(expected.Alpha[j]).Within(1e-4 * se));
                Assert.That(effects[j].GetProperty("std_error").GetDouble(), Is.EqualTo(se).Within(1e-4 * se));
            }

            for (int a = 0; a < covariance.Length; a++)
                Assert.That(covariance[a], Is.EqualTo(expected.D[a]).Within(slack));
            Assert.That(fit.GetProperty("singular").GetBoolean(), Is.EqualTo(expected.Singular));
            Assert.That(
                fit.GetProperty("verdict").GetString(),
                Is.EqualTo(expected.Singular == true ? "boundary" : "converged"));
            Assert.That(phi, Is.EqualTo(expected.Phi).Within(1e-4 * expected.Phi));
        });
    }
}

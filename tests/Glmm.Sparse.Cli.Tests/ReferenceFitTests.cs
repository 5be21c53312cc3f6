using System.Text.Json;
using NUnit.Framework;

namespace Glmm.Sparse.Cli.Tests;

/// <summary>
/// Every real data set through formula, factors, family and estimator, against the dense reference program. The
/// library's own tests hold the estimators to tighter bounds; these hold the whole way from CSV to JSON to the right
/// model.
/// </summary>
public class ReferenceFitTests
{
    private static IEnumerable<TestCaseData> Fits()
    {
        foreach (string file in Directory.EnumerateFiles(Repository.ReferenceFits, "*.json").Order())
        {
            string name = Path.GetFileNameWithoutExtension(file);
            if (name == "negative_binomial_estimated_theta") continue;
            foreach (string method in new[] { "pql", "mql" })
            {
                foreach (string criterion in new[] { "reml", "ml" })
                {
                    yield return Case(name, method, criterion, "default");
                }
            }
        }

        // And with the dispersion treated as the family does not by default.
        foreach (string method in new[] { "pql", "mql" })
        {
            yield return Case("epil_ri", method, "reml", "estimated");
            yield return Case("cbpp_logit", method, "ml", "estimated");
            yield return Case("bacteria_ri", method, "reml", "estimated");
            yield return Case("sleepstudy_gamma_log", method, "reml", "fixed");
        }
    }

    private static TestCaseData Case(string name, string method, string criterion, string dispersion) =>
        new TestCaseData(name, method, criterion, dispersion)
            .SetName($"{{m}}({name}, {method}, {criterion}, {dispersion})");

    [TestCaseSource(nameof(Fits))]
    public void CommandReproducesTheReference(string name, string method, string criterion, string dispersion)
    {
        ReferenceFit reference = ReferenceFit.Read(name);
        ReferenceEstimates expected = reference.Oracle[OracleKey(reference, method, criterion, dispersion)];
        string[] more = dispersion == "default" ? [] : ["--dispersion", dispersion];
        CommandResult result = GlmmCommand.Run(
            [.. reference.Arguments, "--method", method, "--criterion", criterion, .. more, "--json", "-"]);
        if (expected.Converged == false)
        {
            Assert.That(result.ExitCode, Is.EqualTo(3), result.Error);
            return;
        }

        Assert.That(result.ExitCode, Is.Zero, result.Error);
        using JsonDocument json = JsonDocument.Parse(result.Output);
        Agreement.AssertAgrees(json.RootElement, reference, expected);
    }

    private static string OracleKey(ReferenceFit reference, string method, string criterion, string dispersion)
    {
        string upper = criterion.ToUpperInvariant();
        bool isHeld = dispersion == "fixed" || (dispersion == "default" && reference.HoldsDispersion);
        return reference.Oracle.ContainsKey("LMM_ML")
            ? $"LMM_{upper}"
            : $"{method.ToUpperInvariant()}_{upper}_{(isHeld ? "phi1" : "phiest")}";
    }
}

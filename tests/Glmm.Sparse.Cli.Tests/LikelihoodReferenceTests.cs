using System.Globalization;
using System.Text.Json;
using NUnit.Framework;

namespace Glmm.Sparse.Cli.Tests;

/// <summary>Maximum likelihood on the real data sets, from CSV to JSON, against independent programs.</summary>
public class LikelihoodReferenceTests
{
    private const string ShapeFits = "negative_binomial_estimated_theta";

    // What the dense reference program calls its fits, and the options that ask for the same.
    private static readonly (string Key, string[] Arguments)[] s_methods =
    [
        ("Laplace", ["--method", "laplace", "--curvature", "observed"]),
        ("Laplace_expected_hessian", ["--method", "laplace", "--curvature", "expected"]),
        ("AGQ25", ["--method", "aghq", "--nodes", "25"]),
        ("AGQ15x15", ["--method", "aghq", "--nodes", "15"]),
    ];

    private static IEnumerable<TestCaseData> OracleFits()
    {
        foreach (string file in Directory.EnumerateFiles(Repository.ReferenceFits, "*.json").Order())
        {
            string name = Path.GetFileNameWithoutExtension(file);
            if (name == ShapeFits) continue;
            ReferenceFit reference = ReferenceFit.Read(name);
            foreach ((string key, _) in s_methods.Where(method => reference.Oracle.ContainsKey(method.Key)))
                yield return new TestCaseData(name, key).SetName($"{{m}}({name}, {key})");
        }
    }

    private static IEnumerable<TestCaseData> PeerFits()
    {
        using JsonDocument json = JsonDocument.Parse(ReadShapeFits());
        foreach (JsonProperty fit in json.RootElement.EnumerateObject())
            yield return new TestCaseData(fit.Name).SetName($"{{m}}({fit.Name})");
    }

    [TestCaseSource(nameof(OracleFits))]
    public void CommandReproducesTheReference(string name, string key)
    {
        ReferenceFit reference = ReferenceFit.Read(name);
        ReferenceEstimates expected = reference.Oracle[key];
        CommandResult result = GlmmCommand.Run(
            [.. reference.Arguments, .. s_methods.Single(method => method.Key == key).Arguments, "--json", "-"]);
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        using JsonDocument json = JsonDocument.Parse(result.Output);
        Agreement.AssertAgrees(json.RootElement, reference, expected);
        Assert.That(
            json.RootElement.GetProperty("log_likelihood").GetDouble(), Is.EqualTo(expected.Loglik).Within(1e-6));
    }

    // glmmTMB, which stops a little before the maximum.
    [TestCaseSource(nameof(PeerFits))]
    public void CommandEstimatesTheShapeThatGlmmTmbDoes(string name)
    {
        using JsonDocument peer = JsonDocument.Parse(ReadShapeFits());
        JsonElement expected = peer.RootElement.GetProperty(name);
        string formula = expected.GetProperty("formula").GetString()!.Replace("sHEIGHT", "scale(HEIGHT)");
        bool isFirst = expected.GetProperty("family").GetString() == "nbinom1";
        string[] levels = formula switch
        {
            _ when formula.Contains("YEAR", StringComparison.Ordinal) => ["--levels", "YEAR=95,96,97"],
            _ when formula.Contains("trt", StringComparison.Ordinal) => ["--levels", "trt=placebo,progabide"],
            _ => [],
        };
        CommandResult result = GlmmCommand.Run(
        [
            "fit", "--data", Repository.Data(expected.GetProperty("data").GetString()!), "--formula", formula,
            "--family", isFirst ? "negative-binomial-1" : "negative-binomial", .. levels, "--method", "laplace",
            "--theta", "estimated", "--json", "-",
        ]);
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        using JsonDocument json = JsonDocument.Parse(result.Output);
        JsonElement fit = json.RootElement;
        double[] estimates =
            [.. expected.GetProperty("fixed").EnumerateObject().Select(static effect => effect.Value.GetDouble())];
        double[] errors = expected.GetProperty("se").Deserialize<double[]>()!;
        double theta = expected.GetProperty("theta").GetDouble();
        JsonElement shape = fit.GetProperty("shape");
        JsonElement random = fit.GetProperty("random")[0];
        Assert.Multiple(() =>
        {
            foreach ((int j, JsonElement effect) in fit.GetProperty("fixed").EnumerateArray().Index())
            {
                Assert.That(
                    effect.GetProperty("estimate").GetDouble(), Is.EqualTo(estimates[j]).Within(1e-3 * errors[j]));
                Assert.That(effect.GetProperty("std_error").GetDouble(), Is.EqualTo(errors[j]).Within(0.1).Percent);
            }

            Assert.That(
                random.GetProperty("covariance")[0][0].GetDouble(),
                Is.EqualTo(expected.GetProperty("D")[0][0].GetDouble()).Within(0.01).Percent);
            Assert.That(random.GetProperty("covariance_std_error")[0][0].GetDouble(), Is.Positive);
            Assert.That(
                fit.GetProperty("log_likelihood").GetDouble(),
                Is.EqualTo(expected.GetProperty("logLik").GetDouble()).Within(1e-6));
            Assert.That(shape.GetProperty("name").GetString(), Is.EqualTo(isFirst ? "phi" : "theta"));
            Assert.That(shape.GetProperty("value").GetDouble(), Is.EqualTo(theta).Within(0.01).Percent);
            Assert.That(shape.GetProperty("std_error").GetDouble(), Is.Positive);
            Assert.That(shape.GetProperty("estimated").GetBoolean(), Is.True);
            Assert.That(fit.GetProperty("theta").GetDouble(), Is.EqualTo(shape.GetProperty("value").GetDouble()));
        });
    }

    [TestCase("Laplace", "--method", "laplace")]
    [TestCase("AGQ25", "--method", "aghq", "--nodes", "25")]
    public void RandomEffectsAreTheModesOfTheReference(string key, params string[] method)
    {
        ReferenceFit reference = ReferenceFit.Read("toenail_ri");
        double[][] expected = reference.Oracle[key].ModesFirst5!;
        using var folder = new TemporaryFolder();
        CommandResult result = GlmmCommand.Run(
            [.. reference.Arguments, .. method, "--random-effects", folder["b.csv"], "--fitted", folder["f.csv"]]);
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        string[][] rows = [.. File.ReadLines(folder["b.csv"]).Skip(1).Select(static line => line.Split(','))];
        Assert.Multiple(() =>
        {
            Assert.That(rows, Has.Length.EqualTo(294));
            Assert.That(File.ReadLines(folder["f.csv"]).Count(), Is.EqualTo(1909));
            for (int i = 0; i < expected.Length; i++)
            {
                Assert.That(
                    double.Parse(rows[i][3], CultureInfo.InvariantCulture), Is.EqualTo(expected[i][0]).Within(1e-5));
                Assert.That(double.Parse(rows[i][4], CultureInfo.InvariantCulture), Is.Positive);
            }
        });
    }

    private static string ReadShapeFits() =>
        File.ReadAllText(Path.Combine(Repository.ReferenceFits, $"{ShapeFits}.json"));
}

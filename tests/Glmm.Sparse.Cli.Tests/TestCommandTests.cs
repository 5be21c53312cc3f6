using System.Text.Json;
using Glmm.Sparse.Data;
using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Formula;
using Glmm.Sparse.Inference;
using Glmm.Sparse.Results;
using Glmm.Sparse.ScoreTests;
using NUnit.Framework;

namespace Glmm.Sparse.Cli.Tests;

/// <summary><c>glmm test</c> says what the library says.</summary>
public class TestCommandTests
{
    private const string Smaller = "y ~ lbase + V4 + (1 | subject)";
    private const string Larger = "y ~ lbase + V4 + (1 + V4 | subject)";

    private static readonly string s_data = Repository.Data("epil.csv");

    [Test]
    public void TheLikelihoodRatioOfTwoFormulasIsThatOfTheirFits()
    {
        LikelihoodRatioResult expected = LikelihoodRatioTest.Compare(
            Laplace.Fit(Frame(Smaller).Design, Family.Poisson), Laplace.Fit(Frame(Larger).Design, Family.Poisson));
        foreach ((string one, string other) in new[] { (Smaller, Larger), (Larger, Smaller) })
        {
            JsonElement ratio = Json(
                "test", "--data", s_data, "--formula", one, "--against", other, "--family", "poisson")
                .GetProperty("likelihood_ratio");
            Assert.Multiple(() =>
            {
                Assert.That(ratio.GetProperty("statistic").GetDouble(), Is.EqualTo(expected.Statistic).Within(1e-9));
                Assert.That(ratio.GetProperty("p").GetDouble(), Is.EqualTo(expected.PValue).Within(1e-9));
                Assert.That(ratio.GetProperty("df").GetInt32(), Is.EqualTo(2));
                Assert.That(ratio.GetProperty("reference").GetString(), Does.Contain("boundary"));
                Assert.That(ratio.GetProperty("smaller").GetProperty("formula").GetString(), Is.EqualTo(Smaller));
            });
        }
    }

    [Test]
    public void SavedModelsAreComparedAsTheirFitsAre()
    {
        using var folder = new TemporaryFolder();
        Save(folder["a"], Smaller, "laplace");
        Save(folder["b"], Larger, "laplace");
        JsonElement saved = Json("test", "--model", folder["b"], "--against", folder["a"]);
        JsonElement fitted = Json(
            "test", "--data", s_data, "--formula", Smaller, "--against", Larger, "--family", "poisson");
        Assert.That(
            saved.GetProperty("likelihood_ratio").GetRawText(),
            Is.EqualTo(fitted.GetProperty("likelihood_ratio").GetRawText()));
    }

    [Test]
    public void SavedModelsThatCannotBeComparedSayWhatToDo()
    {
        using var folder = new TemporaryFolder();
        Save(folder["a"], Smaller, "laplace");
        Save(folder["p"], Larger, "pql");
        Save(folder["q"], Larger, "aghq");
        Assert.Multiple(() =>
        {
            Refuses("fit it by laplace or aghq and save it again", "--model", folder["a"], "--against", folder["p"]);
            Refuses("fit both with the same method", "--model", folder["a"], "--against", folder["q"]);
            Refuses("there is nothing to compare", "--model", folder["a"], "--against", folder["a"]);
            Refuses("--family does not go with --model", "--model", folder["a"], "--against", folder["a"], "--family",
                "poisson");
        });
    }

    [Test]
    public void TheVarianceIsTestedFromTheModelWithoutIt()
    {
        VarianceScoreResult expected = VarianceScoreTest.Test(Frame(Larger).Design, Family.Poisson);
        JsonElement document = Json("test", "--data", s_data, "--formula", Larger, "--family", "poisson");
        JsonElement score = document.GetProperty("variance_score");
        Assert.Multiple(() =>
        {
            Assert.That(document.GetProperty("schema").GetString(), Is.EqualTo("glmm.test/1"));
            Assert.That(
                score.GetProperty("overall").GetProperty("z").GetDouble(),
                Is.EqualTo(expected.Overall.Z).Within(1e-12));
            Assert.That(
                score.GetProperty("components").EnumerateArray().Select(static c => c.GetProperty("name").GetString()),
                Is.EqualTo(expected.Components.Select(static c => c.Name)));
        });
        JsonElement one = Json(
            "test", "--data", s_data, "--formula", Larger, "--family", "poisson", "--component",
            expected.Components[0].Name);
        Assert.That(one.GetProperty("variance_score").GetProperty("components").GetArrayLength(), Is.EqualTo(1));
        Refuses("--component cannot be 'none'", "--data", s_data, "--formula", Larger, "--family", "poisson",
            "--component", "none");
    }

    [Test]
    public void AddedTermsAreTestedByTheirColumns()
    {
        ModelFrame frame = Frame("y ~ lbase + (1 | subject)"), full = Frame("y ~ lbase + lage + V4 + (1 | subject)");
        var scan = ScoreScan.Create(Pql.Fit(frame.Design, Family.Poisson), frame.Design);
        JsonElement[] rows =
        [
            .. Json(
                "test", "--data", s_data, "--formula", "y ~ lbase + (1 | subject)", "--family", "poisson", "--add",
                "lage", "--add", "V4").GetProperty("fixed_score").EnumerateArray(),
        ];
        Assert.That(rows, Has.Length.EqualTo(2));
        foreach (JsonElement row in rows)
        {
            string name = row.GetProperty("name").GetString()!;
            var values = new double[full.Design.Observations];
            full.Design.FixedEffects.Single(column => column.Name == name)
                .Gather([.. Enumerable.Range(0, values.Length)], values);
            Assert.That(row.GetProperty("z").GetDouble(), Is.EqualTo(scan.Test(values).Z).Within(1e-12), name);
        }
    }

    [Test]
    public void AddedTermsWithMissingValuesLeaveRowsOutOfTheModelToo()
    {
        using var folder = new TemporaryFolder();
        string[] lines = File.ReadAllLines(s_data);
        int column = lines[0].Split(',').IndexOf("lage");
        for (int i = 1; i <= 4; i++)
        {
            string[] cells = lines[i].Split(',');
            cells[column] = "NA";
            lines[i] = string.Join(',', cells);
        }

        string gaps = folder.Write("gaps.csv", string.Join('\n', lines) + "\n");
        CommandResult result = GlmmCommand.Run(
            "test", "--data", gaps, "--formula", "y ~ lbase + (1 | subject)", "--family", "poisson", "--add", "lage");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.Zero, result.Error);
            Assert.That(result.Output, Does.Contain("Number of obs: 232, groups: subject, 58"));
            Assert.That(result.Error, Does.Contain("a value of an added term is missing: 4"));
        });
    }

    [Test]
    public void TheSimulatedDistributionIsAskedForByReplicates()
    {
        JsonElement simulated = Json(
            "test", "--data", s_data, "--formula", Smaller, "--against", Larger, "--family", "poisson",
            "--replicates", "19", "--seed", "3").GetProperty("likelihood_ratio").GetProperty("simulated");
        Assert.Multiple(() =>
        {
            Assert.That(simulated.GetProperty("replicates").GetInt32(), Is.EqualTo(19));
            Assert.That(simulated.GetProperty("p").GetDouble(), Is.InRange(0.05, 1));
            Assert.That(simulated.GetProperty("seed").GetInt32(), Is.EqualTo(3));
        });
    }

    [TestCase("--add lbase: the formula has it already", "lage", "lbase")]
    [TestCase("--add V4:lbase: the formula has it already", "V4:lbase")]
    [TestCase("--add lage is given twice", "lage", "lage")]
    public void ATermThatIsThereCannotBeAdded(string message, params string[] added) => Refuses(
        message,
        [
            "--data", s_data, "--formula", "y ~ lbase * V4 + (1 | subject)", "--family", "poisson",
            .. added.SelectMany(static term => new[] { "--add", term }),
        ]);

    [TestCase("Option '--data' is required")]
    [TestCase("Option '--against' is required", "--model", "a")]
    [TestCase("Option '--family' is required", "--data", "a.csv", "--formula", "y ~ x + (1 | g)")]
    [TestCase("--method pql maximises no likelihood", "--data", "a.csv", "--formula", "y ~ x + (1 | g)", "--family",
        "poisson", "--against", "y ~ 1 + (1 | g)", "--method", "pql")]
    [TestCase("--add and --against ask for different tests", "--data", "a.csv", "--formula", "y ~ x + (1 | g)",
        "--family", "poisson", "--against", "y ~ 1 + (1 | g)", "--add", "z")]
    [TestCase("--replicates and --seed belong to a likelihood-ratio test", "--data", "a.csv", "--formula",
        "y ~ x + (1 | g)", "--family", "poisson", "--seed", "1")]
    [TestCase("A score test rests on first-order pql", "--data", "a.csv", "--formula", "y ~ x + (1 | g)", "--family",
        "poisson", "--method", "laplace")]
    public void AWrongRequestIsOneMessage(string message, params string[] arguments) => Refuses(message, arguments);

    private static void Refuses(string message, params string[] arguments)
    {
        CommandResult result = GlmmCommand.Run(["test", .. arguments]);
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(2));
            Assert.That(result.Error, Does.StartWith("glmm: ").And.Contain(message));
            Assert.That(result.Output, Is.Empty);
        });
    }

    private static void Save(string path, string formula, string method)
    {
        CommandResult result = GlmmCommand.Run(
            "fit", "--data", s_data, "--formula", formula, "--family", "poisson", "--method", method, "--save", path);
        Assert.That(result.ExitCode, Is.Zero, result.Error);
    }

    private static ModelFrame Frame(string formula) =>
        ModelFrame.Create(CsvTable.Read(s_data), formula, Family.Poisson);

    private static JsonElement Json(params string[] arguments)
    {
        CommandResult result = GlmmCommand.Run([.. arguments, "--json", "-"]);
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        return JsonDocument.Parse(result.Output).RootElement;
    }
}

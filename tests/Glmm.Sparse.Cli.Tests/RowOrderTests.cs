using System.Text.RegularExpressions;
using NUnit.Framework;

namespace Glmm.Sparse.Cli.Tests;

/// <summary>The order of the rows in the file changes nothing that the command writes.</summary>
public partial class RowOrderTests
{
    [TestCase("epil.csv", "y ~ lbase*trt + lage + V4 + (1 | subject)", "poisson", "pql")]
    [TestCase("toenail.csv", "outcome ~ treatment*time + (1 + time | patientID)", "binomial", "laplace")]
    [TestCase("dietox.csv", "Feed ~ scale(Time) + (Time | Pig)", "gaussian", "pql")]
    public void EveryBitStaysTheSame(string file, string formula, string family, string method)
    {
        using var folder = new TemporaryFolder();
        string[] lines = File.ReadAllLines(Path.Combine(Repository.Root, "data", file));
        int[] order = [.. Enumerable.Range(1, lines.Length - 1)];
        (string json, string effects, string[] fitted) = Fit(folder, lines, formula, family, method);
        new Random(20).Shuffle(order);
        (string shuffledJson, string shuffledEffects, string[] shuffledFitted) =
            Fit(folder, [lines[0], .. order.Select(line => lines[line])], formula, family, method);

        Dictionary<string, string> values = Values(fitted), shuffledValues = Values(shuffledFitted);
        Assert.Multiple(() =>
        {
            Assert.That(shuffledJson, Is.EqualTo(json));
            Assert.That(shuffledEffects, Is.EqualTo(effects));
            Assert.That(Rows(shuffledFitted), Is.Ordered);
            Assert.That(shuffledValues, Has.Count.EqualTo(values.Count));
            for (int row = 0; row < order.Length; row++)
            {
                string was = Key(order[row]), now = Key(row + 1);
                Assert.That(shuffledValues.GetValueOrDefault(now), Is.EqualTo(values.GetValueOrDefault(was)), now);
            }
        });

        static string Key(int row) => FormattableString.Invariant($"{row}");
    }

    private static (string Json, string Effects, string[] Fitted) Fit(
        TemporaryFolder folder, string[] lines, string formula, string family, string method)
    {
        string data = folder.Write("data.csv", string.Join('\n', lines) + "\n");
        CommandResult result = GlmmCommand.Run(
            "fit", "--data", data, "--formula", formula, "--family", family, "--method", method, "--json", "-",
            "--random-effects", folder["effects.csv"], "--fitted", folder["fitted.csv"]);
        Assert.That(result.ExitCode, Is.EqualTo(0).Or.EqualTo(3), result.Error);
        return (
            Timings().Replace(result.Output, ""), File.ReadAllText(folder["effects.csv"]),
            [.. File.ReadAllLines(folder["fitted.csv"]).Skip(1)]);
    }

    /// <summary>What stands behind each row's number.</summary>
    private static Dictionary<string, string> Values(string[] fitted) =>
        fitted.ToDictionary(static line => line.Split(',')[0], static line => line[line.IndexOf(',', StringComparison.Ordinal)..]);

    private static IEnumerable<int> Rows(string[] fitted) =>
        fitted.Select(static line => int.Parse(line.Split(',')[0], System.Globalization.CultureInfo.InvariantCulture));

    [GeneratedRegex("\"[a-z]+_seconds\": [^,]*,")]
    private static partial Regex Timings();
}

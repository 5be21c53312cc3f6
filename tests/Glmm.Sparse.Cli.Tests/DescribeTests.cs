using System.Diagnostics;
using System.Text.Json;
using NUnit.Framework;

namespace Glmm.Sparse.Cli.Tests;

public class DescribeTests
{
    [TestCase("epil.csv", "y", "subject", "poisson")]
    [TestCase("bacteria.csv", "y", "ID", "binomial")]
    [TestCase("sleepstudy.csv", "Reaction", "Subject", "gaussian")]
    [TestCase("toenail.csv", "outcome", "patientID", "binomial")]
    [TestCase("dietox.csv", "Weight", "Pig", "gaussian")]
    [TestCase("grouseticks.csv", "TICKS", "BROOD", "poisson")]
    [TestCase("Owls.csv", "SiblingNegotiation", "Nest", "poisson")]
    [TestCase("Orthodont.csv", "distance", "Subject", "gaussian")]
    [TestCase("ohio.csv", "resp", "id", "binomial")]
    public void TheFirstCandidateAndTheFamilyAreThoseOfTheTextbook(
        string file, string response, string group, string family)
    {
        JsonElement data = Json("--data", Repository.Data(file), "--response", response);
        Assert.Multiple(() =>
        {
            Assert.That(data.GetProperty("schema").GetString(), Is.EqualTo("glmm.describe/1"));
            Assert.That(data.GetProperty("clusters")[0].GetProperty("name").GetString(), Is.EqualTo(group));
            Assert.That(data.GetProperty("response").GetProperty("family").GetString(), Is.EqualTo(family));
        });
    }

    [Test]
    public void TheSuggestedCommandRuns()
    {
        foreach (string file in (string[])["epil.csv --response y", "bacteria.csv --response y"])
        {
            string[] words = file.Split(' ');
            string command = Json(["--data", Repository.Data(words[0]), .. words[1..]])
                .GetProperty("suggestion").GetString()!;
            string[] quoted = command.Split('"');
            string[] arguments = [.. quoted[0].Split(' ')[1..^1], quoted[1], .. quoted[2].Trim().Split(' ')];
            Assert.That(GlmmCommand.Run(arguments).ExitCode, Is.Zero, command);
        }
    }

    [Test]
    [Platform("Linux,MacOsX")]
    public void AShellTakesTheSuggestedCommandLiterally()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("it's.csv", "y,clinic,the person,Blood Type\n"
            + string.Concat(Enumerable.Range(0, 40).Select(i => $"{i % 3},c{i / 20},p{i / 4},{"AB"[i % 2]}\n")));
        string command = Json("--data", path, "--response", "y", "--group", "the person")
            .GetProperty("suggestion").GetString()!;
        using var shell = Process.Start(
            new ProcessStartInfo("sh", ["-c", "printf '%s\\n' " + command]) { RedirectStandardOutput = true })!;
        string[] words = shell.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(words[..6], Is.EqualTo((string[])
        [
            "glmm", "fit", "--data", path, "--formula", "y ~ clinic + `Blood Type` + (1 | `the person`)",
        ]));
        Assert.That(GlmmCommand.Run(words[1..]).ExitCode, Is.Zero);
    }

    [Test]
    public void WhatHoldsOtherClustersWholeIsNotRepeatedInThem()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("nested.csv", "clinic,person\n"
            + string.Concat(Enumerable.Range(0, 200).Select(i => $"c{i / 40},p{i / 5}\n")));
        CommandResult outer = GlmmCommand.Run("describe", "--data", path, "--group", "clinic");
        CommandResult inner = GlmmCommand.Run("describe", "--data", path, "--group", "person");
        Assert.That(outer.Output, Does.Not.Contain("comes with several"));
        Assert.That(inner.Output, Does.Contain("Nested in 'clinic'"));
    }

    [Test]
    public void ClustersAreCounted()
    {
        JsonElement clusters = Json("--data", Repository.Data("cbpp.csv"), "--group", "herd")
            .GetProperty("clusters")[0];
        // R: table(table(cbpp$herd))
        Assert.Multiple(() =>
        {
            Assert.That(clusters.GetProperty("count").GetInt32(), Is.EqualTo(15));
            Assert.That(clusters.GetProperty("smallest").GetInt32(), Is.EqualTo(1));
            Assert.That(clusters.GetProperty("largest").GetInt32(), Is.EqualTo(4));
            Assert.That(clusters.GetProperty("median").GetDouble(), Is.EqualTo(4));
            Assert.That(clusters.GetProperty("singletons").GetInt32(), Is.EqualTo(1));
        });
    }

    [Test]
    public void ColumnsAreDescribed()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("d.csv", """
            y,ok,when,site,cask,w
            1.5,TRUE,2020-01-02,a,x,0.1
            2.5,FALSE,2020-01-01,a,y,0.2
            NA,TRUE,2020-01-05,b,x,0.9
            9,TRUE,2020-01-04,b,y,
            4,TRUE,2020-01-04,c,x,0.5

            """);
        CommandResult result = GlmmCommand.Run("describe", "--data", file, "--group", "cask", "--response", "w");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.Zero, result.Error);
            Assert.That(result.Output, Does.Contain("d.csv: 5 rows, 6 columns"));
            Assert.That(result.Output, Does.Match(@"\ny +numeric +1 +4 +1.5 to 9, mean 4.25\n"));
            Assert.That(result.Output, Does.Match(@"\nok +boolean +0 +2 +TRUE \(4\), FALSE \(1\)\n"));
            Assert.That(result.Output, Does.Match(@"\nsite +text +0 +3 +a \(2\), b \(2\), c \(1\)\n"));
            Assert.That(result.Output, Does.Contain("Response 'w': beta (logit), for every value lies between 0 and 1"));
        });
    }

    [Test]
    public void LabelsThatStartAnewInEachOuterClusterAreHintedAt()
    {
        using var folder = new TemporaryFolder();
        IEnumerable<string> rows =
            from batch in Enumerable.Range(0, 10)
            from cask in "abcde"
            from assay in Enumerable.Range(0, 2)
            select $"B{batch},{cask},{batch + (0.1 * assay)}";
        string file = folder.Write("p.csv", $"batch,cask,y\n{string.Join('\n', rows)}\n");
        JsonElement data = Json("--data", file, "--group", "cask");
        Assert.That(data.GetProperty("clusters")[0].GetProperty("repeated_in")[0].GetString(), Is.EqualTo("batch"));
        Assert.That(
            GlmmCommand.Run("describe", "--data", file, "--group", "cask").Output, Does.Contain("(1 | batch:cask)"));
    }

    [Test]
    public void AFormulaSaysWhatResponseAndGroupAre()
    {
        JsonElement data = Json(
            "--data", Repository.Data("Machines.csv"), "--formula", "score ~ Machine + (1 | Worker)");
        Assert.Multiple(() =>
        {
            Assert.That(data.GetProperty("response").GetProperty("name").GetString(), Is.EqualTo("score"));
            Assert.That(data.GetProperty("clusters")[0].GetProperty("name").GetString(), Is.EqualTo("Worker"));
            Assert.That(
                data.GetProperty("suggestion").GetString(), Does.Contain("\"score ~ Machine + (1 | Worker)\""));
        });
    }

    [TestCase("There is no column 'Weigth', which --response names (did you mean 'Weight'?)", "--response", "Weigth")]
    [TestCase("There is no column 'pig', which --group names (did you mean 'Pig'?); the columns are Pig, Evit",
        "--group", "pig")]
    [TestCase("--formula says what response and group are", "--formula", "Weight ~ 1 + (1 | Pig)", "--group", "Pig")]
    public void AWrongRequestIsOneMessage(string message, params string[] arguments)
    {
        CommandResult result = GlmmCommand.Run(["describe", "--data", Repository.Data("dietox.csv"), .. arguments]);
        Assert.That(result.ExitCode, Is.EqualTo(2));
        Assert.That(result.Error, Does.StartWith("glmm: ").And.Contain(message));
    }

    private static JsonElement Json(params string[] arguments)
    {
        CommandResult result = GlmmCommand.Run(["describe", .. arguments, "--json", "-"]);
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        return JsonDocument.Parse(result.Output).RootElement;
    }
}

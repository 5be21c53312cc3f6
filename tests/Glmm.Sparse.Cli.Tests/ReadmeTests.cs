using System.Text.RegularExpressions;
using NUnit.Framework;

namespace Glmm.Sparse.Cli.Tests;

/// <summary>What the README shows works as it stands there.</summary>
[NonParallelizable]
public partial class ReadmeTests
{
    private static readonly string s_readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));

    private string _folder = "";

    [SetUp]
    public void GoToTheRoot()
    {
        _folder = Environment.CurrentDirectory;
        Environment.CurrentDirectory = Repository.Root;
    }

    [TearDown]
    public void GoBack() => Environment.CurrentDirectory = _folder;

    [Test]
    public void TheFirstCommandFitsAModel()
    {
        string command = Fence().Match(s_readme).Groups["text"].Value;
        string[] arguments = [.. Argument().Matches(command[(command.IndexOf(" -- ", StringComparison.Ordinal) + 4)..])
            .Select(static match => match.Value.Trim('"'))];
        CommandResult result = GlmmCommand.Run(arguments);
        Assert.Multiple(() =>
        {
            Assert.That(command, Does.StartWith("dotnet run -c Release --project src/Glmm.Sparse.Cli -- fit "));
            Assert.That(result.ExitCode, Is.Zero, result.Error);
            Assert.That(result.Output, Does.Contain("Verdict: converged"));
        });
    }

    [Test]
    public void TheCSharpExampleIsTheOneThatIsCompiled()
    {
        string source = File.ReadAllText(Path.Combine(
            Repository.Root, "tests", "Glmm.Sparse.Cli.Tests", "ReadmeExample.cs"));
        string example =
            Regex.Match(s_readme, "```csharp\n(?<text>.*?)```", RegexOptions.Singleline).Groups["text"].Value;
        string[] lines =
            [.. example.Split('\n').Select(static line => line.Trim()).Where(static line => line.Length > 0)];
        string[] compiled = [.. source.Split('\n').Select(static line => line.Trim())];
        Assert.That(lines, Is.Not.Empty.And.All.Matches<string>(line => compiled.Contains(line)));
    }

    [Test]
    public void TheCSharpExampleRuns()
    {
        TextWriter standardOutput = Console.Out;
        using var output = new StringWriter();
        Console.SetOut(output);
        try
        {
            ReadmeExample.Run();
        }
        finally
        {
            Console.SetOut(standardOutput);
        }

        Assert.That(output.ToString(), Does.Contain("Converged after").And.Contain("lbase:trtprogabide"));
    }

    [GeneratedRegex("```\n(?<text>.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex("\"[^\"]*\"|\\S+")]
    private static partial Regex Argument();
}

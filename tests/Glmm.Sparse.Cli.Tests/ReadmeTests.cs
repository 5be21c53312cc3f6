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
    public void TheCSharpExamplesAreTheOnesThatAreCompiled()
    {
        string source = File.ReadAllText(Path.Combine(
            Repository.Root, "tests", "Glmm.Sparse.Cli.Tests", "ReadmeExample.cs"));
        string compiled = Words(source);
        MatchCollection examples = CSharp().Matches(s_readme);
        Assert.That(examples, Has.Count.EqualTo(4));
        foreach (Match example in examples)
        {
            // The first brings its usings, which stand at the top of the source.
            string text = Words(example.Groups["text"].Value);
            int code = text.LastIndexOf("using Glmm", StringComparison.Ordinal);
            if (code >= 0) code = text.IndexOf(';', code) + 1;
            Assert.That(compiled, Does.Contain(text[Math.Max(code, 0)..].Trim()));
            Assert.That(compiled, Does.Contain(text[..Math.Max(code, 0)].Trim()));
        }

        static string Words(string text) => Blank().Replace(text, " ");
    }

    [Test]
    public void TheCSharpExamplesRun()
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

        Assert.That(output.ToString(), Does.Contain("PQL (REML): poisson (log)").And.Contain("lbase:trtprogabide")
            .And.Contain("This fit converged, and").And.Contain("type II").And.Contain("True"));
    }

    [GeneratedRegex("```csharp\n(?<text>.*?)```", RegexOptions.Singleline)]
    private static partial Regex CSharp();

    [GeneratedRegex("\\s+")]
    private static partial Regex Blank();

    [GeneratedRegex("```\n(?<text>.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex("\"[^\"]*\"|\\S+")]
    private static partial Regex Argument();
}

using System.Diagnostics;
using NUnit.Framework;

namespace Glmm.Sparse.Cli.Tests;

public class CompletionTests
{
    [TestCase("glmm f", "fit")]
    [TestCase("glmm fit --meth", "--method")]
    [TestCase("glmm fit --family neg", "negative-binomial negative-binomial-1")]
    [TestCase("glmm fit --data x.csv --method ", "aghq laplace mql pql")]
    [TestCase("glmm predict --type l", "link")]
    [TestCase("glmm fit --formula ", "")]
    [TestCase("glmm completion b", "bash")]
    [TestCase("glmm help desc", "describe")]
    [TestCase("glmm test --a", "--against --add")]
    public void BashCompletes(string line, string expected)
    {
        using var folder = new TemporaryFolder();
        Assert.That(Complete(folder, line), Is.EqualTo(expected));
    }

    [Test]
    public void BashCompletesFilesWhereAnOptionTakesOne()
    {
        using var folder = new TemporaryFolder();
        folder.Write("ticks.csv", "");
        folder.Write("ticks.model", "");
        Assert.Multiple(() =>
        {
            Assert.That(Complete(folder, "glmm fit --data ti"), Is.EqualTo("ticks.csv ticks.model"));
            Assert.That(Complete(folder, "glmm predict --model ticks.m"), Is.EqualTo("ticks.model"));
            Assert.That(Complete(folder, "glmm fit --weights ti"), Is.Empty);
        });
    }

    [TestCase("bash")]
    [TestCase("zsh")]
    [TestCase("fish")]
    [TestCase("pwsh")]
    public void EveryShellLearnsEveryOptionOfEveryCommand(string shell)
    {
        CommandResult result = GlmmCommand.Run("completion", shell);
        string dashes = shell == "fish" ? "-l " : "--";
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.Zero);
            foreach (string name in new[] { "formula", "population", "clusters", "replicates", "against", "response" })
                Assert.That(result.Output, Does.Contain(dashes + name));
            foreach (string name in new[] { "fit", "predict", "simulate", "power", "test", "bootstrap", "describe" })
                Assert.That(result.Output, Does.Match($@"\b{name}\b"));
        });
    }

    [TestCase("zsh", "zsh", "-n")]
    [TestCase("fish", "fish", "--no-execute")]
    public void AShellThatIsThereReadsItsScript(string shell, string program, string check)
    {
        using var folder = new TemporaryFolder();
        string script = folder.Write("script", GlmmCommand.Run("completion", shell).Output);
        bool isThere = Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator)
            .Any(path => File.Exists(Path.Combine(path, program)));
        if (isThere)
            Assert.That(Start(program, check, script), Is.Empty);
        else
            Assert.That(script, Does.Exist);
    }

    private static string Complete(TemporaryFolder folder, string line)
    {
        string script = folder.Write("completion.bash", GlmmCommand.Run("completion", "bash").Output);
        string[] words = line.Split(' ');
        string array = string.Join(' ', words.Select(static word => $"'{word}'"));
        string ask = $"source '{script}'; compopt() {{ :; }}; cd '{Path.GetDirectoryName(script)}'; "
            + $"COMP_WORDS=({array}); COMP_CWORD={words.Length - 1}; _glmm; echo \"${{COMPREPLY[*]}}\"";
        return Start("bash", "--norc", "-c", ask).TrimEnd('\n');
    }

    private static string Start(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output + error.Result;
    }
}

using Glmm.Sparse.Families;
using NUnit.Framework;

namespace Glmm.Sparse.Cli.Tests;

public class UsageTests
{
    private static readonly string[] s_fit =
        ["fit", "--data", "nowhere.csv", "--formula", "y ~ x + (1 | id)", "--family", "poisson"];

    private static readonly string[] s_simulate =
    [
        "simulate", "--family", "poisson", "--clusters", "3", "--cluster-size", "4", "--fixed", "1,-2", "--sd", "1",
        "--seed", "1", "--out", "nowhere/s.csv",
    ];

    private static readonly string[] s_families =
    [
        "gaussian", "binomial", "poisson", "gamma", "inverse-gaussian", "negative-binomial", "negative-binomial-1",
        "beta", "quasi", "quasibinomial", "quasipoisson",
    ];

    [Test]
    public void WithoutArgumentsItPrintsTheHelp()
    {
        CommandResult result = GlmmCommand.Run();
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.Zero);
            Assert.That(result.Output, Does.Contain("fit").And.Contain("simulate").And.Contain("Examples:"));
            Assert.That(result.Error, Is.Empty);
        });
    }

    [TestCase("--help")]
    [TestCase("fit", "--help")]
    [TestCase("simulate", "--help")]
    [TestCase("predict", "--help")]
    [TestCase("power", "--help")]
    [TestCase("test", "--help")]
    [TestCase("bootstrap", "--help")]
    [TestCase("describe", "--help")]
    [TestCase("completion", "--help")]
    [TestCase("help", "--help")]
    [TestCase("help")]
    [TestCase("help", "fit")]
    public void HelpHasExamplesAndExitCodes(params string[] args)
    {
        CommandResult result = GlmmCommand.Run(args);
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.Zero);
            Assert.That(result.Output, Does.Contain("Examples:").And.Contain("Exit codes:"));
        });
    }

    [TestCase("fit")]
    [TestCase("simulate")]
    public void HelpStatesTheLinkOfEachFamilyAsItIs(string command)
    {
        string help = GlmmCommand.Run(command, "--help").Output;
        foreach (string family in s_families)
        {
            string link = Family.Parse(family).DefaultLink.Name;
            Assert.That(help, Does.Match($@"\b{link} \(([\w-]+, )*{family}[,)]"));
        }
    }

    [Test]
    public void HelpOfFitExplainsTheNumbersOfTheOutput() => Assert.That(
        GlmmCommand.Run("fit", "--help").Output,
        Does.Contain("  deviance ").And.Contain("  log quasi-likelihood ").And.Contain("gradient_norm"));

    [Test]
    public void HelpOfFitNamesEveryOptionOfTheContract()
    {
        string help = GlmmCommand.Run("fit", "--help").Output;
        string[] options =
        [
            "--data", "--formula", "--family", "--link", "--method", "--criterion", "--dispersion", "--weights",
            "--offset", "--reference", "--levels", "--covariance", "--theta", "--nodes", "--curvature", "--threads",
            "--max-iterations", "--tolerance", "--json", "--random-effects", "--fitted", "--save",
            "--quiet",
        ];
        Assert.That(options, Has.All.Matches<string>(option => help.Contains($"{option} ", StringComparison.Ordinal)));
    }

    [TestCase("pql (")]
    [TestCase("mql (")]
    [TestCase("laplace (")]
    [TestCase("aghq (")]
    [TestCase("--method aghq --nodes 25")]
    [TestCase("--method laplace --theta estimated")]
    public void HelpOfFitNamesTheMethods(string words) =>
        Assert.That(WithoutBreaks(GlmmCommand.Run("fit", "--help").Output), Does.Contain(words));

    [Test]
    public void VersionIsThatOfTheProgram()
    {
        CommandResult result = GlmmCommand.Run("--version");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.Zero);
            Assert.That(result.Output, Does.Match(@"^\d+\.\d+\.\d+\S*\r?\n$"));
        });
    }

    [TestCase("There is no option '--famly' (did you mean '--family'?)", "--famly", "poisson")]
    [TestCase("There is no option '--colour'", "--colour=red")]
    [TestCase("Option '--weights' needs a value", "--weights")]
    [TestCase("Option '--data' is given more than once", "--data", "b.csv")]
    [TestCase("Option '--data' needs a value each time", "--data")]
    [TestCase("Option '--reference' needs a value each time", "--reference", "trt=a", "--reference")]
    [TestCase("'stray' belongs to no option", "stray")]
    [TestCase("--save does not compress", "--save", "model.gz")]
    [TestCase("--nodes belongs to method aghq; use --method aghq or leave it out", "--nodes", "9")]
    [TestCase("--nodes belongs to method aghq", "--method", "laplace", "--nodes", "9")]
    [TestCase("--nodes must be a whole number from 1 to 100, not '0'", "--method", "aghq", "--nodes", "0")]
    [TestCase("--nodes must be a whole number from 1 to 100, not '2.5'", "--method", "aghq", "--nodes", "2.5")]
    [TestCase("--curvature belongs to methods laplace and aghq", "--curvature", "observed")]
    [TestCase("--curvature cannot be 'fisher'; use expected or observed", "--method", "laplace", "--curvature",
        "fisher")]
    [TestCase("--criterion reml belongs to methods pql and mql", "--method", "laplace", "--criterion", "reml")]
    [TestCase("--criterion reml belongs to methods pql and mql", "--method", "aghq", "--criterion", "reml")]
    [TestCase("--dispersion must be 1 for family poisson with method laplace", "--method", "laplace", "--dispersion",
        "estimated")]
    [TestCase("--dispersion must be 1 for family poisson with method aghq", "--method", "aghq", "--dispersion", "2")]
    [TestCase("Family poisson has no theta; leave --theta out", "--theta", "estimated")]
    [TestCase("--theta must be a finite number above 0 or estimated, not 'big'", "--theta", "big")]
    [TestCase("--theta must be a finite number above 0 or estimated, not '-1'", "--theta", "-1")]
    [TestCase("--method cannot be 'pgl' (did you mean 'pql'?); use pql or mql or laplace or aghq", "--method", "pgl")]
    [TestCase("--criterion cannot be 'aic'; use reml or ml", "--criterion", "aic")]
    [TestCase("--dispersion cannot be 'free'; use fixed, estimated or a number above 0", "--dispersion", "free")]
    [TestCase("The dispersion must be a finite number above 0, not 0", "--dispersion", "0")]
    [TestCase("--dispersion must be a finite number, not 'NaN'", "--dispersion", "NaN")]
    [TestCase("--covariance cannot be 'ar1'; use unstructured or diagonal", "--covariance", "ar1")]
    [TestCase("--threads must be a whole number from 1 to 1024, not '0'", "--threads", "0")]
    [TestCase("--threads must be a whole number from 1 to 1024, not 'two'", "--threads", "two")]
    [TestCase("--max-iterations must be a whole number of 1 or more, not '-3'", "--max-iterations", "-3")]
    [TestCase("--tolerance must lie between 0 and 1, not '0'", "--tolerance", "0")]
    [TestCase("--tolerance must be a finite number, not 'small'", "--tolerance", "small")]
    [TestCase("--reference must name a factor and what follows it", "--reference", "trt")]
    [TestCase("--reference is given twice for factor 'trt'", "--reference", "trt=a", "--reference", "trt=b")]
    [TestCase("--levels must name a factor and what follows it", "--levels", "=a,b")]
    [TestCase("--levels has an empty level for factor 'trt'", "--levels", "trt=a,,b")]
    [TestCase("--levels lists the level 'a' of factor 'trt' twice", "--levels", "trt=a,b,a")]
    [TestCase("--levels has an unmatched quote among the levels of 'trt'", "--levels", "trt=\"a,b")]
    [TestCase("--order belongs to methods pql and mql", "--method", "laplace", "--order", "2")]
    [TestCase("--order must", "--order", "3")]
    [TestCase("--random-effects cannot be had with method mql", "--method", "mql", "--random-effects", "r.csv")]
    public void AWrongFitRequestIsOneMessageThatNamesTheOption(string message, params string[] extra) =>
        AssertRefused([.. s_fit, .. extra], message);

    [TestCase("Family negative-binomial needs its size theta with method pql, which cannot estimate it; give --theta",
        "negative-binomial")]
    [TestCase("Family negative-binomial needs its size theta with method mql", "negative-binomial", "--method", "mql",
        "--theta", "estimated")]
    [TestCase("Family negative-binomial-1 cannot be fitted by method pql", "negative-binomial-1")]
    [TestCase("use --method laplace or aghq", "negative-binomial-1", "--theta", "2")]
    [TestCase("Family beta cannot be fitted by method mql, which knows a mean and a variance but no precision", "beta",
        "--method", "mql")]
    [TestCase("Family quasipoisson has no likelihood for method laplace", "quasipoisson", "--method", "laplace")]
    [TestCase("Family quasibinomial has no likelihood for method aghq", "quasibinomial", "--method", "aghq")]
    [TestCase("--curvature expected cannot be had for family negative-binomial-1", "negative-binomial-1", "--method",
        "aghq", "--curvature", "expected", "--theta", "2")]
    [TestCase("--dispersion must be 1 for family beta", "beta", "--method", "laplace", "--dispersion", "0.5")]
    public void AFamilyThatDoesNotGoWithTheMethodIsRefused(string message, string family, params string[] extra) =>
        AssertRefused([.. s_fit[..^1], family, .. extra], message);

    [TestCase("Option '--seed' is given more than once", "--seed", "2")]
    [TestCase("There is no option '--seeed' (did you mean '--seed'?)", "--seeed", "2")]
    [TestCase("--dispersion must be a finite number, not 'x'", "--dispersion", "x")]
    [TestCase("The correlation must lie between -1 and 1", "--correlation", "2")]
    [TestCase("theta belongs to family negative-binomial", "--theta", "2")]
    [TestCase("The link 'logit' cannot be simulated for family poisson", "--link", "logit")]
    [TestCase("--out cannot write 'nowhere/s.csv': its folder does not exist")]
    public void AWrongSimulateRequestIsOneMessageThatNamesTheOption(string message, params string[] extra) =>
        AssertRefused([.. s_simulate, .. extra], message);

    [TestCase("There is no command 'fti' (did you mean 'fit'?)", "fti")]
    [TestCase("There is no command 'fti' (did you mean 'fit'?)", "fti", "--help")]
    [TestCase("There is no command 'fti' (did you mean 'fit'?)", "help", "fti")]
    [TestCase("The shell cannot be 'bahs' (did you mean 'bash'?); use bash, zsh", "completion", "bahs")]
    [TestCase("Option '--model' is required", "predict", "--data", "d.csv")]
    [TestCase("Option '--data' is required", "fit", "--formula", "y ~ 1 + (1 | g)", "--family", "poisson")]
    [TestCase("Option '--seed' is required", "simulate", "--family", "poisson", "--clusters", "3", "--cluster-size",
        "4", "--fixed", "1", "--sd", "1", "--out", "s.csv")]
    [TestCase("--seed must be a whole number of 0 or more, not '-1'", "simulate", "--family", "poisson", "--clusters",
        "3", "--cluster-size", "4", "--fixed", "1", "--sd", "1", "--out", "s.csv", "--seed", "-1")]
    [TestCase("--fixed must be a finite number, not 'one'", "simulate", "--family", "poisson", "--clusters", "3",
        "--cluster-size", "4", "--fixed", "1,one", "--sd", "1", "--out", "s.csv", "--seed", "1")]
    public void AWrongCommandIsOneMessage(string message, params string[] args) => AssertRefused(args, message);

    private static string WithoutBreaks(string text) =>
        string.Join(' ', text.Split([' ', '\n', '\\'], StringSplitOptions.RemoveEmptyEntries));

    private static void AssertRefused(string[] args, string message)
    {
        CommandResult result = GlmmCommand.Run(args);
        Assert.Multiple(() =>
        {
            Assert.That(result.Error, Does.StartWith("glmm: ").And.Contain(message));
            Assert.That(result.Error.TrimEnd().Split('\n'), Has.Length.EqualTo(1));
            Assert.That(result.ExitCode, Is.EqualTo(2));
            Assert.That(result.Output, Is.Empty);
            Assert.That(result.ShowsStackTrace, Is.False);
        });
    }
}

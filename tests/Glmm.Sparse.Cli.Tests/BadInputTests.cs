using NUnit.Framework;

namespace Glmm.Sparse.Cli.Tests;

/// <summary>Wrong data and wrong models: one message that names the culprit, exit code 2, nothing written.</summary>
public class BadInputTests
{
    private const string Good = "y,x,f,g\n1,0.5,a,p\n0,1.5,b,p\n2,0.1,a,q\n3,0.7,b,q\n1,0.2,a,r\n4,2.5,b,r\n";

    // Name of the case, the data, the arguments after --data, and what the message must name.
    private static readonly (string Name, string Data, string[] Arguments, string[] Named)[] s_cases =
    [
        ("AnUnknownColumn", Good, Model("y ~ nosuch + (1 | g)", "poisson"), ["nosuch", "y, x, f, g"]),
        ("AnUnknownResponse", Good, Model("nosuch ~ x + (1 | g)", "poisson"), ["nosuch"]),
        ("AnUnknownGroup", Good, Model("y ~ x + (1 | nosuch)", "poisson"), ["nosuch"]),
        ("AnUnknownWeightColumn", Good, Model("y ~ x + (1 | g)", "poisson", "--weights", "nosuch"), ["nosuch"]),
        ("AnUnknownOffsetColumn", Good, Model("y ~ x + (1 | g)", "poisson", "--offset", "nosuch"), ["nosuch"]),
        ("AnUnknownReferenceLevel", Good, Model("y ~ f + (1 | g)", "poisson", "--reference", "f=zz"), ["zz", "f"]),
        ("AReferenceOfAnUnknownColumn", Good, Model("y ~ f + (1 | g)", "poisson", "--reference", "h=a"), ["h"]),
        ("AValueThatIsNoListedLevel", Good, Model("y ~ f + (1 | g)", "poisson", "--levels", "f=a,c"), ["'b'", "f"]),
        ("AnUnknownFamily", Good, Model("y ~ x + (1 | g)", "posson"), ["posson"]),
        ("AnUnknownLink", Good, Model("y ~ x + (1 | g)", "poisson", "--link", "lgo"), ["lgo"]),
        ("ANegativeBinomialWithoutTheta", Good, Model("y ~ x + (1 | g)", "negative-binomial"), ["theta"]),
        ("AThetaOfAnotherFamily", Good, Model("y ~ x + (1 | g)", "poisson", "--theta", "2"), ["theta"]),
        ("AThetaOfZero", Good, Model("y ~ x + (1 | g)", "negative-binomial", "--theta", "0"), ["theta"]),
        ("AFormulaWithAnOpenParenthesis", Good, Model("y ~ x + (1 | g", "poisson"), ["y ~ x + (1 | g", "^"]),
        ("AFormulaWithAStrayOperator", Good, Model("y ~ x + + * (1 | g)", "poisson"), ["^"]),
        ("AFormulaWithoutARandomEffect", Good, Model("y ~ x", "poisson"), ["random"]),
        ("AnEmptyFormula", Good, Model("", "poisson"), ["formula"]),
        ("TextInTheResponse", With("3,0.7,b,q", "many,0.7,b,q"), Model("y ~ x + (1 | g)", "poisson"), ["y", "4", "many"]),
        ("TextInTheWeights", Good, Model("y ~ x + (1 | g)", "poisson", "--weights", "f"), ["f", "1"]),
        ("TextInTheOffset", Good, Model("y ~ x + (1 | g)", "poisson", "--offset", "f"), ["f", "1"]),
        ("ANegativeCount", With("2,0.1", "-2,0.1"), Model("y ~ x + (1 | g)", "poisson"), ["row 3", "y"]),
        ("AGammaResponseOfZero", Good, Model("y ~ x + (1 | g)", "gamma"), ["row 2", "y"]),
        ("AnInverseGaussianResponseOfZero", Good, Model("y ~ x + (1 | g)", "inverse-gaussian"), ["row 2", "y"]),
        ("ABinomialResponseAboveOne", Good, Model("y ~ x + (1 | g)", "binomial"), ["row 3", "y"]),
        ("AProportionWithoutTrials", "y,g\n0.5,a\n0.25,a\n1,b\n0,b\n", Model("y ~ 1 + (1 | g)", "binomial"), ["row 1", "weights"]),
        ("MoreSuccessesThanTrials", "s,n,g\n2,4,a\n5,4,a\n1,3,b\n", Model("cbind(s, n - s) ~ 1 + (1 | g)", "binomial"), ["row 2"]),
        ("ANegativeWeight", "y,w,g\n1,1,a\n2,-1,a\n3,1,b\n4,1,b\n", Model("y ~ 1 + (1 | g)", "poisson", "--weights", "w"), ["row 2", "w"]),
        ("AnInfiniteCovariate", With("2,0.1", "2,Inf"), Model("y ~ x + (1 | g)", "poisson"), ["row 3", "x"]),
        ("AnInfiniteResponse", With("2,0.1", "Inf,0.1"), Model("y ~ x + (1 | g)", "gaussian"), ["row 3", "y"]),
        ("ALogarithmOfZero", Good, Model("y ~ log(y) + (1 | g)", "poisson"), ["row 2"]),
        ("NoRowsLeft", "y,x,g\n1,NA,a\nNA,2,b\n", Model("y ~ x + (1 | g)", "poisson"), ["missing"]),
        ("OneCluster", "y,x,g\n1,1,a\n2,2,a\n4,3,a\n", Model("y ~ x + (1 | g)", "poisson"), ["g", "1 level"]),
        ("GaussianWithOneRowInEveryCluster", "y,g\n1,a\n2,b\n4,c\n3,d\n", Model("y ~ 1 + (1 | g)", "gaussian"), ["g"]),
        ("GaussianWithNoMoreRowsThanEffects", "y,t,g\n1,0,a\n2,1,a\n4,0,b\n3,1,b\n5,0,c\n9,1,c\n",
            Model("y ~ t + (1 + t | g)", "gaussian"), ["g"]),
        ("OnlyZeroCounts", "y,g\n0,a\n0,a\n0,b\n0,b\n", Model("y ~ 1 + (1 | g)", "poisson"), ["y", "0"]),
        ("OnlySuccesses", "y,g\n1,a\n1,a\n1,b\n1,b\n", Model("y ~ 1 + (1 | g)", "binomial"), ["y", "1"]),
        ("AConstantResponse", "y,g\n3,a\n3,a\n3,b\n3,b\n", Model("y ~ 1 + (1 | g)", "gaussian"), ["y"]),
        ("AnEmptyFile", "", Model("y ~ x + (1 | g)", "poisson"), ["data.csv", "empty"]),
        ("AHeaderOnly", "y,x,g\n", Model("y ~ x + (1 | g)", "poisson"), ["data.csv", "no rows"]),
        ("TwoColumnsOfOneName", "y,x,x,g\n1,2,3,a\n2,3,4,b\n", Model("y ~ x + (1 | g)", "poisson"), ["'x'"]),
        ("ARaggedRow", "y,x,g\n1,2,a\n2,3\n1,2,b\n", Model("y ~ x + (1 | g)", "poisson"), ["3"]),
    ];

    private static IEnumerable<TestCaseData> Cases() =>
        s_cases.Select(static (c, i) => new TestCaseData(i).SetName($"{{m}}({c.Name})"));

    [TestCaseSource(nameof(Cases))]
    public void IsRefused(int index)
    {
        (_, string data, string[] arguments, string[] named) = s_cases[index];
        using var folder = new TemporaryFolder();
        folder.Write("data.csv", data);
        CommandResult result = GlmmCommand.Run(
        [
            "fit", "--data", folder["data.csv"], .. arguments, "--json", folder["fit.json"], "--random-effects",
            folder["b.csv"], "--fitted", folder["f.csv"],
        ]);
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(2), result.Error);
            Assert.That(result.Output, Is.Empty);
            Assert.That(result.Error, Does.StartWith("glmm: "));
            Assert.That(result.ShowsStackTrace, Is.False);
            Assert.That(folder.Files, Is.EqualTo(["data.csv"]));
            foreach (string part in named) Assert.That(result.Error, Does.Contain(part).IgnoreCase);
        });
    }

    [Test]
    public void AMissingFileIsNamed()
    {
        CommandResult result = GlmmCommand.Run(["fit", "--data", "nowhere.csv", .. Model("y ~ x + (1 | g)", "poisson")]);
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(2));
            Assert.That(result.Error, Does.Contain("nowhere.csv"));
            Assert.That(result.ShowsStackTrace, Is.False);
        });
    }

    [Test]
    public void AFileOfItsOwnForEveryOutputIsDemanded()
    {
        using var folder = new TemporaryFolder();
        folder.Write("data.csv", Good);
        CommandResult result = GlmmCommand.Run(
        [
            "fit", "--data", folder["data.csv"], .. Model("y ~ x + (1 | g)", "poisson"), "--json", folder["out"],
            "--fitted", folder["out"],
        ]);
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(2));
            Assert.That(result.Error, Does.Contain("--fitted and --json name the same file"));
            Assert.That(folder.Files, Is.EqualTo(["data.csv"]));
        });
    }

    [TestCase("--json")]
    [TestCase("--random-effects")]
    [TestCase("--fitted")]
    public void TheDataAreNotOverwritten(string option)
    {
        using var folder = new TemporaryFolder();
        string data = folder.Write("data.csv", Good);
        CommandResult result = GlmmCommand.Run(
            ["fit", "--data", data, .. Model("y ~ x + (1 | g)", "poisson"), option, data]);
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(2));
            Assert.That(result.Error, Does.Contain($"{option} names the file").And.Contain("--data reads"));
            Assert.That(File.ReadAllText(data), Is.EqualTo(Good));
            Assert.That(folder.Files, Is.EqualTo(["data.csv"]));
        });
    }

    private static string[] Model(string formula, string family, params string[] more) =>
        ["--formula", formula, "--family", family, .. more];

    private static string With(string old, string replacement) =>
        Good.Replace(old, replacement, StringComparison.Ordinal);
}

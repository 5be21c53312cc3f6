using NUnit.Framework;

namespace Glmm.Sparse.Cli.Tests;

/// <summary>Wrong data and wrong models: one message that names the culprit, exit code 2, nothing written.</summary>
public class BadInputTests
{
    private const string Good = "y,x,f,g\n1,0.5,a,p\n0,1.5,b,p\n2,0.1,a,q\n3,0.7,b,q\n1,0.2,a,r\n4,2.5,b,r\n";

    // Name of the case, the data, the arguments after --data, and what the message must name.
    private static readonly (string Name, string Data, string[] Arguments, string[] Named)[] s_cases =
    [
        ("AnUnknownColumn", Good, Model("y ~ nosuch + (1 | g)", "poisson"),
            ["column 'nosuch', which the formula", "y, x, f, g"]),
        ("AnUnknownResponse", Good, Model("nosuch ~ x + (1 | g)", "poisson"), ["column 'nosuch', which the formula"]),
        ("AnUnknownGroup", Good, Model("y ~ x + (1 | nosuch)", "poisson"), ["column 'nosuch', which the formula"]),
        ("AnUnknownWeightColumn", Good, Model("y ~ x + (1 | g)", "poisson", "--weights", "nosuch"),
            ["column 'nosuch', which --weights"]),
        ("AnUnknownOffsetColumn", Good, Model("y ~ x + (1 | g)", "poisson", "--offset", "nosuch"),
            ["column 'nosuch', which --offset"]),
        ("AnUnknownReferenceLevel", Good, Model("y ~ f + (1 | g)", "poisson", "--reference", "f=zz"),
            ["'zz' is no level of 'f'", "a, b"]),
        ("AReferenceOfAnUnknownColumn", Good, Model("y ~ f + (1 | g)", "poisson", "--reference", "h=a"),
            ["column 'h', which --reference", "y, x, f, g"]),
        ("AValueThatIsNoListedLevel", Good, Model("y ~ f + (1 | g)", "poisson", "--levels", "f=a,c"),
            ["'f' holds 'b' in row 2"]),
        ("AnUnknownFamily", Good, Model("y ~ x + (1 | g)", "posson"),
            ["--family cannot be 'posson' (did you mean 'poisson'?)", "gaussian, binomial, poisson"]),
        ("AnUnknownLink", Good, Model("y ~ x + (1 | g)", "poisson", "--link", "lgo"),
            ["--link cannot be 'lgo' (did you mean 'log'?)", "identity, log, logit"]),
        ("ANegativeBinomialWithoutTheta", Good, Model("y ~ x + (1 | g)", "negative-binomial"),
            ["negative-binomial needs its size theta"]),
        ("AThetaOfAnotherFamily", Good, Model("y ~ x + (1 | g)", "poisson", "--theta", "2"), ["poisson has no theta"]),
        ("AThetaOfZero", Good, Model("y ~ x + (1 | g)", "negative-binomial", "--theta", "0"),
            ["--theta must be a finite number above 0", "not '0'"]),
        ("AFormulaWithAnOpenParenthesis", Good, Model("y ~ x + (1 | g", "poisson"),
            ["never closed", "\n  y ~ x + (1 | g\n          ^"]),
        ("AFormulaWithAStrayOperator", Good, Model("y ~ x + + * (1 | g)", "poisson"),
            ["'*' is not expected", "\n            ^"]),
        ("AFormulaWithoutARandomEffect", Good, Model("y ~ x", "poisson"), ["no random-effect term", "\n       ^"]),
        ("AnEmptyFormula", Good, Model("", "poisson"), ["formula is empty"]),
        ("TextInTheResponse", With("3,0.7,b,q", "many,0.7,b,q"), Model("y ~ x + (1 | g)", "poisson"),
            ["'y' is text ('many' in row 4)"]),
        ("TextInTheWeights", Good, Model("y ~ x + (1 | g)", "poisson", "--weights", "f"),
            ["'f', which --weights names, is text ('a' in row 1)"]),
        ("TextInTheOffset", Good, Model("y ~ x + (1 | g)", "poisson", "--offset", "f"),
            ["'f', which --offset names, is text ('a' in row 1)"]),
        ("ANegativeCount", With("2,0.1", "-2,0.1"), Model("y ~ x + (1 | g)", "poisson"), ["'y' is -2 in row 3"]),
        ("AGammaResponseOfZero", Good, Model("y ~ x + (1 | g)", "gamma"), ["'y' is 0 in row 2"]),
        ("AnInverseGaussianResponseOfZero", Good, Model("y ~ x + (1 | g)", "inverse-gaussian"), ["'y' is 0 in row 2"]),
        ("ABinomialResponseAboveOne", Good, Model("y ~ x + (1 | g)", "binomial"), ["response y is 2 in row 3"]),
        ("AProportionWithoutTrials", "y,g\n0.5,a\n0.25,a\n1,b\n0,b\n", Model("y ~ 1 + (1 | g)", "binomial"),
            ["response y is the proportion 0.5 in row 1", "--weights"]),
        ("MoreSuccessesThanTrials", "s,n,g\n2,4,a\n5,4,a\n1,3,b\n", Model("cbind(s, n - s) ~ 1 + (1 | g)", "binomial"),
            ["failures, n - s, is -1 in row 2"]),
        ("ANegativeWeight", "y,w,g\n1,1,a\n2,-1,a\n3,1,b\n4,1,b\n",
            Model("y ~ 1 + (1 | g)", "poisson", "--weights", "w"),
            ["weight 'w' is -1 in row 2"]),
        ("AnInfiniteCovariate", With("2,0.1", "2,Inf"), Model("y ~ x + (1 | g)", "poisson"),
            ["'x' is Infinity in row 3"]),
        ("AnInfiniteResponse", With("2,0.1", "Inf,0.1"), Model("y ~ x + (1 | g)", "gaussian"),
            ["'y' is Infinity in row 3"]),
        ("ALogarithmOfZero", Good, Model("y ~ log(y) + (1 | g)", "poisson"), ["log(y) is -Inf in row 2", "y = 0"]),
        ("NoRowsLeft", "y,x,g\n1,NA,a\nNA,2,b\n", Model("y ~ x + (1 | g)", "poisson"),
            ["No row is left", "'y' (1 of 2 rows)", "'x' (1 of 2 rows)"]),
        ("OneCluster", "y,x,g\n1,1,a\n2,2,a\n4,3,a\n", Model("y ~ x + (1 | g)", "poisson"), ["'g' has 1 level"]),
        ("GaussianWithOneRowInEveryCluster", "y,g\n1,a\n2,b\n4,c\n3,d\n", Model("y ~ 1 + (1 | g)", "gaussian"),
            ["cluster of 'g'"]),
        ("GaussianWithNoMoreRowsThanEffects", "y,t,g\n1,0,a\n2,1,a\n4,0,b\n3,1,b\n5,0,c\n9,1,c\n",
            Model("y ~ t + (1 + t | g)", "gaussian"),
            ["cluster of 'g'"]),
        ("OnlyZeroCounts", "y,g\n0,a\n0,a\n0,b\n0,b\n", Model("y ~ 1 + (1 | g)", "poisson"), ["'y' is 0 in every row"]),
        ("OnlySuccesses", "y,g\n1,a\n1,a\n1,b\n1,b\n", Model("y ~ 1 + (1 | g)", "binomial"), ["'y' is 1 in every row"]),
        ("AConstantResponse", "y,g\n3,a\n3,a\n3,b\n3,b\n", Model("y ~ 1 + (1 | g)", "gaussian"),
            ["'y' is 3 in every row"]),
        ("ABetaResponseOfOne", Good, Model("y ~ x + (1 | g)", "beta", "--method", "laplace"), ["The response 'y' is", "in row", "beta family"]),
        ("ACountThatIsNone", With("2,0.1", "2.5,0.1"),
            Model("y ~ x + (1 | g)", "negative-binomial-1", "--method", "laplace"), ["'y' is 2.5 in row 3"]),
        ("MoreNodesThanCanBeSummed", Good,
            Model("y ~ 1 + (1 + x + f | g)", "poisson", "--method", "aghq", "--nodes", "30"),
            ["quadrature nodes", "fewer nodes"]),
        ("AnEmptyFile", "", Model("y ~ x + (1 | g)", "poisson"), ["data.csv' is empty"]),
        ("AHeaderOnly", "y,x,g\n", Model("y ~ x + (1 | g)", "poisson"), ["data.csv' has a header but no rows"]),
        ("TwoColumnsOfOneName", "y,x,x,g\n1,2,3,a\n2,3,4,b\n", Model("y ~ x + (1 | g)", "poisson"),
            ["two columns are named 'x'"]),
        ("ARaggedRow", "y,x,g\n1,2,a\n2,3\n1,2,b\n", Model("y ~ x + (1 | g)", "poisson"),
            ["row 2 (line 3) has 2 fields, the header has 3"]),
        ("ANumberInABadColumn", "y,x,g\n1,2,a\n2,abc,a\n3,4,b\n5,6,b\n4,7,b\n",
            Model("y ~ x + (1 | g)", "poisson"),
            ["'x' has a level of its own in each of the 5 rows", "row 2 holds 'abc'"]),
        ("DecimalCommas", "y;x;g\n1;2,5;a\n2;3,5;a\n3;4,5;b\n5;2,5;b\n",
            Model("y ~ x + (1 | g)", "poisson"), ["row 1 (line 2) holds '2,5', which has a decimal comma"]),
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
            foreach (string part in named) Assert.That(result.Error, Does.Contain(part));
        });
    }

    [Test]
    public void AMissingFileIsNamed()
    {
        CommandResult result =
            GlmmCommand.Run(["fit", "--data", "nowhere.csv", .. Model("y ~ x + (1 | g)", "poisson")]);
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

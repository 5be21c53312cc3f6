using NUnit.Framework;

namespace Glmm.Sparse.Cli.Tests;

public class OptionTextTests
{
    [TestCase("a,b,c", new[] { "a", "b", "c" })]
    [TestCase("a", new[] { "a" })]
    [TestCase(" low , high ", new[] { "low", "high" })]
    [TestCase("\"a,b\",c", new[] { "a,b", "c" })]
    [TestCase("c,\"say \"\"x, y\"\"\"", new[] { "c", "say \"x, y\"" })]
    [TestCase("3+,2", new[] { "3+", "2" })]
    public void LevelsAreSplitAtCommasOutsideQuotes(string text, string[] levels) =>
        Assert.That(OptionText.Levels("--levels", "f", text), Is.EqualTo(levels));

    [Test]
    public void PairsSplitAtTheFirstEqualsSign() =>
        Assert.That(OptionText.Pairs("--levels", ["f=a=b,c", "g=1"]), Is.EqualTo(
            new Dictionary<string, string> { ["f"] = "a=b,c", ["g"] = "1" }));

    [Test]
    public void NumbersMayBeNegativeAndHaveExponents() =>
        Assert.That(OptionText.Numbers("--fixed", "-2, 1e-3,0.5"), Is.EqualTo([-2, 1e-3, 0.5]));
}

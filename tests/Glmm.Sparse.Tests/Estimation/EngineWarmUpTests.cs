using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Results;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Estimation;

[TestFixture]
internal sealed class EngineWarmUpTests
{
    [TestCase("gaussian")]
    [TestCase("binomial")]
    [TestCase("poisson")]
    [TestCase("gamma")]
    [TestCase("inverse-gaussian")]
    [TestCase("quasi")]
    [TestCase("quasibinomial")]
    [TestCase("quasipoisson")]
    public void TheTinyFitRunsForEveryFamilyByEitherMethod(string name)
    {
        Assert.That(EngineWarmUp.Run(EstimationMethod.Pql, Family.Parse(name)), Is.True);
        Assert.That(EngineWarmUp.Run(EstimationMethod.Mql, Family.Parse(name)), Is.True);
    }

    [Test]
    public void ALinkThatLeavesTheDomainDoesNoHarm()
    {
        foreach (Link link in Link.All)
            Assert.That(() => EngineWarmUp.Run(EstimationMethod.Pql, Family.NegativeBinomial(2), link), Throws.Nothing);
    }
}

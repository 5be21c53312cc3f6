using Glmm.Sparse.Families;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Families;

public sealed class LinkTests
{
    [Test]
    public void EveryLinkIsFoundByItsName() => Assert.Multiple(() =>
    {
        Assert.That(Link.All, Has.Count.EqualTo(9));
        foreach (var link in Link.All)
            Assert.That(Link.Parse(link.Name), Is.SameAs(link));
    });

    [Test]
    public void UnknownLinkIsNamedBesideTheKnownOnes() => Assert.That(
        () => Link.Parse("Logit"),
        Throws.TypeOf<InvalidModelOptionException>().With.Message.Contains("'Logit'").And.Message.Contains(
            "identity, log, logit, probit, cloglog, cauchit, inverse, sqrt, inverse-square"));

    [Test]
    public void CustomLinkIsApplied()
    {
        var link = Link.Custom("square", mean => mean * mean, Math.Sqrt, eta => 0.5 / Math.Sqrt(eta));
        Assert.That(link.Apply(3), Is.EqualTo(9));
        Assert.That(link.ToString(), Is.EqualTo("square"));
    }
}

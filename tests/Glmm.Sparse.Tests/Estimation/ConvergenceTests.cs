using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Results;
using Glmm.Sparse.Tests.Reference;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Estimation;

/// <summary>How the fixed point is reached changes nothing of it, and takes few passes over the data.</summary>
[TestFixture]
internal sealed class ConvergenceTests
{
    private static IEnumerable<TestCaseData> References => OracleFit.All()
        .Where(f => !f.Diverges && !f.Key.StartsWith("LMM", StringComparison.Ordinal))
        .Select(f => new TestCaseData(f).SetArgDisplayNames(f.ToString()));

    [TestCaseSource(nameof(References))]
    public void AcceleratedAndPlainIterationEndAtTheSameEstimates(object reference)
    {
        var oracle = (OracleFit)reference;
        FitSummary plain = Fit(oracle, accelerates: false), accelerated = Fit(oracle, accelerates: true);
        Assert.That(accelerated.Verdict, Is.EqualTo(plain.Verdict));
        Estimates.AssertSame(accelerated, plain, 1e-8);
    }

    // Counts, start and report included, with one pass to spare.
    [TestCase("bacteria_ri", false, 13)]
    [TestCase("bacteria_ri", true, 15)]
    [TestCase("bacteria_week_rs", false, 14)]
    [TestCase("bacteria_week_rs", true, 18)]
    [TestCase("cbpp_cloglog", false, 14)]
    [TestCase("cbpp_logit", false, 12)]
    [TestCase("cbpp_probit", false, 14)]
    [TestCase("contraception_ri", false, 9)]
    [TestCase("contraception_urban", false, 9)]
    [TestCase("epil_ri", false, 10)]
    [TestCase("epil_visit_rs", false, 11)]
    [TestCase("grouseticks_brood", false, 12)]
    [TestCase("ohio_ri", false, 12)]
    [TestCase("ohio_ri", true, 13)]
    [TestCase("owls_ri", false, 11)]
    [TestCase("seeds_ri", false, 9)]
    [TestCase("toenail_ri", false, 12)]
    [TestCase("toenail_ri", true, 14)]
    [TestCase("toenail_rs", false, 15)]
    public void TheReferenceModelsTakeFewPasses(string model, bool estimatesDispersion, int most)
    {
        OracleFit oracle = OracleFit.All().First(f => f.Model == model);
        var options = new FitOptions
        {
            Dispersion = estimatesDispersion ? DispersionOption.Estimated : DispersionOption.Fixed(),
        };
        PqlFit fit = Pql.Fit(
            ReferenceDesign.Read(model, oracle.Structure), oracle.GetFamily(), Link.Parse(oracle.Link), options);
        Assert.That(fit.Converged, Is.True, fit.Message);
        Assert.That(fit.DataPasses, Is.LessThanOrEqualTo(most));
    }

    [TestCase("toenail_rs")]
    [TestCase("grouseticks_brood")]
    public void FewDerivativesAreTakenBetweenPasses(string model)
    {
        OracleFit oracle = OracleFit.All().First(f => f.Model == model);
        using Linearisation linearisation = Create(oracle, accelerates: true, new FitOptions { Threads = 1 });
        linearisation.Run();
        Assert.That(linearisation.Work.Differentiations, Is.LessThanOrEqualTo(2.5 * linearisation.Summary.DataPasses));
    }

    private static FitSummary Fit(OracleFit oracle, bool accelerates)
    {
        using Linearisation linearisation = Create(oracle, accelerates, oracle.Options with { Tolerance = 1e-10 });
        linearisation.Run();
        return linearisation.Summary;
    }

    private static Linearisation Create(OracleFit oracle, bool accelerates, FitOptions options) => new(
        ReferenceDesign.Read(oracle.Model, oracle.Structure), oracle.GetFamily(), Link.Parse(oracle.Link), options,
        oracle.IsPql ? ExpansionPoint.Modes : ExpansionPoint.Zero)
    {
        Accelerates = accelerates,
    };
}

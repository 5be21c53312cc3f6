using CsCheck;
using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Inference;
using Glmm.Sparse.Model;
using Glmm.Sparse.Model.Covariance;
using Glmm.Sparse.Results;
using Glmm.Sparse.Tests.Estimation;
using Glmm.Sparse.Tests.Reference;
using NUnit.Framework;
using ChiSquared = MathNet.Numerics.Distributions.ChiSquared;

namespace Glmm.Sparse.Tests.Inference;

/// <summary>Likelihood-ratio comparisons: which law, and when none.</summary>
[TestFixture]
internal sealed class LikelihoodRatioTests
{
    private static readonly RandomData Counts = RandomData.Simulate(5, Family.Poisson, 2, 40, 8);

    [Test]
    public void AVarianceAgainstNoneIsHalfAndHalf()
    {
        // lme4's lmer (ML) of Dyestuff has log-likelihood -163.6635299405; lm's follows from the residual squares.
        ClusteredDesign design = ReferenceDesign.Read("dyestuff_ri", "unstructured");
        NullModel none = NullModel.Fit(design, Family.Gaussian);
        LikelihoodFit fit = Laplace.Fit(design, Family.Gaussian);
        double mean = Values(design).Average();
        double variance = Values(design).Average(v => (v - mean) * (v - mean));
        double expected = -15 * (Math.Log(2 * Math.PI * variance) + 1);
        Assert.That(none.LogLikelihood, Is.EqualTo(expected).Within(1e-9));
        LikelihoodRatioResult result = LikelihoodRatioTest.Compare(none, fit);
        double statistic = 2 * (-163.663529940568 - expected);
        Assert.That(result.Statistic, Is.EqualTo(statistic).Within(1e-7));
        Assert.That(result.PValue, Is.EqualTo(0.5 * Tail(statistic, 1)).Within(1e-8));
        Assert.That(result.ReferenceInWords, Does.StartWith("0.5·χ²(0) + 0.5·χ²(1): a variance lies on its boundary"));
    }

    [Test]
    public void ASingularFitIsAsLikelyAsNoRandomEffects()
    {
        ClusteredDesign design = ReferenceDesign.Read("dyestuff2_ri", "unstructured");
        LikelihoodRatioResult result = LikelihoodRatioTest.Compare(
            NullModel.Fit(design, Family.Gaussian), Laplace.Fit(design, Family.Gaussian));
        Assert.That(result.Statistic, Is.Zero.Within(1e-9));
        Assert.That(result.PValue, Is.EqualTo(1).Within(1e-4));
    }

    [Test]
    public void OtherDataAreRefusedThoughTheirSumsAreTheSame()
    {
        RandomData reversed = Counts with { Z = [Counts.Z[0]], Y = [.. Counts.Y.Reverse()] };
        Assert.That(
            () => LikelihoodRatioTest.Compare(Fit(reversed), Fit(Counts)),
            Throws.InstanceOf<InvalidModelOptionException>().With.Message.StartsWith("The two fits are of different data"));
    }

    [Test]
    public void ARandomSlopeWithItsCovarianceIsHalfChiSquareOneHalfChiSquareTwo()
    {
        LikelihoodRatioResult result = LikelihoodRatioTest.Compare(
            Fit(Counts with { Z = [Counts.Z[0]] }), Fit(Counts));
        Assert.That(result.DegreesOfFreedom, Is.EqualTo(2));
        Assert.That(result.Reference.ToString(), Is.EqualTo("0.5·χ²(1) + 0.5·χ²(2)"));
        double expected = 0.5 * (Tail(result.Statistic, 1) + Tail(result.Statistic, 2));
        Assert.That(result.PValue, Is.EqualTo(expected).Within(1e-12));
    }

    [Test]
    public void EveryPairOfStructuresHasItsLaw()
    {
        NullModel none = NullModel.Fit(Counts.Design(), Family.Poisson);
        LikelihoodFit one = Fit(Counts with { Z = [Counts.Z[0]] });
        LikelihoodFit diagonal = Fit(Counts, CovarianceStructure.Diagonal(2));
        LikelihoodFit identity = Fit(Counts, CovarianceStructure.Identity(2));
        LikelihoodFit full = Fit(Counts);
        LikelihoodFit smaller = Fit(Counts with { X = [Counts.X[0]], Z = [Counts.Z[0]] });
        string Law(LikelihoodRatioResult result) => result.Reference.ToString();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Law(LikelihoodRatioTest.Compare(none, diagonal)), Is.EqualTo("0.25·χ²(0) + 0.5·χ²(1) + 0.25·χ²(2)"));
            Assert.That(Law(LikelihoodRatioTest.Compare(one, diagonal)), Is.EqualTo("0.5·χ²(0) + 0.5·χ²(1)"));
            Assert.That(Law(LikelihoodRatioTest.Compare(diagonal, full)), Is.EqualTo("χ²(1)"));
            Assert.That(Law(LikelihoodRatioTest.Compare(identity, diagonal)), Is.EqualTo("χ²(1)"));
            Assert.That(Law(LikelihoodRatioTest.Compare(identity, full)), Is.EqualTo("χ²(2)"));
            Assert.That(Law(LikelihoodRatioTest.Compare(none, identity)), Is.EqualTo("0.5·χ²(0) + 0.5·χ²(1)"));
            Assert.That(Law(LikelihoodRatioTest.Compare(smaller, one)), Is.EqualTo("χ²(2)"));
            Assert.That(Law(LikelihoodRatioTest.Compare(smaller, full)), Is.EqualTo("0.5·χ²(3) + 0.5·χ²(4)"));
            LikelihoodRatioResult bound = LikelihoodRatioTest.Compare(none, full);
            Assert.That(Law(bound), Is.EqualTo("χ²(3)"));
            Assert.That(bound.IsConservative, Is.True);
            Assert.That(bound.ReferenceInWords, Does.Contain("conservative"));
        }
    }

    [Test]
    public void AShapeAndADispersionAreOneParameterEach()
    {
        RandomData data = Counts with { Z = [Counts.Z[0]] };
        LikelihoodFit held = Laplace.Fit(data.Design(), Family.NegativeBinomial(5));
        LikelihoodFit free = Laplace.Fit(data.Design(), Family.NegativeBinomial(), null, new FitOptions { Curvature = Curvature.Expected });
        Assert.That(LikelihoodRatioTest.Compare(held, free).Reference.ToString(), Is.EqualTo("χ²(1)"));
        RandomData gaussian = RandomData.Simulate(5, Family.Gaussian, 1, 30, 8);
        LikelihoodFit known = Laplace.Fit(
            gaussian.Design(), Family.Gaussian, null, new FitOptions { Dispersion = DispersionOption.Fixed(1.3) });
        LikelihoodFit estimated = Laplace.Fit(gaussian.Design(), Family.Gaussian);
        Assert.That(LikelihoodRatioTest.Compare(known, estimated).Reference.ToString(), Is.EqualTo("χ²(1)"));
    }

    [Test]
    public void TheStatisticDoesNotKnowTheUnitOfACovariate() => RandomData.Generate.Sample(data =>
    {
        RandomData other = data with { X = [data.X[0], [.. data.X[1].Select(x => 7 - (30 * x))], data.X[2]] };
        LikelihoodFit smaller = Laplace.Fit(other.Design(), data.Family, null);
        RandomData without = data with { X = [data.X[0], data.X[2]] };
        LikelihoodFit none = Laplace.Fit(without.Design(), data.Family), one = Laplace.Fit(data.Design(), data.Family);
        if (!none.Converged || !one.Converged) return;

        // The names x0, x1 of the model without the covariate are among the others' x0, x1, x2.
        double statistic = LikelihoodRatioTest.Compare(none, one).Statistic;
        double again = LikelihoodRatioTest.Compare(none, smaller).Statistic;
        Assert.That(again, Is.EqualTo(statistic).Within(1e-6));
    }, iter: 20, threads: 1);

    [Test]
    public void WhatCannotBeComparedIsRefusedWithTheMend()
    {
        LikelihoodFit one = Fit(Counts with { Z = [Counts.Z[0]] }), full = Fit(Counts);
        LikelihoodFit fewer = Laplace.Fit(
            (Counts with { Z = [Counts.Z[0]] }).Take([.. Enumerable.Range(0, Counts.Rows - 3)]).Design(), Family.Poisson);
        RandomData changed = Counts with { Z = [Counts.Z[0]], Y = [.. Counts.Y] };
        changed.Y[0] += 1;
        LikelihoodFit quadrature = AdaptiveQuadrature.Fit(Counts.Design(), Family.Poisson);
        LikelihoodFit root = Laplace.Fit(
            (Counts with { Z = [Counts.Z[0]] }).Design(), Family.NegativeBinomial(1000));
        LikelihoodFit stopped = Laplace.Fit(Counts.Design(), Family.Poisson, null, new FitOptions { MaxIterations = 1 });
        LikelihoodFit slopeOnly = Laplace.Fit(
            RandomData.Simulate(5, Family.Poisson, 2, 40, 8).Design(CovarianceStructure.CompoundSymmetry(2)), Family.Poisson);
        LikelihoodFit diagonal = Fit(Counts, CovarianceStructure.Diagonal(2));
        Refuses(fewer, full, "different rows");
        Refuses(Fit(changed), full, "different responses");
        Refuses(one, quadrature, "approximated in different ways");
        Refuses(root, full, "families or links differ");
        Refuses(one, stopped, "did not converge");
        Refuses(full, one, "random effect 'z1'");
        Refuses(diagonal, slopeOnly, "special case");
        Refuses(full, full, "nothing to compare");
    }

    private static void Refuses(LikelihoodFit smaller, LikelihoodFit larger, string because) => Assert.That(
        () => LikelihoodRatioTest.Compare(smaller, larger),
        Throws.InstanceOf<InvalidModelOptionException>().With.Message.Contains(because));

    private static LikelihoodFit Fit(RandomData data, CovarianceStructure? structure = null)
    {
        LikelihoodFit fit = Laplace.Fit(data.Design(structure), data.Family);
        Assert.That(fit.Converged, Is.True, fit.Message);
        return fit;
    }

    private static double Tail(double x, double k) => 1 - ChiSquared.CDF(k, x);

    private static double[] Values(ClusteredDesign design)
    {
        var values = new double[design.Observations];
        design.Response.Gather([.. Enumerable.Range(0, values.Length)], values);
        return values;
    }
}

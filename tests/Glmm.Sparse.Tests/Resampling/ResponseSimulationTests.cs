using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Kernels;
using Glmm.Sparse.Model;
using Glmm.Sparse.Resampling;
using Glmm.Sparse.Results;
using Glmm.Sparse.Tests.Inference;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Resampling;

[TestFixture]
internal sealed class ResponseSimulationTests
{
    private const int Many = 40_000;

    private static readonly double[,] None = { { 0 } };

    // Var y = φV(μ)/ω; for the families with a score of their own V is all of it.
    [TestCase("gaussian", 0.8, 0.7)]
    [TestCase("binomial", 0.4, 1)]
    [TestCase("poisson", 0.9, 1)]
    [TestCase("poisson", 3.2, 1)]
    [TestCase("gamma", 0.5, 0.6)]
    [TestCase("inverse-gaussian", 0.5, 0.3)]
    [TestCase("negative-binomial", 0.9, 1)]
    [TestCase("negative-binomial-1", 0.9, 1)]
    [TestCase("beta", -0.6, 1)]
    public void MomentsAreThoseOfTheFamily(string name, double eta, double phi)
    {
        Family family = Named(name);
        Link link = name is "gamma" or "inverse-gaussian" ? Link.Log : family.DefaultLink;
        double[] y = ResponseSimulation.FromParameters(Constant(Many), family, link, [eta], None, phi).Draw(0);
        double[] means = new double[1], slopes = new double[1];
        WorkingKernel.Create(family, link).Mean([eta], means, slopes);
        double mu = means[0], variance = phi * family.Variance(mu);
        double mean = y.Average(), spread = y.Average(v => (v - mean) * (v - mean));
        Assert.That(y.All(family.IsValidResponse), Is.True);
        Assert.That(mean, Is.EqualTo(mu).Within(4 * Math.Sqrt(variance / Many)));
        double fourth = y.Average(v => Math.Pow(v - mean, 4));
        Assert.That(spread, Is.EqualTo(variance).Within(4.5 * Math.Sqrt((fourth - (spread * spread)) / Many)));
    }

    [Test]
    public void PriorWeightsAreTrialsOrDivideTheDispersion()
    {
        DesignColumn weights = DesignColumn.FromValues(
            "w", Enumerable.Range(0, Many).Select(r => r % 2 == 0 ? 1.0 : 4).ToArray());
        double[] shares = ResponseSimulation
            .FromParameters(Constant(Many, weights), Family.Binomial, null, [0.3], None).Draw(0);
        Assert.That(shares.Where((_, r) => r % 2 == 0), Is.All.AnyOf(0, 1));
        Assert.That(shares.Where((_, r) => r % 2 == 1).Distinct().Order(), Is.EqualTo(new[] { 0, 0.25, 0.5, 0.75, 1 }));
        foreach (Family family in new[] { Family.Gaussian, Family.Gamma, Family.InverseGaussian })
        {
            double[] y = ResponseSimulation
                .FromParameters(Constant(Many, weights), family, Link.Log, [0.2], None, 0.5).Draw(0);
            double Spread(int parity) => y.Where((_, r) => r % 2 == parity).Average(v => Math.Pow(v - Math.Exp(0.2), 2));
            Assert.That(Spread(0) / Spread(1), Is.EqualTo(4).Within(0.5), family.Name);
        }

        Assert.That(
            () => ResponseSimulation.FromParameters(Constant(Many, weights), Family.Poisson, null, [0.3], None),
            Throws.TypeOf<InvalidModelOptionException>().With.Message.Contains("with the prior weights 'w'"));
    }

    [Test]
    public void NewEffectsHaveTheCovariance()
    {
        var rows = new SimulatedRows("gaussian", 3_000, 12, shuffle: 3);
        ClusteredDesign design = rows.Design(new double[rows.Rows], q: 2);
        double[,] covariance = { { 0.9, 0.3 }, { 0.3, 0.5 } };
        double[] y = ResponseSimulation
            .FromParameters(design, Family.Gaussian, null, [1, 0, 0], covariance, 0.01).Draw(5);
        PqlFit fit = Pql.Fit(design.WithResponse(y), Family.Gaussian);
        Assert.That(fit.Covariance[0, 0], Is.EqualTo(0.9).Within(0.1));
        Assert.That(fit.Covariance[1, 1], Is.EqualTo(0.5).Within(0.06));
        Assert.That(fit.Covariance[0, 1], Is.EqualTo(0.3).Within(0.05));
        Assert.That(fit.Dispersion, Is.EqualTo(0.01).Within(0.001));
    }

    [Test]
    public void GivenTheModesTheFittedValuesAreTheMean()
    {
        var rows = new SimulatedRows("gaussian", 20, 5, shuffle: 3);
        ClusteredDesign design = rows.Design(rows.Draw(1, 3, 0));
        PqlFit fit = Pql.Fit(design, Family.Gaussian);
        var simulation = ResponseSimulation.FromFitGivenModes(fit, design);
        const int Draws = 2_000;
        var mean = new double[rows.Rows];
        for (int i = 0; i < Draws; i++)
        {
            double[] y = simulation.Draw(i);
            for (int r = 0; r < y.Length; r++) mean[r] += y[r] / Draws;
        }

        double error = Math.Sqrt(fit.Dispersion / Draws);
        Assert.That(mean, Is.EqualTo(fit.Fitted(design).Mean).Within(4.5 * error));
        Assert.That(
            () => ResponseSimulation.FromFitGivenModes(Mql.Fit(design, Family.Gaussian), design),
            Throws.TypeOf<InvalidModelOptionException>().With.Message.Contains("predicts no random effects"));
    }

    [Test]
    public void ASeedAndANumberMeanOneResponse()
    {
        var rows = new SimulatedRows("poisson", 20, 5);
        ClusteredDesign design = rows.Design(rows.Draw(1, 3, 0));
        PqlFit fit = Pql.Fit(design, Family.Poisson);
        ResponseSimulation Of(ulong seed) => ResponseSimulation.FromFit(fit, design, seed);
        double[] again = Of(4).Draw(7);
        Assert.That(Of(4).Draw(7), Is.EqualTo(again));
        Assert.That(Of(4).Draw(8), Is.Not.EqualTo(Of(4).Draw(7)));
        Assert.That(Of(5).Draw(7), Is.Not.EqualTo(Of(4).Draw(7)));
        ResponseSimulation shared = Of(4);
        double[][] drawn = new double[64][];
        Parallel.For(0, 64, i => drawn[i] = shared.Draw(i));
        for (int i = 0; i < 64; i++) Assert.That(drawn[i], Is.EqualTo(Of(4).Draw(i)));
        Assert.That(shared.Observations, Is.EqualTo(100));
    }

    [Test]
    public void ALikelihoodFitsShapeIsDrawnWith()
    {
        var rows = new SimulatedRows("negative-binomial", 60, 10);
        ClusteredDesign design = rows.Design(rows.Draw(0.5, 3, 0));
        LikelihoodFit fit = Laplace.Fit(design, Family.NegativeBinomial());
        double[] y = ResponseSimulation.FromFit(fit, design).Draw(0);
        LikelihoodFit again = Laplace.Fit(design.WithResponse(y), Family.NegativeBinomial());
        Assert.That(Math.Log(again.Shape!.Value.Value / fit.Shape!.Value.Value), Is.EqualTo(0).Within(0.6));
    }

    [Test]
    public void WhatDoesNotFitIsRefused()
    {
        ClusteredDesign design = Constant(10);
        void Refused(Func<object> call, string what) =>
            Assert.That(() => call(), Throws.InstanceOf<GlmmException>().With.Message.Contains(what));
        Refused(() => ResponseSimulation.FromParameters(design, Family.QuasiPoisson, null, [1], None), "no distribution");
        Refused(() => ResponseSimulation.FromParameters(design, Family.Poisson, null, [1, 2], None), "2 fixed effects for 1");
        Refused(() => ResponseSimulation.FromParameters(design, Family.Poisson, null, [1], new double[2, 2]), "must be 1×1");
        Refused(
            () => ResponseSimulation.FromParameters(design, Family.Poisson, null, [1], new[,] { { -1.0 } }),
            "positive semidefinite");
        Refused(
            () => ResponseSimulation.FromParameters(design, Family.Poisson, null, [1], new[,] { { double.NaN } }),
            "positive semidefinite");
        Refused(
            () => ResponseSimulation.FromParameters(design, Family.Gaussian, null, [1], None, -1), "dispersion must be");
        var simulation = ResponseSimulation.FromParameters(design, Family.Poisson, null, [1], None);
        Assert.That(() => simulation.Draw(0, new double[9]), Throws.ArgumentException);
    }

    private static Family Named(string name) => name switch
    {
        "negative-binomial" => Family.NegativeBinomial(1.5),
        "negative-binomial-1" => Family.NegativeBinomial1(0.8),
        "beta" => Family.Beta(6),
        _ => Family.Parse(name),
    };

    private static ClusteredDesign Constant(int n, DesignColumn? weights = null)
    {
        DesignColumn ones = DesignColumn.Constant("1", 1, n);
        return ClusteredDesign.Create(
            ones, [ones], [ones], new ClusterIndex("id", Enumerable.Range(0, n).Select(r => r / 5).ToArray(), (n + 4) / 5),
            weights);
    }
}

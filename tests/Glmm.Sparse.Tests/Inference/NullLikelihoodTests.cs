using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Tests.Estimation;
using MathNet.Numerics;
using MathNet.Numerics.Distributions;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Inference;

/// <summary>The log-likelihood of the model without random effects against densities of MathNet's.</summary>
[TestFixture]
internal sealed class NullLikelihoodTests
{
    [Test]
    public void CountsHaveTheirProbabilities()
    {
        RandomData data = RandomData.Simulate(4, Family.Poisson, 1, 30, 6);
        NullModel model = NullModel.Fit(data.Design(), Family.Poisson);
        double expected = data.Y.Zip(model.Mean, (y, mu) => Poisson.PMFLn(mu, (int)y)).Sum();
        Assert.That(model.LogLikelihood, Is.EqualTo(expected).Within(1e-9));
        NullModel negative = NullModel.Fit(data.Design(), Family.NegativeBinomial(3));
        expected = data.Y.Zip(negative.Mean, (y, mu) => NegativeBinomial.PMFLn(3, 3 / (3 + mu), (int)y)).Sum();
        Assert.That(negative.LogLikelihood, Is.EqualTo(expected).Within(1e-9));
    }

    [Test]
    public void ProportionsHaveTheirProbabilities()
    {
        RandomData data = RandomData.Simulate(4, Family.Binomial, 1, 30, 6);
        NullModel model = NullModel.Fit(data.Design(), Family.Binomial);
        double expected = Enumerable.Range(0, data.Rows).Sum(r => Binomial.PMFLn(
            model.Mean[r], (int)data.Weight[r], (int)Math.Round(data.Weight[r] * data.Y[r])));
        Assert.That(model.LogLikelihood, Is.EqualTo(expected).Within(1e-9));
    }

    [Test]
    public void AnEstimatedDispersionIsTheMostLikelyOne()
    {
        RandomData data = RandomData.Simulate(4, Family.Poisson, 1, 30, 6);
        data = data with { Y = [.. data.Y.Select((y, i) => y + 0.4 + (0.01 * (i % 7)))] };
        NullModel gamma = NullModel.Fit(data.Design(), Family.Gamma, Link.Log);
        double Gammas(double phi) => data.Y.Zip(gamma.Mean, (y, mu) => Gamma.PDFLn(1 / phi, 1 / (phi * mu), y)).Sum();
        double best = BruteForce.Largest(t => Gammas(Math.Exp(t)), -6, 4);
        Assert.That(gamma.LogLikelihood, Is.EqualTo(best).Within(1e-8));

        // Inverse Gaussian: φ = Σ (y − μ)²/(μ²y)/n.
        NullModel inverse = NullModel.Fit(data.Design(), Family.InverseGaussian, Link.Log);
        double phi = data.Y.Zip(inverse.Mean, (y, mu) => (y - mu) * (y - mu) / (mu * mu * y)).Average();
        double expected = -0.5 * data.Y.Sum(y => Math.Log(Constants.Pi2 * phi * y * y * y) + 1);
        Assert.That(inverse.LogLikelihood, Is.EqualTo(expected).Within(1e-8));
    }

    [Test]
    public void WithoutALikelihoodThereIsNone()
    {
        RandomData data = RandomData.Simulate(4, Family.Poisson, 1, 30, 6);
        Assert.That(NullModel.Fit(data.Design(), Family.QuasiPoisson).LogLikelihood, Is.NaN);
        NullModel scaled = NullModel.Fit(
            data.Design(), Family.Poisson, null, new FitOptions { Dispersion = DispersionOption.Fixed(2) });
        Assert.That(scaled.LogLikelihood, Is.NaN);
    }
}

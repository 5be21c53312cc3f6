using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Inference;
using Glmm.Sparse.Results;
using Glmm.Sparse.Tests.Estimation;
using NUnit.Framework;
using ChiSquared = MathNet.Numerics.Distributions.ChiSquared;
using Normal = MathNet.Numerics.Distributions.Normal;

namespace Glmm.Sparse.Tests.Inference;

/// <summary>Dispersion and zeros, by hand and by what they find in data made to break the model.</summary>
[TestFixture]
internal sealed class ModelDiagnosticsTests
{
    [Test]
    public void TheStatisticsAreTheirDefinitions()
    {
        RandomData data = RandomData.Simulate(61, Family.Poisson, 2, 30, 8);
        PqlFit fit = Pql.Fit(data.Design(), Family.Poisson);
        ModelDiagnostics checks = ModelDiagnostics.Of(fit, data.Design());
        FittedValues fitted = fit.Fitted(data.Design());
        double chiSquare = fitted.PearsonResidual.Sum(r => r * r), expected = fitted.Mean.Sum(m => Math.Exp(-m));
        DispersionCheck dispersion = checks.Dispersion;
        double left = data.Rows - checks.Influence.EffectiveParameters;
        Assert.Multiple(() =>
        {
            Assert.That(dispersion.PearsonChiSquare, Is.EqualTo(chiSquare).Within(1e-10 * chiSquare));
            Assert.That(dispersion.DegreesOfFreedom, Is.EqualTo(data.Rows - 3));
            Assert.That(dispersion.EffectiveDegreesOfFreedom, Is.EqualTo(left).Within(1e-10));
            Assert.That(dispersion.Ratio, Is.EqualTo(chiSquare / (data.Rows - 3)).Within(1e-10));
            Assert.That(dispersion.ChiSquarePValue, Is.EqualTo(1 - ChiSquared.CDF(data.Rows - 3, chiSquare)).Within(1e-9));
            Assert.That(dispersion.PValue, Is.EqualTo(1 - ChiSquared.CDF(left, chiSquare)).Within(1e-9));
        });
        ZeroInflationCheck zeros = checks.Zeros!;
        Assert.That(zeros.Observed, Is.EqualTo(data.Y.Count(y => y == 0)));
        Assert.That(zeros.Expected, Is.EqualTo(expected).Within(1e-10 * expected));
        Assert.That(
            zeros.StandardDeviation,
            Is.EqualTo(Math.Sqrt(fitted.Mean.Sum(m => Math.Exp(-m) * (1 - Math.Exp(-m))))).Within(1e-10));
        Assert.That(zeros.NormalPValue, Is.EqualTo(2 * Normal.CDF(0, 1, -Math.Abs(zeros.Z))).Within(1e-12));
    }

    [Test]
    public void OverdispersionIsFoundWithAndWithoutSimulation()
    {
        DrawnRows good = DrawnRows.Draw(Family.Poisson, Link.Log, 40, 6, 2);
        DrawnRows bad = DrawnRows.Draw(Family.NegativeBinomial(1.5), Link.Log, 40, 6, 2);
        DispersionCheck Check(DrawnRows data, int simulations) => ModelDiagnostics.Of(
            Pql.Fit(data.Design, Family.Poisson), data.Design,
            new ModelDiagnosticsOptions { Simulations = simulations }).Dispersion;
        DispersionCheck fine = Check(good, 60), wrong = Check(bad, 60);
        Assert.Multiple(() =>
        {
            Assert.That(fine.Simulations, Is.EqualTo(60));
            Assert.That(fine.PValue, Is.InRange(0.02, 1.0));
            Assert.That(fine.SimulatedRatio, Is.EqualTo(fine.Ratio).Within(0.25));
            Assert.That(wrong.PValue, Is.EqualTo(1.0 / 61));
            Assert.That(wrong.EffectiveChiSquarePValue, Is.LessThan(1e-6));
            Assert.That(wrong.Ratio, Is.GreaterThan(1.3));
            Assert.That(wrong.ToString(), Does.EndWith("The response varies more than the family says."));
            Assert.That(fine.ToString(), Does.Contain("parametric bootstrap with 60 refits"));
        });
    }

    [Test]
    public void ExtraZerosAreFoundWithAndWithoutSimulation()
    {
        DrawnRows good = DrawnRows.Draw(Family.Poisson, Link.Log, 40, 6, 4);
        DrawnRows bad = DrawnRows.Draw(Family.Poisson, Link.Log, 40, 6, 4, zeros: 0.25);
        ZeroInflationCheck Check(DrawnRows data) => ModelDiagnostics.Of(
            Pql.Fit(data.Design, Family.Poisson), data.Design, new ModelDiagnosticsOptions { Simulations = 60 }).Zeros!;
        ZeroInflationCheck fine = Check(good), wrong = Check(bad);
        Assert.Multiple(() =>
        {
            Assert.That(fine.PValue, Is.GreaterThan(0.03));
            Assert.That(fine.Ratio, Is.InRange(0.7, 1.3));
            Assert.That(wrong.PValue, Is.EqualTo(2.0 / 61));
            Assert.That(wrong.NormalPValue, Is.LessThan(0.01));
            Assert.That(wrong.ToString(), Does.EndWith("There are more zeros than the model explains."));
        });
    }

    [Test]
    public void SimulationsAreTheSameForAnyNumberOfThreads()
    {
        DrawnRows data = DrawnRows.Draw(Family.Poisson, Link.Log, 20, 5, 6);
        PqlFit fit = Pql.Fit(data.Design, Family.Poisson);
        var done = new List<int>();
        DispersionCheck Check(int threads, ulong seed) => ModelDiagnostics.Of(fit, data.Design, new ModelDiagnosticsOptions
        {
            Simulations = 25, Threads = threads, Seed = seed, Progress = threads == 1 ? new Listener(done) : null,
        }).Dispersion;
        DispersionCheck one = Check(1, 3);
        Assert.That(Check(3, 3), Is.EqualTo(one));
        Assert.That(Check(2, 4), Is.Not.EqualTo(one));
        Assert.That(done, Is.EqualTo(Enumerable.Range(1, 25)));
    }

    [Test]
    public void EveryMethodIsRefittedByItself()
    {
        DrawnRows data = DrawnRows.Draw(Family.Binomial, Link.Logit, 20, 5, 6);
        GlmmFit[] fits =
        [
            Mql.Fit(data.Design, Family.Binomial), Laplace.Fit(data.Design, Family.Binomial),
            AdaptiveQuadrature.Fit(data.Design, Family.Binomial, null, new FitOptions { Nodes = 3 }),
        ];
        foreach (GlmmFit fit in fits)
        {
            ModelDiagnostics checks = ModelDiagnostics.Of(fit, data.Design, new ModelDiagnosticsOptions { Simulations = 8 });
            Assert.That(checks.Dispersion.Simulations, Is.InRange(6, 8), $"{fit.Method}");
            Assert.That(checks.Zeros, Is.Not.Null, "trials above 1");
        }
    }

    [Test]
    public void AnEstimatedDispersionSaysThatTheCheckSaysNothing()
    {
        RandomData data = RandomData.Simulate(61, Family.Gaussian, 1, 30, 8);
        ModelDiagnostics checks = ModelDiagnostics.Of(Pql.Fit(data.Design(), Family.Gaussian), data.Design());
        Assert.That(checks.Zeros, Is.Null);
        Assert.That(checks.Dispersion.DispersionEstimated, Is.True);
        Assert.That(checks.Dispersion.EffectiveRatio, Is.InRange(0.8, 1.25));
        Assert.That(checks.ToString(), Does.Contain("the dispersion was estimated, so the ratio is near 1 by design."));
    }

    [Test]
    public void WrongOptionsAndAbsentDistributionsAreRefused()
    {
        RandomData data = RandomData.Simulate(61, Family.Poisson, 1, 30, 8);
        PqlFit fit = Pql.Fit(data.Design(), Family.QuasiPoisson);
        Assert.That(
            () => ModelDiagnostics.Of(fit, data.Design(), new ModelDiagnosticsOptions { Simulations = -1 }),
            Throws.TypeOf<InvalidModelOptionException>().With.Message.EqualTo(
                "The number of simulations must be 0 or more, not -1."));
        Assert.That(
            () => ModelDiagnostics.Of(fit, data.Design(), new ModelDiagnosticsOptions { Simulations = 5 }),
            Throws.TypeOf<InvalidModelOptionException>());
        Assert.That(ModelDiagnostics.Of(fit, data.Design()).Zeros, Is.Null);
        var cancelled = new ModelDiagnosticsOptions { Simulations = 5, CancellationToken = new CancellationToken(true) };
        Assert.That(() => ModelDiagnostics.Of(fit, data.Design(), cancelled), Throws.InstanceOf<OperationCanceledException>());
    }

    private sealed class Listener(List<int> seen) : IProgress<int>
    {
        public void Report(int value) => seen.Add(value);
    }
}

using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Results;
using Glmm.Sparse.Threading;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Estimation;

[TestFixture]
internal sealed class FitOptionsTests
{
    private static readonly RandomData Data = RandomData.Simulate(21, Family.Poisson, 2, 30, 8);

    private static IEnumerable<TestCaseData> Bad() =>
    [
        new(new FitOptions { MaxIterations = 0 }, "The number of iterations must be at least 1, not 0."),
        new(new FitOptions { Order = 3 }, "The order of the expansion must be 1 or 2, not 3."),
        new(new FitOptions { Tolerance = 0 }, "The tolerance must be a finite number above 0, not 0."),
        new(new FitOptions { Tolerance = double.NaN }, "The tolerance must be a finite number above 0, not NaN."),
        new(new FitOptions { Threads = -1 }, "The number of threads must be 0 (all processors) or more, not -1."),
    ];

    [TestCaseSource(nameof(Bad))]
    public void BadOptionsAreRefusedByEveryEstimator(FitOptions options, string message)
    {
        foreach (Action fit in (Action[])
        [
            () => Pql.Fit(Data.Design(), Family.Poisson, null, options),
            () => Mql.Fit(Data.Design(), Family.Poisson, null, options),
            () => NullModel.Fit(Data.Design(), Family.Poisson, null, options),
        ])
        {
            Assert.That(fit, Throws.TypeOf<InvalidModelOptionException>().With.Message.EqualTo(message));
        }
    }

    [TestCase(0, "0")]
    [TestCase(-1.5, "-1.5")]
    [TestCase(double.NaN, "NaN")]
    [TestCase(double.PositiveInfinity, "Infinity")]
    public void ADispersionThatIsNotPositiveIsRefused(double value, string shown)
    {
        string message = $"The dispersion must be a finite number above 0, not {shown}.";
        if (double.IsInfinity(value)) message = "The dispersion must be a finite number above 0, not";
        Assert.That(
            () => DispersionOption.Fixed(value),
            Throws.TypeOf<InvalidModelOptionException>().With.Message.StartsWith(message));
    }

    [Test]
    public void AnUnknownMethodIsRefused() => Assert.That(
        () => GlmmEstimator.Fit((EstimationMethod)9, Data.Design(), Family.Poisson),
        Throws.TypeOf<InvalidModelOptionException>());

    [TestCase("gaussian", true)]
    [TestCase("gamma", true)]
    [TestCase("quasipoisson", true)]
    [TestCase("poisson", false)]
    [TestCase("binomial", false)]
    public void TheFamilyDecidesWhetherTheDispersionIsEstimated(string family, bool estimated)
    {
        double held = DispersionOption.FamilyDefault.HeldValue(Family.Parse(family));
        Assert.That(held, estimated ? Is.NaN : Is.EqualTo(1));
    }

    [Test]
    public void AHeldDispersionIsReportedAsGiven()
    {
        PqlFit fit =
            Pql.Fit(Data.Design(), Family.Poisson, null, new FitOptions { Dispersion = DispersionOption.Fixed(1.75) });
        Assert.That(fit.Dispersion, Is.EqualTo(1.75));
        Assert.That(fit.DispersionEstimated, Is.False);
    }

    [Test]
    public void ACancelledTokenStopsEveryEstimator()
    {
        var options = new FitOptions { CancellationToken = new CancellationToken(canceled: true) };
        Assert.That(
            () => Pql.Fit(Data.Design(), Family.Poisson, null, options),
            Throws.InstanceOf<OperationCanceledException>());
        Assert.That(
            () => Mql.Fit(Data.Design(), Family.Poisson, null, options),
            Throws.InstanceOf<OperationCanceledException>());
        Assert.That(
            () => NullModel.Fit(Data.Design(), Family.Poisson, null, options),
            Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void CancellingUnderWayStopsBeforeTheNextIteration()
    {
        using var source = new CancellationTokenSource();
        int calls = 0;
        var options = new FitOptions
        {
            CancellationToken = source.Token,
            Progress = new ImmediateProgress<FitProgress>(_ =>
            {
                calls++;
                source.Cancel();
            }),
        };
        Assert.That(
            () => Pql.Fit(Data.Design(), Family.Poisson, null, options),
            Throws.InstanceOf<OperationCanceledException>());
        Assert.That(calls, Is.EqualTo(1));
    }

    [TestCase(EstimationMethod.Pql)]
    [TestCase(EstimationMethod.Mql)]
    public void ProgressCountsTheIterationsAndEndsWithTheFitsOwnNumber(EstimationMethod method)
    {
        List<FitProgress> progress = [];
        GlmmFit fit =
            GlmmEstimator.Fit(method, Data.Design(), Family.Poisson, null, new FitOptions { Progress = new ImmediateProgress<FitProgress>(progress.Add) });
        Assert.That(progress.Select(p => p.Iteration), Is.EqualTo(Enumerable.Range(1, fit.Iterations)));
        Assert.That(progress[^1].GradientNorm, Is.EqualTo(fit.GradientNorm));
        Assert.That(fit.GradientNorm, Is.LessThanOrEqualTo(1e-8));
    }

    [Test]
    public void AFitReportsTheThreadsItUsed()
    {
        FitOptions options = new() { Threads = 3 };
        RandomData large = RandomData.Simulate(7, Family.Poisson, 1, 2000, 8);
        Assert.That(Pql.Fit(large.Design(), Family.Poisson, null, options).Threads, Is.EqualTo(3));
        Assert.That(Pql.Fit(Data.Design(), Family.Poisson, null, options).Threads, Is.EqualTo(1), "too small to share");
    }
}

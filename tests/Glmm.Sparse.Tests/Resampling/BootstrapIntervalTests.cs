using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Model;
using Glmm.Sparse.Model.Covariance;
using Glmm.Sparse.Resampling;
using Glmm.Sparse.Results;
using Glmm.Sparse.Tests.Inference;
using Glmm.Sparse.Tests.Reference;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Resampling;

[TestFixture]
internal sealed class BootstrapIntervalTests
{
    [Test]
    public void EpilGivesTheSameBitsOnOneAndTwoThreads()
    {
        ClusteredDesign design = ReferenceDesign.Read("epil_ri", "unstructured");
        BootstrapResult Run(int threads) => BootstrapIntervals.Compute(
            design, Family.Poisson, null, new FitOptions { Threads = threads },
            new BootstrapIntervalOptions { Replicates = 400, Seed = 3 });
        BootstrapResult one = Run(1), two = Run(2);
        Assert.That(two.Parameters, Is.EqualTo(one.Parameters));
        for (int i = 0; i < one.Replicates; i++)
            Assert.That(two.Replicate(i).SequenceEqual(one.Replicate(i)), Is.True);
        Assert.That(one.Replicates + one.Failures + one.Refused, Is.EqualTo(400));
        Assert.That(one.Failures, Is.LessThan(5));
    }

    // A balanced random intercept: the mean has variance (τ² + φ/m)/k, and its refits are as spread.
    [Test]
    public void TheSpreadOfRefitsIsThatOfSamplingTheory()
    {
        var rows = new SimulatedRows("gaussian", 30, 4);
        double[] y = rows.Draw(1, 3, 1);
        DesignColumn ones = DesignColumn.Constant("1", 1, y.Length);
        var design = ClusteredDesign.Create(
            DesignColumn.FromValues("y", y), [ones], [ones], new ClusterIndex("id", rows.Codes.ToArray(), 30));
        BootstrapResult result = BootstrapIntervals.Compute(
            design, Family.Gaussian, bootstrap: new BootstrapIntervalOptions { Replicates = 4_000, Level = 0.9 });
        BootstrapParameter mean = result.Parameters[0], deviation = result.Parameters[1], phi = result.Parameters[2];
        double error = Math.Sqrt((result.Fit.Covariance[0, 0] + (result.Fit.Dispersion / 4)) / 30);
        Assert.That(mean.StandardError, Is.EqualTo(error).Within(0.05 * error));
        Assert.That(mean.PercentileLower, Is.EqualTo(mean.Estimate - (1.645 * error)).Within(0.15 * error));
        Assert.That(mean.PercentileUpper, Is.EqualTo(mean.Estimate + (1.645 * error)).Within(0.15 * error));
        Assert.That(mean.BasicLower, Is.EqualTo((2 * mean.Estimate) - mean.PercentileUpper).Within(1e-14));

        // φ̂ ~ φχ²₉₀/90 where no variance is at 0.
        Assert.That(phi.StandardError, Is.EqualTo(phi.Estimate * Math.Sqrt(2 / 90.0)).Within(0.05 * phi.Estimate * Math.Sqrt(2 / 90.0)));
        Assert.That(phi.Name, Is.EqualTo("dispersion"));
        Assert.That(deviation.Name, Is.EqualTo("sd(1)"));
        Assert.That(deviation.Estimate, Is.EqualTo(Math.Sqrt(result.Fit.Covariance[0, 0])));
        Assert.That(result.Level, Is.EqualTo(0.9));
    }

    [Test]
    public void TheTableOfReplicatesIsThatOfTheirOwnRefits()
    {
        var rows = new SimulatedRows("poisson", 25, 6);
        ClusteredDesign design = rows.Design(rows.Draw(0.6, 3, 1), q: 2);
        BootstrapResult result = BootstrapIntervals.Compute(
            design, Family.Poisson, bootstrap: new BootstrapIntervalOptions { Replicates = 60, Seed = 9 });
        using RefitPlan plan = RefitPlan.Create(design, Family.Poisson);
        ResponseSimulation simulation = ResponseSimulation.FromFit(result.Fit, design, 9);
        using Refitter refitter = plan.CreateRefitter();
        Assert.That(
            result.Parameters.Select(p => p.Name),
            Is.EqualTo(new[] { "1", "x", "group", "sd(u0)", "sd(u1)", "cor(u0,u1)" }));
        foreach (int i in new[] { 0, 17, result.Replicates - 1 })
        {
            RefitResult own = refitter.Refit(simulation.Draw(result.ReplicateNumbers[i]));
            double[] values = result.Replicate(i).ToArray();
            Assert.That(values[..3], Is.EqualTo(own.FixedEffects.ToArray()));
            Assert.That(values[3], Is.EqualTo(Math.Sqrt(own.Covariance[0])));
            Assert.That(values[4], Is.EqualTo(Math.Sqrt(own.Covariance[3])));
            if (values[3] * values[4] > 0)
                Assert.That(values[5], Is.EqualTo(own.Covariance[1] / (values[3] * values[4])).Within(1e-12));
            else
                Assert.That(values[5], Is.NaN);
        }

        double[] column = [.. result.ValuesOf(5).Where(v => !double.IsNaN(v)).Order()];
        BootstrapParameter correlation = result.Parameters[5];
        Assert.That(correlation.Replicates, Is.EqualTo(column.Length));
        Assert.That(correlation.PercentileLower, Is.InRange(column[0], column[(int)(0.06 * column.Length)]));
        Assert.That(correlation.BasicLower, Is.InRange(-1, 1));
        Assert.That(correlation.Bias, Is.EqualTo(column.Average() - correlation.Estimate).Within(1e-12));
        Assert.That(() => result.Replicate(result.Replicates), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void AStructureWithoutCovariancesHasNoCorrelation()
    {
        var rows = new SimulatedRows("poisson", 25, 6);
        ClusteredDesign design = rows.Design(rows.Draw(0.6, 3, 1), 2, CovarianceStructure.Diagonal(2));
        BootstrapResult result = BootstrapIntervals.Compute(
            design, Family.Poisson, bootstrap: new BootstrapIntervalOptions { Replicates = 20 });
        Assert.That(result.Parameters.Select(p => p.Name), Is.EqualTo(new[] { "1", "x", "group", "sd(u0)", "sd(u1)" }));
        Assert.That(result.Parameters[3].BasicLower, Is.GreaterThanOrEqualTo(0));
        Assert.That(result.ToString(), Does.StartWith("Parametric bootstrap, 20 replicates"));
    }

    [Test]
    public void ReplicatesThatCannotBeFittedAreToldApart()
    {
        // A rare event: some samples have none at all, and in some a covariate separates them.
        var rows = new SimulatedRows("binomial", 12, 3);
        double[] y = new double[rows.Rows];
        y[1] = y[14] = y[29] = 1;
        DesignColumn ones = DesignColumn.Constant("1", 1, y.Length);
        var design = ClusteredDesign.Create(
            DesignColumn.FromValues("y", y), [ones], [ones], new ClusterIndex("id", rows.Codes.ToArray(), 12));
        BootstrapResult result = BootstrapIntervals.Compute(
            design, Family.Binomial, bootstrap: new BootstrapIntervalOptions { Replicates = 400 });
        Assert.That(result.Refused, Is.InRange(5, 60));
        Assert.That(result.FirstFailure, Does.Contain("in every row"));
        Assert.That(result.Replicates, Is.EqualTo(400 - result.Refused - result.Failures));
        Assert.That(result.ToString(), Does.Contain($"{result.Refused} could not be fitted"));
    }

    [Test]
    public void WrongOptionsAndFitsAreRefused()
    {
        var rows = new SimulatedRows("binomial", 20, 4);
        ClusteredDesign design = rows.Design(rows.Draw(0.5, 3, 1));
        void Refused(BootstrapIntervalOptions options, string what) => Assert.That(
            () => BootstrapIntervals.Compute(design, Family.Binomial, bootstrap: options),
            Throws.TypeOf<InvalidModelOptionException>().With.Message.Contains(what));
        Refused(new BootstrapIntervalOptions { Replicates = 19 }, "at least 20");
        Refused(new BootstrapIntervalOptions { Level = 1 }, "between 0 and 1");
        Refused(new BootstrapIntervalOptions { Method = EstimationMethod.Laplace }, "pql and mql");
        ClusteredDesign separated = rows.Design(design.FixedEffects[2].ToArray());
        Assert.That(
            () => BootstrapIntervals.Compute(separated, Family.Binomial),
            Throws.TypeOf<InvalidModelOptionException>().With.Message.Contains("did not converge"));
    }

    [Test]
    public void ItCanBeCancelledAndTellsItsProgress()
    {
        var rows = new SimulatedRows("poisson", 20, 4);
        ClusteredDesign design = rows.Design(rows.Draw(0.5, 3, 1));
        using var source = new CancellationTokenSource();
        var progress = new Heard(done =>
        {
            if (done >= 50) source.Cancel();
        });
        Assert.That(
            () => BootstrapIntervals.Compute(
                design, Family.Poisson, null, new FitOptions { CancellationToken = source.Token, Threads = 1 },
                new BootstrapIntervalOptions { Replicates = 100_000, Progress = new Heard(_ => source.Cancel()) }),
            Throws.InstanceOf<OperationCanceledException>());
        Assert.That(progress.Count, Is.Zero);
        BootstrapIntervals.Compute(
            design, Family.Poisson, bootstrap: new BootstrapIntervalOptions { Replicates = 40, Progress = progress });
        Assert.That(progress.Count, Is.EqualTo(40));
    }

    private sealed class Heard(Action<int> told) : IProgress<int>
    {
        private int _count;

        internal int Count => _count;

        public void Report(int value)
        {
            Interlocked.Increment(ref _count);
            told(value);
        }
    }
}

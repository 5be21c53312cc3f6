using System.Diagnostics;
using System.Diagnostics.Metrics;
using Glmm.Sparse.Diagnostics;
using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Model;
using Glmm.Sparse.Resampling;
using Glmm.Sparse.Results;
using Microsoft.Extensions.Logging;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Estimation;

/// <summary>What a service hears of fits.</summary>
[TestFixture]
[NonParallelizable]
internal sealed class FitTelemetryTests
{
    private static readonly RandomData Data = RandomData.Simulate(3, Family.Poisson, 1, 24, 8);

    [Test]
    public void AFitIsCountedTimedAndTraced()
    {
        var seen = new List<(string Name, double Value, string? Verdict)>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter.Name == FitTelemetry.Name) l.EnableMeasurementEvents(instrument);
        };
        void Hear(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            string? verdict = tags.ToArray().FirstOrDefault(t => t.Key == "verdict").Value as string;
            lock (seen) seen.Add((instrument.Name, value, verdict));
        }

        listener.SetMeasurementEventCallback<long>((i, v, t, _) => Hear(i, v, t));
        listener.SetMeasurementEventCallback<int>((i, v, t, _) => Hear(i, v, t));
        listener.SetMeasurementEventCallback<double>((i, v, t, _) => Hear(i, v, t));
        listener.Start();
        var activities = new List<Activity>();
        using var activityListener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == FitTelemetry.Name,
            Sample = (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = activities.Add,
        };
        ActivitySource.AddActivityListener(activityListener);

        PqlFit fit = Pql.Fit(Data.Design(), Family.Poisson);
        Assert.That(fit.ApproximationRisk, Is.Not.Null, "the fits of the risk are nobody's business");
        using RefitPlan plan = RefitPlan.Create(Data.Design(), Family.Poisson);
        plan.RefitMany([Data.Y, Data.Y]);
        Assert.Multiple(() =>
        {
            Assert.That(seen.Where(s => s.Name == "glmm.fits"), Is.EqualTo(new[] { ("glmm.fits", 1.0, "Converged") }));
            Assert.That(seen.Single(s => s.Name == "glmm.fit.passes").Value, Is.EqualTo(fit.DataPasses));
            Assert.That(seen.Single(s => s.Name == "glmm.fit.duration").Value, Is.EqualTo(fit.FitSeconds));
            Assert.That(seen.Single(s => s.Name == "glmm.refits").Value, Is.EqualTo(2));
            Assert.That(activities.Single().OperationName, Is.EqualTo("glmm.fit"));
            Assert.That(activities.Single().GetTagItem("observations"), Is.EqualTo(Data.Rows));
        });
    }

    [Test]
    public void FitsOfSimulatedDataAreToldToNobody()
    {
        int fits = 0;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter.Name == FitTelemetry.Name && instrument.Name == "glmm.fits")
                l.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref fits, (int)value));
        listener.Start();
        var logger = new ListLogger();
        var options = new FitOptions { Logger = logger };
        ClusteredDesign design = Data.Design();
        LikelihoodFit fit = Laplace.Fit(design, Family.Poisson, null, options);
        int messages = logger.Messages.Count;
        Assert.That(fits, Is.EqualTo(1));
        Assert.That(messages, Is.GreaterThan(1));
        ModelDiagnostics.Of(fit, design, new ModelDiagnosticsOptions { Simulations = 5 });
        PowerAnalysis.Run(
            design, Family.Poisson, null, new double[design.FixedEffects.Count], new[,] { { 0.5 } }, 1,
            new PowerOptions { Effect = "x1", Replicates = 20, Fit = options });
        Assert.That((fits, logger.Messages.Count), Is.EqualTo((1, messages)));

        // The fit of the data is the caller's.
        BootstrapLikelihoodRatio.TestVariance(
            design, Family.Poisson, null, EstimationMethod.Laplace, options,
            new BootstrapLikelihoodRatioOptions { Replicates = 19 });
        Assert.That((fits, logger.Messages.Count), Is.EqualTo((2, 2 * messages)));
    }

    [Test]
    public void ALoggerHearsStartIterationsAndEnd()
    {
        var logger = new ListLogger();
        PqlFit fit = Pql.Fit(Data.Design(), Family.Poisson, null, new FitOptions { Logger = logger });
        LogLevel[] expected =
        [
            LogLevel.Debug, .. Enumerable.Repeat(LogLevel.Trace, fit.Iterations), LogLevel.Information,
        ];
        Assert.That(logger.Messages.Select(m => m.Level), Is.EqualTo(expected));
        Assert.That(logger.Messages[^1].Text, Does.StartWith("Fitted by Pql: Converged after "));
    }

    [Test]
    public void AFitThatDoesNotConvergeIsAWarning()
    {
        var logger = new ListLogger();
        PqlFit fit = Pql.Fit(Data.Design(), Family.Poisson, null, new FitOptions { Logger = logger, MaxIterations = 1 });
        Assert.That(fit.Converged, Is.False);
        Assert.That(logger.Messages[^1].Level, Is.EqualTo(LogLevel.Warning));
        Assert.That(logger.Messages[^1].Text, Does.Contain("did not converge (Stalled)"));
    }

    [TestCase(EstimationMethod.Pql)]
    [TestCase(EstimationMethod.Mql)]
    [TestCase(EstimationMethod.Laplace)]
    [TestCase(EstimationMethod.Aghq)]
    public void AFitPrintsItself(EstimationMethod method)
    {
        GlmmFit fit = GlmmEstimator.Fit(method, Data.Design(), Family.Poisson);
        string text = $"{fit}";
        Assert.That(text, Does.Contain("poisson (log)").And.Contain("groups: g, 24").And.Contain(" x1 ").And.Contain(" z0 "));
        Assert.That(text, Does.Not.Contain("NOT CONVERGED"));
        Assert.That(text.Split('\n'), Has.All.Length.LessThanOrEqualTo(100));
    }

    private sealed class ListLogger : ILogger
    {
        public List<(LogLevel Level, string Text)> Messages { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) => Messages.Add((logLevel, formatter(state, exception)));
    }
}

using System.Diagnostics.Metrics;

namespace Glmm.Sparse.Server;

/// <summary>What the server counts, beside the library's own meter and ASP.NET Core's; <c>dotnet-counters</c> and
/// OpenTelemetry read them, and <see cref="MetricsText"/> writes them.</summary>
internal sealed class ServerMetrics : IDisposable
{
    public const string Name = "Glmm.Sparse.Server";

    private readonly Meter _meter = new(Name);
    private readonly Counter<long> _rows;
    private readonly Counter<long> _conditioned;
    private readonly Histogram<double> _seconds;
    private readonly Counter<long> _jobs;

    public ServerMetrics()
    {
        _rows = _meter.CreateCounter<long>("glmm.server.rows.predicted", "{row}", "Rows predicted.");
        _conditioned = _meter.CreateCounter<long>("glmm.server.rows.folded_in", "{row}", "Rows folded into clusters.");
        _seconds = _meter.CreateHistogram<double>(
            "glmm.server.prediction.duration", "s", "From the headers of a request for predictions to its answer.");
        _jobs = _meter.CreateCounter<long>("glmm.server.fits", "{fit}", "Fits ended, by state.");
    }

    public void Predicted(int rows, TimeSpan time)
    {
        _rows.Add(rows);
        _seconds.Record(time.TotalSeconds);
    }

    public void Conditioned(int rows, TimeSpan time)
    {
        _conditioned.Add(rows);
        _seconds.Record(time.TotalSeconds);
    }

    public void JobEnded(FitState state) => _jobs.Add(1, new KeyValuePair<string, object?>("state", Words.Of(state)));

    /// <summary>Adds what is looked at when someone asks.</summary>
    public void Watch(string name, string description, Func<long> value) =>
        _meter.CreateObservableUpDownCounter(name, value, description: description);

    public void Dispose() => _meter.Dispose();
}

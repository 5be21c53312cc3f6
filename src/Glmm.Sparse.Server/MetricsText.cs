using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Glmm.Sparse.Server;

/// <summary>The metrics of the server, the library and the runtime (memory, collections, processor time) as text that
/// Prometheus reads: sums, and of histograms counts, sums and buckets.</summary>
internal sealed class MetricsText : IDisposable
{
    private static readonly string[] s_meters = [ServerMetrics.Name, Estimation.FitTelemetry.Name, "System.Runtime"];
    private static readonly double[] s_bounds = [0.0001, 0.001, 0.01, 0.1, 1, 10, 100, 1_000];

    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<(Instrument Instrument, string Labels), Series> _series = new();

    public MetricsText()
    {
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (s_meters.Contains(instrument.Meter.Name)) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>All metrics as they are now.</summary>
    public string Write()
    {
        _listener.RecordObservableInstruments();
        var text = new StringBuilder();
        foreach (var metric in _series.GroupBy(static pair => pair.Key.Instrument)
            .OrderBy(static metric => metric.Key.Name, StringComparer.Ordinal))
        {
            string name = metric.Key.Name.Replace('.', '_');
            bool isHistogram = IsHistogram(metric.Key);
            bool isGauge = metric.Key is not (ObservableCounter<long> or ObservableCounter<double>)
                && metric.Key.IsObservable;
            if (!isHistogram && !isGauge) name += "_total";
            text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {metric.Key.Description}\n");
            text.Append(
                CultureInfo.InvariantCulture,
                $"# TYPE {name} {(isHistogram ? "histogram" : isGauge ? "gauge" : "counter")}\n");
            var bySeries = metric.OrderBy(static pair => pair.Key.Labels, StringComparer.Ordinal);
            foreach (var ((_, labels), series) in bySeries) series.Write(text, name, labels, isHistogram);
        }

        return text.ToString();
    }

    public void Dispose() => _listener.Dispose();

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        Series series = _series.GetOrAdd((instrument, Labels(tags)), static _ => new Series());
        series.Take(value, replaces: instrument.IsObservable);
    }

    private static bool IsHistogram(Instrument instrument) => instrument is Histogram<double> or Histogram<int>;

    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty) return "";
        var text = new StringBuilder();
        foreach (var (name, value) in tags)
        {
            string escaped = $"{value}".Replace("\\", "\\\\", StringComparison.Ordinal)
                .Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
            text.Append(text.Length == 0 ? "" : ",").Append(name).Append("=\"").Append(escaped).Append('"');
        }

        return text.ToString();
    }

    private sealed class Series
    {
        private readonly long[] _buckets = new long[s_bounds.Length + 1];
        private readonly Lock _lock = new();
        private double _sum;
        private long _count;

        public void Take(double value, bool replaces)
        {
            lock (_lock)
            {
                _sum = replaces ? value : _sum + value;
                _count++;
                int at = 0;
                while (at < s_bounds.Length && value > s_bounds[at]) at++;
                _buckets[at]++;
            }
        }

        public void Write(StringBuilder text, string name, string labels, bool isHistogram)
        {
            lock (_lock)
            {
                string braced = labels.Length == 0 ? "" : $"{{{labels}}}";
                if (!isHistogram)
                {
                    text.Append(CultureInfo.InvariantCulture, $"{name}{braced} {_sum:R}\n");
                    return;
                }

                string before = labels.Length == 0 ? "" : labels + ",";
                long below = 0;
                for (int at = 0; at <= s_bounds.Length; at++)
                {
                    below += _buckets[at];
                    string bound = at == s_bounds.Length
                        ? "+Inf"
                        : s_bounds[at].ToString("R", CultureInfo.InvariantCulture);
                    text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{{before}le=\"{bound}\"}} {below}\n");
                }

                text.Append(CultureInfo.InvariantCulture, $"{name}_sum{braced} {_sum:R}\n");
                text.Append(CultureInfo.InvariantCulture, $"{name}_count{braced} {_count}\n");
            }
        }
    }
}

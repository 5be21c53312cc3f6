using System.Collections;
using System.Globalization;
using Glmm.Sparse.Prediction;

namespace Glmm.Sparse.Persistence;

/// <summary>The predictions for a table, one for each of its rows, in order. Immutable and thread-safe.</summary>
public sealed class PredictionTable : IReadOnlyList<PredictedRow>
{
    private const int RowsShown = 10;

    private readonly double[] _estimates;
    private readonly double[] _standardErrors;
    private readonly double[] _lower;
    private readonly double[] _upper;
    private readonly int[] _clusters;
    private readonly IReadOnlyList<string> _labels;
    private readonly bool[] _known;

    internal PredictionTable(int rows, int[] clusters, IReadOnlyList<string> labels, bool[] known)
    {
        (_clusters, _labels, _known) = (clusters, labels, known);
        (_estimates, _standardErrors) = (new double[rows], new double[rows]);
        (_lower, _upper) = (new double[rows], new double[rows]);
    }

    /// <summary>What was predicted.</summary>
    public required PredictionTarget Target { get; init; }

    /// <summary>What the intervals are to cover.</summary>
    public required IntervalKind Interval { get; init; }

    /// <summary>Their probability of coverage.</summary>
    public required double Level { get; init; }

    /// <summary>Rows that miss a value the model needs, whose predictions are NaN.</summary>
    public required int RowsMissing { get; init; }

    /// <summary>Rows whose cluster the model does not know, or that have none; 0 where clusters were not asked
    /// for.</summary>
    public required int RowsOfUnseenClusters { get; init; }

    /// <summary>What the user should know, such as levels that the model never met.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>Number of rows.</summary>
    public int Count => _estimates.Length;

    /// <summary>What is predicted of each row.</summary>
    public ReadOnlySpan<double> Estimates => _estimates;

    /// <summary>Its standard errors.</summary>
    public ReadOnlySpan<double> StandardErrors => _standardErrors;

    /// <summary>Lower ends of the intervals.</summary>
    public ReadOnlySpan<double> Lower => _lower;

    /// <summary>Upper ends of the intervals.</summary>
    public ReadOnlySpan<double> Upper => _upper;

    /// <summary>The prediction of a row.</summary>
    /// <param name="row">Zero-based row of the table.</param>
    public PredictedRow this[int row]
    {
        get
        {
            int cluster = _clusters.Length == 0 ? -1 : _clusters[row];
            return new PredictedRow(
                row, cluster < 0 ? null : _labels[cluster], cluster >= 0 && _known[cluster], _estimates[row],
                _standardErrors[row], _lower[row], _upper[row]);
        }
    }

    /// <summary>Where predictions are written while the table is made.</summary>
    internal PredictionColumns Columns => new()
    {
        Estimate = _estimates,
        StandardError = _standardErrors,
        Lower = _lower,
        Upper = _upper,
    };

    /// <inheritdoc/>
    public IEnumerator<PredictedRow> GetEnumerator() =>
        Enumerable.Range(0, Count).Select(row => this[row]).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>How many predictions of what, and the first of them.</summary>
    public override string ToString()
    {
        string target = Target switch
        {
            PredictionTarget.LinearPredictor => "the linear predictor",
            PredictionTarget.ConditionalMean => "the conditional mean",
            _ => "the population mean",
        };
        string interval = Interval switch
        {
            IntervalKind.Confidence => $" with confidence intervals of {100 * Level:G4} %",
            IntervalKind.Prediction => $" with prediction intervals of {100 * Level:G4} %",
            _ => "",
        };
        IEnumerable<string> lines = this.Take(RowsShown).Select(row => $"  {row}");
        if (Count > RowsShown) lines = lines.Append("  ...");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Count} predictions of {target}{interval}; {RowsMissing} rows miss a value, {RowsOfUnseenClusters} are "
            + $"of clusters that the model does not know\n{string.Join('\n', lines)}");
    }
}

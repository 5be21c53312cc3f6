using System.Runtime.CompilerServices;
using Glmm.Sparse.Kernels;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Prediction;

/// <summary>Predicts rows of one model, a block after the other. Immutable and thread-safe; no call
/// allocates.</summary>
internal sealed class RowPrediction
{
    private const int BlockRows = 256;

    private readonly FittedModel _model;
    private readonly LinearPredictors _predictors;
    private readonly TargetMeans _means;
    private readonly ResponseMixture? _mixture;
    private readonly bool _isMarginal;

    internal RowPrediction(FittedModel model)
    {
        _model = model;
        _predictors = new LinearPredictors(model.Parts);
        _means = new TargetMeans(model.Kernel);
        ResponseLaw? law = ResponseLaw.Of(model.Family, model.Dispersion);
        _mixture = law is null ? null : new ResponseMixture(model.Kernel, law);

        // First-order MQL expands about b = 0: its fixed effects are those of the marginal mean already.
        _isMarginal = model.Method == EstimationMethod.Mql && model.Parts.Order == 1;
    }

    /// <inheritdoc cref="FittedModel.Predict"/>
    [SkipLocalsInit]
    internal void Predict(PredictionTarget target, in PredictionRows rows, Span<double> destination)
    {
        int n = destination.Length;
        bool population = target == PredictionTarget.PopulationMean, integrates = population && !_isMarginal;
        RowChecks.Rows(_model, n, rows, integrates);
        if (target == PredictionTarget.LinearPredictor)
        {
            _predictors.Fill(rows, 0, population: false, destination);
            return;
        }

        int block = Math.Min(n, BlockRows);
        Span<double> eta = stackalloc double[block], slope = stackalloc double[block];
        Span<double> spread = stackalloc double[integrates ? block : 0];
        for (int start = 0; start < n; start += block)
        {
            int count = Math.Min(block, n - start);
            Span<double> part = eta[..count], over = integrates ? spread[..count] : [];
            _predictors.Fill(rows, start, population, part);
            if (integrates) _predictors.SpreadInto(rows, start, over);
            _means.Fill(part, over, destination.Slice(start, count), slope[..count]);
        }
    }

    /// <inheritdoc cref="FittedModel.PredictWithErrors"/>
    [SkipLocalsInit]
    internal void PredictWithErrors(PredictionOptions options, in PredictionRows rows, in PredictionColumns columns)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        int n = columns.Estimate.Length, block = Math.Min(n, BlockRows);
        RowChecks.Columns(n, columns);
        var want = new Wishes(options, _isMarginal);
        bool spreads = want.Integrates ||
            ((want.Predicts || want.NewClusters) && (want.Population || RowChecks.HasUnknown(rows)));
        RowChecks.Rows(_model, n, rows, spreads);
        if (want.Predicts && _mixture is null) throw NoDistribution();
        Span<double> memory = stackalloc double[ErrorBlock.Arrays * block];
        Span<double> scratch = stackalloc double[_model.FixedCount + _model.RandomCount];
        for (int start = 0; start < n; start += block)
        {
            var part = new ErrorBlock(memory, block, Math.Min(block, n - start));
            _predictors.Fill(rows, start, want.Population, part.Eta);
            if (spreads) _predictors.SpreadInto(rows, start, part.Spread);
            else part.Spread.Clear();
            for (int i = 0; i < part.Count; i++)
            {
                double variance = _predictors.Variance(rows, start + i, want.Population, scratch);
                if (want.NewClusters && IsUnknown(rows, start + i)) variance += part.Spread[i];
                part.Variance[i] = variance;
            }

            Estimate(want, part, start, columns);
            if (columns.Lower.IsEmpty && columns.Upper.IsEmpty) continue;
            if (want.Predicts) PredictionEnds(want, rows, part, start);
            else if (options.Interval == IntervalKind.Confidence) ConfidenceEnds(want, part);
            else part.Low.Fill(double.NaN);
            if (options.Interval == IntervalKind.None) part.High.Fill(double.NaN);
            if (!columns.Lower.IsEmpty) part.Low.CopyTo(columns.Lower[start..]);
            if (!columns.Upper.IsEmpty) part.High.CopyTo(columns.Upper[start..]);
        }
    }

    private static bool IsUnknown(in PredictionRows rows, int row) =>
        rows.Posterior is null && (rows.Clusters.IsEmpty || rows.Clusters[row] < 0);

    private void Estimate(in Wishes want, in ErrorBlock part, int start, in PredictionColumns columns)
    {
        Span<double> estimate = columns.Estimate.Slice(start, part.Count);
        part.Eta.CopyTo(part.Work);
        if (want.Linear)
        {
            part.Eta.CopyTo(estimate);
            for (int i = 0; i < part.Count; i++) part.Slope[i] = double.IsNaN(part.Eta[i]) ? double.NaN : 1;
        }
        else
        {
            _means.Fill(part.Work, want.Integrates ? part.Spread : [], estimate, part.Slope);
        }

        if (columns.StandardError.IsEmpty) return;
        Span<double> error = columns.StandardError.Slice(start, part.Count);
        for (int i = 0; i < error.Length; i++) error[i] = Math.Abs(part.Slope[i]) * Math.Sqrt(part.Variance[i]);
    }

    private void PredictionEnds(in Wishes want, in PredictionRows rows, in ErrorBlock part, int start)
    {
        for (int i = 0; i < part.Count; i++)
        {
            bool isNew = want.Population || IsUnknown(rows, start + i);
            double variance = part.Variance[i] + (isNew && !want.NewClusters ? part.Spread[i] : 0);
            double weight = rows.PriorWeights.IsEmpty ? 1 : rows.PriorWeights[start + i];
            (part.Low[i], part.High[i]) = _mixture!.Interval(part.Eta[i], variance, weight, want.Level);
        }
    }

    private void ConfidenceEnds(in Wishes want, in ErrorBlock part)
    {
        for (int i = 0; i < part.Count; i++)
        {
            double half = want.Deviations * Math.Sqrt(part.Variance[i]);
            (part.Low[i], part.High[i]) = (part.Eta[i] - half, part.Eta[i] + half);
        }

        if (want.Linear) return;
        ReadOnlySpan<double> over = want.Integrates ? part.Spread : [];
        _means.FillEnds(part.Low, over, part.Work, part.Slope);
        _means.FillEnds(part.High, over, part.Work, part.Slope);
        for (int i = 0; i < part.Count; i++)
        {
            // A population's mean need not exist at both ends; which end is the lower one is not known then.
            if (double.IsNaN(part.Low[i]) || double.IsNaN(part.High[i])) part.Low[i] = part.High[i] = double.NaN;
            if (part.Low[i] > part.High[i]) (part.Low[i], part.High[i]) = (part.High[i], part.Low[i]);
        }
    }

    private InvalidModelOptionException NoDistribution() => new(
        $"There is no prediction interval. {ResponseCumulative.Missing(_model.Family, _model.Dispersion)} Or ask for " +
        "a confidence interval.");

    /// <summary>The options, worked out.</summary>
    private readonly struct Wishes(PredictionOptions options, bool isMarginal)
    {
        internal bool Linear { get; } = options.Target == PredictionTarget.LinearPredictor;

        internal bool Population { get; } = options.Target == PredictionTarget.PopulationMean;

        internal bool Integrates { get; } = options.Target == PredictionTarget.PopulationMean && !isMarginal;

        internal bool Predicts { get; } = options.Interval == IntervalKind.Prediction;

        internal bool NewClusters { get; } =
            options.NewClusters && options.Target != PredictionTarget.PopulationMean;

        internal double Level { get; } = options.Level;

        internal double Deviations { get; } = -NormalDistribution.Quantile(0.5 * (1 - options.Level));
    }

    /// <summary>What is known of a block of rows.</summary>
    private readonly ref struct ErrorBlock(Span<double> memory, int block, int count)
    {
        internal const int Arrays = 7;

        internal int Count { get; } = count;

        /// <summary>η.</summary>
        internal Span<double> Eta { get; } = memory[..count];

        /// <summary>Its variance.</summary>
        internal Span<double> Variance { get; } = memory.Slice(block, count);

        /// <summary>zᵀDz, or 0 where nothing asks for it.</summary>
        internal Span<double> Spread { get; } = memory.Slice(2 * block, count);

        internal Span<double> Low { get; } = memory.Slice(3 * block, count);

        internal Span<double> High { get; } = memory.Slice(4 * block, count);

        internal Span<double> Slope { get; } = memory.Slice(5 * block, count);

        internal Span<double> Work { get; } = memory.Slice(6 * block, count);
    }
}

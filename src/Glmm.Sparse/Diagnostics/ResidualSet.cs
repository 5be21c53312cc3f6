using System.Globalization;
using Glmm.Sparse.Kernels;
using Glmm.Sparse.Model;
using Glmm.Sparse.Results;
using Glmm.Sparse.Simulation;
using Glmm.Sparse.Threading;

namespace Glmm.Sparse.Diagnostics;

/// <summary>
/// The residuals of a fit, in the order of the design's rows. Immutable and thread-safe. They are conditional on the
/// predicted random effects; those of an <see cref="MqlFit"/>, which has none, are about β = 0.
/// </summary>
/// <remarks>
/// <para>The randomised quantile residual (Dunn &amp; Smyth 1996) is Φ⁻¹(u) with u = F(y), or for a discrete response a
/// uniform draw between F(y−) and F(y), F being the distribution of the response given μ̂ and φ̂. Under the model it is
/// standard normal but for what estimation takes: predicted random effects follow the data a little, so that a few rows
/// a cluster make them somewhat too small. It is at most 37.5 in size.</para>
/// <para>Pearson and deviance residuals are not divided by √φ, as R has them.</para>
/// </remarks>
public sealed class ResidualSet
{
    private const int BlockRows = 4096;
    private const double LeastTail = 2.2250738585072014e-308;

    private readonly double[] _mean;
    private readonly double[] _predictor;
    private readonly double[] _response;
    private readonly double[] _pearson;
    private readonly double[] _deviance;
    private readonly double[] _working;
    private readonly double[] _quantile;

    private ResidualSet(int n, bool hasQuantiles)
    {
        (_mean, _predictor, _response) = (new double[n], new double[n], new double[n]);
        (_pearson, _deviance, _working) = (new double[n], new double[n], new double[n]);
        _quantile = hasQuantiles ? new double[n] : [];
    }

    /// <summary>n.</summary>
    public int Count => _mean.Length;

    /// <summary>μ̂, n.</summary>
    public ReadOnlySpan<double> Mean => _mean;

    /// <summary>η̂, n.</summary>
    public ReadOnlySpan<double> LinearPredictor => _predictor;

    /// <summary>y − μ̂, n.</summary>
    public ReadOnlySpan<double> Response => _response;

    /// <summary>(y − μ̂)√(ω/V(μ̂)), n.</summary>
    public ReadOnlySpan<double> Pearson => _pearson;

    /// <summary>sign(y − μ̂)√d, n, d being the unit deviance.</summary>
    public ReadOnlySpan<double> Deviance => _deviance;

    /// <summary>(y − μ̂)/δ, n, on the scale of the linear predictor; s/w of the families that have a score of their own
    /// (beta, negative-binomial-1).</summary>
    public ReadOnlySpan<double> Working => _working;

    /// <summary>Randomised quantile residuals, n; empty where <see cref="QuantileMessage"/> says why there are
    /// none.</summary>
    public ReadOnlySpan<double> Quantile => _quantile;

    /// <summary>Why there are no quantile residuals; null where there are.</summary>
    public string? QuantileMessage { get; private init; }

    /// <summary>One record a row.</summary>
    public IEnumerable<ResidualRow> Rows => Enumerable.Range(0, Count).Select(i => new ResidualRow(
        i, _mean[i], _predictor[i], _response[i], _pearson[i], _deviance[i], _working[i],
        _quantile.Length == 0 ? double.NaN : _quantile[i]));

    /// <summary>Computes the residuals.</summary>
    /// <param name="fit">The fit.</param>
    /// <param name="design">The design that was fitted.</param>
    /// <param name="options">The options; the defaults when null.</param>
    /// <returns>The residuals.</returns>
    /// <exception cref="InvalidModelDataException">The design has other columns or clusters.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled.</exception>
    public static ResidualSet Of(GlmmFit fit, ClusteredDesign design, ResidualOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(fit);
        ArgumentNullException.ThrowIfNull(design);
        options ??= ResidualOptions.Default;
        options.Validate();
        RowPredictor.RequireFitted(fit.Outcome, design);
        string? missing = ResponseCumulative.Missing(fit.Family, fit.Dispersion);
        var set = new ResidualSet(design.Observations, missing is null) { QuantileMessage = missing };
        ResponseCumulative? cumulative =
            missing is null ? ResponseCumulative.Create(fit.Family, fit.Dispersion) : null;
        WorkingKernel kernel = WorkingKernel.Create(fit.Family, fit.Link);
        double[] alpha = [.. fit.FixedEffects.Select(e => e.Estimate)], modes = fit.Modes.ToArray();
        int blocks = (design.Observations + BlockRows - 1) / BlockRows;
        using var team = new WorkerTeam(Math.Min(WorkerTeam.Count(options.Threads), Math.Max(1, blocks)));
        team.Run(blocks, new PartitionedAction(block =>
        {
            options.CancellationToken.ThrowIfCancellationRequested();
            int start = block * BlockRows, count = Math.Min(BlockRows, design.Observations - start);
            set.Fill(start, count, (fit, design, alpha, modes), kernel);
            if (cumulative is not null) set.FillQuantiles(start, count, design, cumulative, options.Seed);
        }));
        return set;
    }

    /// <summary>The least, the quartiles and the largest of each kind.</summary>
    public override string ToString()
    {
        var table = new TextTable();
        table.AddLine(string.Create(CultureInfo.InvariantCulture, $"Residuals of {Count} rows"));
        table.Add(["", "least", "quartile", "median", "quartile", "largest"]);
        table.Add(["response", .. Quartiles(_response)]);
        table.Add(["Pearson", .. Quartiles(_pearson)]);
        table.Add(["deviance", .. Quartiles(_deviance)]);
        table.Add(["working", .. Quartiles(_working)]);
        if (_quantile.Length > 0) table.Add(["quantile", .. Quartiles(_quantile)]);
        else table.AddLine($"No quantile residuals: {QuantileMessage}");
        return table.Text(0);
    }

    private static IEnumerable<string> Quartiles(double[] values)
    {
        double[] sorted = [.. values];
        Array.Sort(sorted);
        foreach (double share in (double[])[0, 0.25, 0.5, 0.75, 1])
        {
            double place = share * (sorted.Length - 1);
            int below = (int)place;
            double value = sorted[below];
            if (below + 1 < sorted.Length) value += (place - below) * (sorted[below + 1] - value);
            yield return NumberFormat.Significant(value, 5);
        }
    }

    private void Fill(
        int start, int count, (GlmmFit Fit, ClusteredDesign Design, double[] Alpha, double[] Modes) model,
        WorkingKernel kernel)
    {
        ClusteredDesign design = model.Design;
        var rows = new int[count];
        double[] y = new double[count], scratch = new double[count], omega = Weights(design, start, count);
        for (int i = 0; i < count; i++) rows[i] = start + i;
        Span<double> eta = _predictor.AsSpan(start, count), mean = _mean.AsSpan(start, count);
        RowPredictor.LinearPredictor(
            design, model.Fit.Outcome.FixedColumns, model.Alpha, model.Modes, rows, eta, scratch);
        design.Response.Gather(rows, y);
        kernel.Mean(eta, mean, scratch);
        ReadOnlySpan<double> prior = design.PriorWeights is null ? [] : omega;
        kernel.Working(eta, y, prior, scratch, _working.AsSpan(start, count));
        kernel.PearsonResiduals(eta, y, prior, _pearson.AsSpan(start, count));
        Span<double> deviance = _deviance.AsSpan(start, count);
        kernel.UnitDeviance(eta, y, prior, deviance);
        for (int i = 0; i < count; i++)
        {
            _response[start + i] = y[i] - mean[i];
            deviance[i] = Math.CopySign(Math.Sqrt(Math.Max(0, deviance[i])), y[i] - mean[i]);
        }
    }

    private void FillQuantiles(
        int start, int count, ClusteredDesign design, ResponseCumulative cumulative, ulong seed)
    {
        double[] omega = Weights(design, start, count), y = new double[count];
        var rows = new int[count];
        for (int i = 0; i < count; i++) rows[i] = start + i;
        design.Response.Gather(rows, y);
        for (int i = 0; i < count; i++)
        {
            double mean = _mean[start + i];
            (double lower, double upper) = cumulative.Tails(y[i], mean, omega[i]);
            if (cumulative.IsDiscrete)
            {
                double u = new RandomSource(seed, (ulong)(start + i)).NextUniform();
                (double below, double above) = cumulative.TailsBelow(y[i], mean, omega[i]);
                lower = below + (u * (lower - below));
                upper += (1 - u) * (above - upper);
            }

            _quantile[start + i] = lower < upper
                ? NormalDistribution.Quantile(Math.Max(LeastTail, lower))
                : -NormalDistribution.Quantile(Math.Max(LeastTail, upper));
        }
    }

    private static double[] Weights(ClusteredDesign design, int start, int count)
    {
        var omega = new double[count];
        if (design.PriorWeights is null) Array.Fill(omega, 1);
        else design.PriorWeights.Gather([.. Enumerable.Range(start, count)], omega);
        return omega;
    }
}

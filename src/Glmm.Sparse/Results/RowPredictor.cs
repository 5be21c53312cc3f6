using Glmm.Sparse.Kernels;
using Glmm.Sparse.Model;

namespace Glmm.Sparse.Results;

/// <summary>Fitted values of a design's rows from estimates on the user's scale.</summary>
internal static class RowPredictor
{
    private const int BlockRows = 4096;

    /// <summary>Fitted values and residuals in the design's row order.</summary>
    /// <param name="summary">The fit.</param>
    /// <param name="design">The design.</param>
    /// <param name="modes">β̂, k×q, or empty for β = 0.</param>
    internal static FittedValues Fitted(FitSummary summary, ClusteredDesign design, ReadOnlySpan<double> modes)
    {
        ArgumentNullException.ThrowIfNull(design);
        int n = design.Observations;
        RequireFitted(summary, design);
        var fitted = new FittedValues(new double[n], new double[n], new double[n], new double[n]);
        WorkingKernel kernel = WorkingKernel.Create(summary.Family, summary.Link);
        double[] alpha = [.. summary.FixedEffects.Select(e => e.Estimate)];
        int[] rows = new int[Math.Min(n, BlockRows)];
        var y = new double[rows.Length];
        var omega = new double[rows.Length];
        var scratch = new double[rows.Length];
        for (int start = 0; start < n; start += BlockRows)
        {
            int count = Math.Min(BlockRows, n - start);
            for (int i = 0; i < count; i++) rows[i] = start + i;
            ReadOnlySpan<int> block = rows.AsSpan(0, count);
            Span<double> eta = fitted.LinearPredictor.AsSpan(start, count), mean = fitted.Mean.AsSpan(start, count);
            LinearPredictor(design, summary.FixedColumns, alpha, modes, block, eta, scratch);
            kernel.Mean(eta, mean, scratch.AsSpan(0, count));
            design.Response.Gather(block, y);
            design.PriorWeights?.Gather(block, omega);
            ReadOnlySpan<double> weights = design.PriorWeights is null ? [] : omega.AsSpan(0, count);
            Span<double> deviance = fitted.DevianceResidual.AsSpan(start, count);
            kernel.PearsonResiduals(eta, y.AsSpan(0, count), weights, fitted.PearsonResidual.AsSpan(start, count));
            kernel.UnitDeviance(eta, y.AsSpan(0, count), weights, deviance);
            for (int i = 0; i < count; i++)
                deviance[i] = Math.CopySign(Math.Sqrt(Math.Max(0, deviance[i])), y[i] - mean[i]);
        }

        return fitted;
    }

    /// <summary>Refuses a design that is plainly not the fitted one.</summary>
    /// <exception cref="InvalidModelDataException">It has other columns or clusters.</exception>
    internal static void RequireFitted(FitSummary summary, ClusteredDesign design)
    {
        bool same = design.FrequencyTotal == summary.Observations &&
                    design.Clusters.Count == summary.Clusters.Count &&
                    design.RandomEffects.Select(c => c.Name).SequenceEqual(summary.RandomTerms) &&
                    design.FixedEffects.Count > summary.FixedColumns[^1] &&
                    summary.FixedColumns.Select(j => design.FixedEffects[j].Name)
                        .SequenceEqual(summary.FixedEffects.Select(e => e.Name));
        if (same) return;
        throw new InvalidModelDataException(
            "The design is not the one that was fitted: its rows, columns or clusters differ. Give the design that " +
            "was fitted.");
    }

    /// <summary>η = o + Xα + Zβ of some rows.</summary>
    /// <param name="design">The design.</param>
    /// <param name="columns">Indices of the columns of X that have a coefficient.</param>
    /// <param name="alpha">Their coefficients, on the user's scale.</param>
    /// <param name="modes">β, k×q row by row, or empty for 0.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="eta">Overwritten.</param>
    /// <param name="scratch">At least as long.</param>
    internal static void LinearPredictor(
        ClusteredDesign design, IReadOnlyList<int> columns, ReadOnlySpan<double> alpha, ReadOnlySpan<double> modes,
        ReadOnlySpan<int> rows, Span<double> eta, double[] scratch)
    {
        eta.Clear();
        design.Offset?.Gather(rows, eta);
        for (int j = 0; j < columns.Count; j++)
        {
            design.FixedEffects[columns[j]].Gather(rows, scratch);
            for (int i = 0; i < rows.Length; i++) eta[i] += alpha[j] * scratch[i];
        }

        if (modes.IsEmpty) return;
        ReadOnlySpan<int> codes = design.Clusters.Codes.Span;
        int q = design.RandomEffects.Count;
        for (int l = 0; l < q; l++)
        {
            design.RandomEffects[l].Gather(rows, scratch);
            for (int i = 0; i < rows.Length; i++) eta[i] += modes[(codes[rows[i]] * q) + l] * scratch[i];
        }
    }
}

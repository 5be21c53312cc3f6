using Glmm.Sparse.Families;
using Glmm.Sparse.Kernels;
using Glmm.Sparse.Model;

namespace Glmm.Sparse.Likelihood;

/// <summary>The part of the log-likelihood that does not depend on the linear predictor, over all rows; kept while its
/// parameters stay. Not thread-safe.</summary>
internal sealed class ResponseConstant
{
    private const int BlockRows = 4096;

    private readonly ClusteredDesign _design;
    private readonly double[] _response = new double[BlockRows];
    private readonly double[] _priorWeights = new double[BlockRows];
    private readonly int[] _rows = new int[BlockRows];
    private readonly (double Count, int[] Rows)[] _groups;
    private double _shape = double.NaN;
    private double _dispersion = double.NaN;

    internal ResponseConstant(ClusteredDesign design)
    {
        _design = design;
        _groups = design.Counts is null ? [] : Group(design.Counts.Column);
    }

    /// <summary>Σ c(y, ω, φ, ξ).</summary>
    internal double Value { get; private set; }

    /// <summary>Its derivative in log φ.</summary>
    internal double DispersionSlope { get; private set; }

    /// <summary>Its derivative in log ξ.</summary>
    internal double ShapeSlope { get; private set; }

    /// <summary>Evaluates it.</summary>
    /// <param name="family">The family, with its shape.</param>
    /// <param name="dispersion">φ.</param>
    internal void Evaluate(Family family, double dispersion)
    {
        double shape = family.Shape?.Value ?? 0;
        if (shape == _shape && dispersion == _dispersion) return;
        (_shape, _dispersion) = (shape, dispersion);
        (Value, DispersionSlope, ShapeSlope) = (0, 0, 0);

        // A quasi-likelihood is known up to such a constant only.
        if (!family.HasLikelihood) return;
        int n = _design.Observations;
        for (int start = 0; start < n && _groups.Length == 0; start += BlockRows)
        {
            int count = Math.Min(BlockRows, n - start);
            for (int i = 0; i < count; i++) _rows[i] = start + i;
            Add(family, _rows.AsSpan(0, count), 1, dispersion);
        }

        // Rows that count alike are summed together, and the sum counts as often.
        foreach ((double times, int[] group) in _groups)
        {
            for (int start = 0; start < group.Length; start += BlockRows)
            {
                int count = Math.Min(BlockRows, group.Length - start);
                Add(family, group.AsSpan(start, count), times, dispersion);
            }
        }
    }

    private void Add(Family family, ReadOnlySpan<int> rows, double times, double dispersion)
    {
        _design.Response.Gather(rows, _response);
        _design.PriorWeights?.Gather(rows, _priorWeights);
        LikelihoodConstantSums sums = LikelihoodConstant.Of(
            family, _response.AsSpan(0, rows.Length),
            _design.PriorWeights is null ? [] : _priorWeights.AsSpan(0, rows.Length), dispersion);
        Value += times * sums.Value;
        DispersionSlope += times * sums.DispersionSlope;
        ShapeSlope += times * sums.ShapeSlope;
    }

    private static (double Count, int[] Rows)[] Group(DesignColumn counts)
    {
        double[] values = counts.ToArray();
        return
        [
            .. Enumerable.Range(0, values.Length).GroupBy(row => values[row])
                .Select(group => (group.Key, group.ToArray())),
        ];
    }
}

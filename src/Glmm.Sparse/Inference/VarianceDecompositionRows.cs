using Glmm.Sparse.Families;
using Glmm.Sparse.Kernels;
using Glmm.Sparse.Likelihood;
using Glmm.Sparse.Model;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Inference;

/// <summary>What a decomposition of variance takes from the rows: Xα, zᵀDz and means over the random effects.</summary>
internal sealed class VarianceDecompositionRows
{
    private const int BlockRows = 4096;
    private const int Nodes = 64;

    private readonly WorkingKernel _kernel;
    private readonly double[] _predictor;
    private readonly double[] _variance;

    /// <param name="fit">The fit.</param>
    /// <param name="design">Its design.</param>
    internal VarianceDecompositionRows(GlmmFit fit, ClusteredDesign design)
    {
        _kernel = WorkingKernel.Create(fit.Family, fit.Link);
        int n = design.Observations;
        double[] alpha = [.. fit.FixedEffects.Select(e => e.Estimate)], xa = new double[n];
        (_predictor, _variance) = (new double[n], Variances(design, fit.Covariance));
        var offset = new double[n];
        var scratch = new double[Math.Min(n, BlockRows)];
        for (int start = 0; start < n; start += BlockRows)
        {
            int count = Math.Min(BlockRows, n - start);
            int[] rows = [.. Enumerable.Range(start, count)];
            RowPredictor.LinearPredictor(
                design, fit.Outcome.FixedColumns, alpha, [], rows, _predictor.AsSpan(start, count), scratch);
            design.Offset?.Gather(rows, offset.AsSpan(start, count));
        }

        for (int i = 0; i < n; i++) xa[i] = _predictor[i] - offset[i];
        double mean = xa.Average();
        FixedVariance = xa.Sum(x => (x - mean) * (x - mean)) / (n - 1);
        RandomVariance = _variance.Average();
    }

    /// <summary>Sample variance of Xα.</summary>
    internal double FixedVariance { get; }

    /// <summary>Mean of zᵀDz.</summary>
    internal double RandomVariance { get; }

    /// <summary>Mean over the rows of E g⁻¹(o + xα + zβ).</summary>
    internal double PopulationMean() => MeanOf(_kernel, _predictor, _variance);

    /// <summary>The same of an intercept alone, the random effects' variance being its mean over the rows.</summary>
    internal static double NullMean(GlmmFit fit, ClusteredDesign design)
    {
        var kernel = WorkingKernel.Create(fit.Family, fit.Link);
        double intercept = fit.FixedEffects[0].Estimate, variance = Variances(design, fit.Covariance).Average();
        double[] offset = design.Offset?.ToArray() ?? [0];
        return MeanOf(
            kernel, [.. offset.Select(o => o + intercept)], [.. Enumerable.Repeat(variance, offset.Length)]);
    }

    private static double[] Variances(ClusteredDesign design, double[,] covariance)
    {
        int n = design.Observations, q = design.RandomEffects.Count;
        var variance = new double[n];
        double[][] z = [.. design.RandomEffects.Select(c => c.ToArray())];
        for (int i = 0; i < n; i++)
        {
            for (int a = 0; a < q; a++)
            {
                for (int b = 0; b < q; b++) variance[i] += z[a][i] * covariance[a, b] * z[b][i];
            }
        }

        return variance;
    }

    // Closed forms where the mean of g⁻¹ over a normal variable has one, else Gauss–Hermite quadrature.
    private static double MeanOf(WorkingKernel kernel, double[] predictor, double[] variance)
    {
        LinkKind link = kernel.Link.Kind;
        double[] mean = new double[1], slope = new double[1];
        var rule = new QuadratureRule(Nodes, 1);
        double[] eta = new double[Nodes], means = new double[Nodes], slopes = new double[Nodes], weights =
            [.. Enumerable.Range(0, Nodes).Select(k => Math.Exp(rule.LogWeights[k] - (rule.Point(k)[0] * rule.Point(k)[0])))];
        double total = 0;
        for (int i = 0; i < predictor.Length; i++)
        {
            double shifted = link switch
            {
                LinkKind.Identity => predictor[i],
                LinkKind.Log => predictor[i] + (0.5 * variance[i]),
                LinkKind.Probit => predictor[i] / Math.Sqrt(1 + variance[i]),
                _ => variance[i] == 0 ? predictor[i] : double.NaN,
            };
            if (!double.IsNaN(shifted))
            {
                kernel.Mean([shifted], mean, slope);
                total += mean[0];
                continue;
            }

            double spread = Math.Sqrt(2 * variance[i]);
            for (int k = 0; k < Nodes; k++) eta[k] = predictor[i] + (spread * rule.Point(k)[0]);
            kernel.Mean(eta, means, slopes);
            for (int k = 0; k < Nodes; k++) total += weights[k] * means[k];
        }

        return total / predictor.Length;
    }
}

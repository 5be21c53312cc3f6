using Glmm.Sparse.Model;
using Glmm.Sparse.Results;
using Glmm.Sparse.Working;

namespace Glmm.Sparse.Inference;

/// <summary>
/// The cluster-robust covariance of a maximum likelihood fit by the Laplace approximation, H⁻¹(Σ s_is_iᵀ)H⁻¹ with the
/// observed information H on all parameters and the clusters' scores s_i (White 1982), of which this is the block of
/// the fixed effects.
/// </summary>
internal static class LikelihoodSandwich
{
    /// <summary>Computes it.</summary>
    /// <param name="fit">The fit.</param>
    /// <param name="design">The design that was fitted.</param>
    /// <param name="threads">Threads; 0 for all processors.</param>
    /// <param name="cancellationToken">Stops the sweep.</param>
    /// <returns>The covariance of α̂, p×p row by row, without any correction, and the number of clusters.</returns>
    /// <exception cref="InvalidModelOptionException">The fit is by quadrature, or rows have frequencies.</exception>
    internal static (double[] Covariance, int Clusters) Compute(
        LikelihoodFit fit, ClusteredDesign design, int threads = 0, CancellationToken cancellationToken = default)
    {
        if (fit.Nodes != 1)
        {
            throw new InvalidModelOptionException(
                "The cluster-robust covariance of a maximum likelihood fit is that of the Laplace approximation; fit " +
                "by laplace, or take the covariance of a pql fit.");
        }

        if (design.Counts is not null)
        {
            throw new InvalidModelOptionException(
                "The cluster-robust covariance of a maximum likelihood fit does not take frequency weights; repeat " +
                "the rows.");
        }

        var model = new WorkingClusters(fit, design, threads);
        var parts = new LaplaceScores(fit);
        int count = parts.Count, p = model.P;
        var total = new ScoreProducts(count);
        model.Sweep(
            default, () => new Part(fit, count), static (cluster, part) => part.Add(cluster),
            part => total.Add(part.Products),
            cancellationToken);

        double[] meat = total.Sum;
        double[,] inverse = fit.Outcome.Likelihood!.ParameterCovariance;
        double[] half = new double[count], covariance = new double[p * p];
        for (int i = 0; i < p; i++)
        {
            for (int b = 0; b < count; b++)
            {
                half[b] = 0;
                for (int a = 0; a < count; a++) half[b] += inverse[i, a] * meat[(a * count) + b];
            }

            for (int j = 0; j <= i; j++)
            {
                double sum = 0;
                for (int b = 0; b < count; b++) sum += half[b] * inverse[b, j];
                covariance[(i * p) + j] = covariance[(j * p) + i] = sum;
            }
        }

        return (covariance, total.Clusters);
    }

    private sealed class Part(LikelihoodFit fit, int count)
    {
        private readonly LaplaceScores _scores = new(fit);
        private readonly double[] _score = new double[count];

        public ScoreProducts Products { get; } = new(count);

        public void Add(WorkingCluster cluster)
        {
            _scores.Compute(cluster, _score);
            Products.Add(_score);
        }
    }
}

using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Model;
using Glmm.Sparse.Results;
using Glmm.Sparse.Working;

namespace Glmm.Sparse.Inference;

/// <summary>
/// Cluster-robust covariances of the fixed effects: right for the mean model whatever the correlation and variance
/// within clusters really are, if clusters are many.
/// </summary>
public static class ClusterRobustCovariance
{
    // A cluster that alone determines some coefficient says nothing about its residual: an eigenvalue of 1 − this.
    private const double Determined = 1e-9;

    /// <summary>The covariance, p×p.</summary>
    /// <param name="fit">A fit by PQL or MQL, whose working model gives the scores U_i = X_iᵀ(Py*)_i, or by the Laplace
    /// approximation, whose clusters' scores in all parameters give the sandwich of the whole likelihood (White
    /// 1982).</param>
    /// <param name="design">The design that was fitted.</param>
    /// <param name="kind">The correction.</param>
    /// <param name="threads">Threads; 0 for all processors.</param>
    /// <param name="cancellationToken">Stops the two passes over the rows.</param>
    /// <returns>Cov(α̂).</returns>
    /// <exception cref="InvalidModelOptionException">The fit is by quadrature, did not converge or has a single
    /// cluster, or a likelihood is to have a correction of residuals or has rows with frequencies.</exception>
    /// <exception cref="InvalidModelDataException">The design has other columns or clusters.</exception>
    public static double[,] Compute(
        GlmmFit fit, ClusteredDesign design, ClusterRobust kind = ClusterRobust.CR1, int threads = 0,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(fit);
        ArgumentNullException.ThrowIfNull(design);
        InferenceChecks.RequireConverged(fit);
        if (fit is LikelihoodFit likelihood) return OfLikelihood(likelihood, design, kind, threads, cancellationToken);
        var clusters = new WorkingClusters(fit, design, threads);
        int p = clusters.P;
        double[] whitening = Exact(clusters, cancellationToken);
        var total = new ScoreProducts(p);
        clusters.Sweep(
            whitening, () => new Meat(p, kind), static (cluster, part) => part.Add(cluster),
            part => total.Add(part.Products), cancellationToken);
        if (total.Clusters < 2)
        {
            throw new InvalidModelOptionException(
                $"The grouping factor '{fit.GroupName}' has {total.Clusters} cluster with rows; a cluster-robust " +
                $"covariance needs at least two.");
        }

        return Corrected(SmallMatrices.Congruence(whitening, total.Sum, p), kind, total.Clusters, fit.Observations, p);
    }

    // The score of a likelihood has no residuals to correct row by row.
    private static double[,] OfLikelihood(
        LikelihoodFit fit, ClusteredDesign design, ClusterRobust kind, int threads, CancellationToken cancellationToken)
    {
        if (kind is ClusterRobust.CR2 or ClusterRobust.CR3)
        {
            throw new InvalidModelOptionException(
                $"{kind} corrects the residuals of the working model of PQL or MQL; a maximum likelihood fit has " +
                $"CR0, CR1 and CR1S.");
        }

        (double[] covariance, int clusters) = LikelihoodSandwich.Compute(fit, design, threads, cancellationToken);
        return Corrected(covariance, kind, clusters, fit.Observations, fit.FixedEffects.Count);
    }

    private static double[,] Corrected(double[] covariance, ClusterRobust kind, double k, double n, int p)
    {
        double factor = kind switch
        {
            ClusterRobust.CR1 => k / (k - 1),
            ClusterRobust.CR1S => k * (n - 1) / ((k - 1) * (n - p)),
            _ => 1,
        };
        var result = new double[p, p];
        for (int i = 0; i < p; i++)
        {
            for (int j = 0; j < p; j++) result[i, j] = factor * covariance[(i * p) + j];
        }

        return result;
    }

    // L with LLᵀ = S⁻¹ of this sweep to rounding: with XL the matrix S is I.
    private static double[] Exact(WorkingClusters clusters, CancellationToken cancellationToken)
    {
        int p = clusters.P;
        double[] near = clusters.Whitening(), information = new double[p * p];
        clusters.Sweep(
            near, () => new double[p * p],
            static (cluster, part) => AddTo(part, cluster.FixedInformation), part => AddTo(information, part),
            cancellationToken);
        double[] inverse = WorkingInformation.Inverse(information, p) ?? throw new InvalidModelOptionException(
            "The fixed effects' information is not positive definite at the estimates; mend the fit first.");
        double[] exact = SmallMatrices.Congruence(near, inverse, p);
        DenseCholesky.Factor(exact, p);
        for (int i = 0; i < p; i++) exact.AsSpan((i * p) + i + 1, p - i - 1).Clear();
        return exact;
    }

    private static void AddTo(double[] sum, double[] values)
    {
        for (int i = 0; i < sum.Length; i++) sum[i] += values[i];
    }

    /// <summary>Σ A_iU_iU_iᵀA_iᵀ of some clusters.</summary>
    private sealed class Meat(int p, ClusterRobust kind)
    {
        private readonly double[] _score = new double[p];
        private readonly double[] _rotated = new double[p];
        private readonly double[] _matrix = new double[p * p];
        private readonly double[] _values = new double[p];
        private readonly double[] _vectors = new double[p * p];

        public ScoreProducts Products { get; } = new(p);

        public void Add(WorkingCluster cluster)
        {
            cluster.FixedScore.CopyTo(_score, 0);
            if (kind is ClusterRobust.CR2 or ClusterRobust.CR3)
                Adjust(cluster.FixedInformation, kind == ClusterRobust.CR2 ? -0.5 : -1);
            Products.Add(_score);
        }

        // U ← (I − G)^e U, where S = I: XᵀV⁻¹ᐟ²(I − H)^e V⁻¹ᐟ²r with H = V⁻¹ᐟ²XXᵀV⁻¹ᐟ².
        private void Adjust(double[] information, double exponent)
        {
            information.CopyTo(_matrix, 0);
            SymmetricEigen.Decompose(_matrix, p, _values, _vectors);
            for (int e = 0; e < p; e++)
            {
                double sum = 0, rest = 1 - _values[e];
                for (int i = 0; i < p; i++) sum += _vectors[(i * p) + e] * _score[i];
                _rotated[e] = rest > Determined ? Math.Pow(rest, exponent) * sum : 0;
            }

            for (int i = 0; i < p; i++)
            {
                _score[i] = 0;
                for (int e = 0; e < p; e++) _score[i] += _vectors[(i * p) + e] * _rotated[e];
            }
        }
    }
}

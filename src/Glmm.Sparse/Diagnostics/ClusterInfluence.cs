using System.Globalization;
using System.Numerics.Tensors;
using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Model;
using Glmm.Sparse.Results;
using Glmm.Sparse.Working;

namespace Glmm.Sparse.Diagnostics;

/// <summary>
/// Leverage of rows and clusters, and what each cluster does to the fixed effects: Cook's distance and DFBETAS by
/// deletion of whole clusters. Immutable and thread-safe.
/// </summary>
/// <remarks>
/// <para>
/// With S = Σ G_i, G_i = X_iᵀV_i⁻¹X_i and U_i = X_iᵀV_i⁻¹(y_i* − X_iα̂), leaving cluster i out moves α̂ by
/// −(S − G_i)⁻¹U_i (Preisser &amp; Qaqish 1996 for clusters; Christensen, Pearson &amp; Johnson 1992 for mixed models).
/// D and φ are held. For the gaussian family with the identity link that is exact; for others it is one step of the
/// working model at the estimates. All of it comes from one factor of each cluster's block: nothing is fitted again.
/// </para>
/// <para>
/// The leverage of a row is the derivative of its fitted value by its own working response, w(x̃ᵀCov(α̂)x̃ + zᵀEz) with
/// x̃ = x + Gᵀz, G = −EZᵀWX: the diagonal of the hat matrix that lme4's <c>hatvalues</c> reports. Maximum likelihood
/// fits are judged by their working model at the estimates.
/// </para>
/// </remarks>
public sealed class ClusterInfluence
{
    private readonly double[] _leverage;

    private ClusterInfluence(double[] leverage, ClusterInfluenceRow[] rows, string[] names, string group)
    {
        (_leverage, Rows, FixedNames, GroupName) = (leverage, rows, names, group);
        EffectiveParameters = leverage.Sum();
    }

    /// <summary>The fixed effects, in the order of changes and DFBETAS.</summary>
    public IReadOnlyList<string> FixedNames { get; }

    /// <summary>The grouping factor.</summary>
    public string GroupName { get; }

    /// <summary>One record a cluster, in the order of their codes; clusters without rows are left out.</summary>
    public IReadOnlyList<ClusterInfluenceRow> Rows { get; }

    /// <summary>Leverage of each row of the design, n.</summary>
    public ReadOnlySpan<double> Leverage => _leverage;

    /// <summary>Σ of the leverages: how many parameters fixed and predicted random effects amount to.</summary>
    public double EffectiveParameters { get; }

    /// <summary>The records, the largest Cook's distance first.</summary>
    public IEnumerable<ClusterInfluenceRow> Ranked() => Rows.OrderByDescending(r => r.CooksDistance);

    /// <summary>Computes leverages and influence in two sweeps over the rows.</summary>
    /// <param name="fit">The fit.</param>
    /// <param name="design">The design that was fitted.</param>
    /// <param name="threads">Threads; 0 for all processors. The result is bitwise the same for any number.</param>
    /// <param name="cancellationToken">Stops the computation.</param>
    /// <returns>The influence.</returns>
    /// <exception cref="InvalidModelDataException">The design has other columns or clusters.</exception>
    /// <exception cref="InvalidModelOptionException">The fit has no covariance of its fixed effects.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static ClusterInfluence Of(
        GlmmFit fit, ClusteredDesign design, int threads = 0, CancellationToken cancellationToken = default)
    {
        var model = new WorkingClusters(fit, design, threads);
        double[] whitening = model.Whitening();
        int p = model.P;
        var total = new Totals(p);
        model.Sweep(
            whitening, () => new Totals(p), static (cluster, part) => part.Add(cluster), total.Add, cancellationToken);
        var deletion = new Deletion(total, whitening, [.. fit.FixedEffects.Select(e => e.StandardError)], p);
        var leverage = new double[design.Observations];
        var rows = new List<ClusterInfluenceRow>();
        model.Sweep(
            deletion.Whitening, () => new List<ClusterInfluenceRow>(),
            (cluster, part) => part.Add(deletion.Without(cluster, design.Clusters.LabelOf(cluster.Code), leverage)),
            rows.AddRange, cancellationToken);
        return new ClusterInfluence(
            leverage, [.. rows], [.. fit.FixedEffects.Select(e => e.Name)], design.Clusters.Name);
    }

    /// <summary>The ten clusters with the largest Cook's distances.</summary>
    public override string ToString()
    {
        const int Shown = 10;
        var table = new TextTable();
        table.AddLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Influence of {Rows.Count} clusters of '{GroupName}' on the fixed effects; {EffectiveParameters:F1} " +
            $"effective parameters"));
        table.Add([GroupName, "Rows", "Leverage", "Cook", "Largest DFBETAS"]);
        foreach (ClusterInfluenceRow row in Ranked().Take(Shown))
        {
            int largest = 0;
            for (int j = 1; j < row.Dfbetas.Count; j++)
            {
                if (Math.Abs(row.Dfbetas[j]) > Math.Abs(row.Dfbetas[largest])) largest = j;
            }

            table.Add([
                row.Group, row.Rows.ToString(CultureInfo.InvariantCulture), NumberFormat.Fixed(row.Leverage, 3),
                NumberFormat.Fixed(row.CooksDistance, 4), NumberFormat.Fixed(row.Dfbetas[largest], 3),
                $"({FixedNames[largest]})",
            ]);
        }

        if (Rows.Count > Shown)
            table.AddLine(string.Create(CultureInfo.InvariantCulture, $"… and {Rows.Count - Shown} more"));
        return table.Text(0, 5);
    }

    /// <summary>S and Σ U_i, in whitened columns.</summary>
    private sealed class Totals(int p)
    {
        public double[] Information { get; } = new double[p * p];

        public double[] Score { get; } = new double[p];

        public void Add(WorkingCluster cluster)
        {
            TensorPrimitives.Add<double>(Information, cluster.FixedInformation, Information);
            TensorPrimitives.Add<double>(Score, cluster.FixedScore, Score);
        }

        public void Add(Totals other)
        {
            TensorPrimitives.Add<double>(Information, other.Information, Information);
            TensorPrimitives.Add<double>(Score, other.Score, Score);
        }
    }

    /// <summary>Deletion of one cluster after the other, in columns of X in which S of the working model is
    /// I.</summary>
    private sealed class Deletion
    {
        private readonly double[] _errors;
        private readonly double[] _step;
        private readonly int _p;

        internal Deletion(Totals total, double[] whitening, double[] errors, int p)
        {
            (_errors, _p) = (errors, p);

            // S⁻¹ = L S_w⁻¹Lᵀ is the fit's covariance where that is the working model's, and near it elsewhere.
            double[] factor = [.. total.Information], half = [.. whitening], step = [.. total.Score];
            bool isRegular = DenseCholesky.Factor(factor, p) < 0;
            var covariance = new double[p * p];
            if (isRegular)
            {
                DenseCholesky.Solve(factor, p, step);
                for (int i = 0; i < p; i++) DenseCholesky.SolveLower(factor, p, half.AsSpan(i * p, p));
                for (int i = 0; i < p; i++)
                {
                    for (int j = 0; j <= i; j++)
                    {
                        covariance[(i * p) + j] =
                            TensorPrimitives.Dot<double>(half.AsSpan(i * p, p), half.AsSpan(j * p, p));
                    }
                }
            }

            if (!isRegular || DenseCholesky.Factor(covariance, p) >= 0)
            {
                throw new InvalidModelOptionException(
                    "The working model at the estimates does not determine the fixed effects; mend the fit first " +
                    "(its message says how).");
            }

            Whitening = covariance;

            // The working model's own solution is a step of S⁻¹ΣU away where the fit did not solve just its equations.
            _step = new double[p];
            for (int i = 0; i < p; i++)
                _step[i] = TensorPrimitives.Dot<double>(whitening.AsSpan(i * p, i + 1), step.AsSpan(0, i + 1));
            DenseCholesky.SolveLower(Whitening, p, _step);
        }

        /// <summary>What makes S = I.</summary>
        internal double[] Whitening { get; }

        internal ClusterInfluenceRow Without(WorkingCluster cluster, string label, double[] leverage)
        {
            int p = _p;
            double[] rest = new double[p * p], delta = new double[p], change = new double[p], dfbetas = new double[p];
            double share = 0, cook = double.PositiveInfinity, used = Leverages(cluster, leverage);
            for (int i = 0; i < p; i++)
            {
                ReadOnlySpan<double> row = cluster.FixedInformation.AsSpan(i * p, p);
                share += row[i];
                delta[i] = TensorPrimitives.Dot(row, _step) - cluster.FixedScore[i];
                for (int j = 0; j < p; j++) rest[(i * p) + j] = (i == j ? 1 : 0) - row[j];
            }

            Array.Fill(change, double.NaN);
            Array.Fill(dfbetas, double.NaN);
            if (IsRegular(rest))
            {
                DenseCholesky.Solve(rest, p, delta);
                cook = TensorPrimitives.SumOfSquares<double>(delta) / p;
                for (int i = 0; i < p; i++)
                {
                    change[i] = TensorPrimitives.Dot<double>(Whitening.AsSpan(i * p, i + 1), delta.AsSpan(0, i + 1));
                    dfbetas[i] = -change[i] / _errors[i];
                }
            }

            return new ClusterInfluenceRow(cluster.Code, label, cluster.Rows, used, share, cook, change, dfbetas);
        }

        // What is left of S = I: a pivot of rounding alone is none.
        private bool IsRegular(double[] rest)
        {
            if (DenseCholesky.Factor(rest, _p) >= 0) return false;
            for (int j = 0; j < _p; j++)
            {
                if (rest[(j * _p) + j] < 1e-6) return false;
            }

            return true;
        }

        // w(|x̃|² + zᵀEz), x̃ = x + Gᵀz in whitened columns.
        private double Leverages(WorkingCluster cluster, double[] leverage)
        {
            int p = _p, q = cluster.Q;
            var gain = new double[p * q];
            for (int j = 0; j < p; j++)
            {
                for (int a = 0; a < q; a++)
                {
                    gain[(j * q) + a] = -TensorPrimitives.Dot<double>(
                        cluster.Cross.AsSpan(j * q, q), cluster.PosteriorCovariance.AsSpan(a * q, q));
                }
            }

            double sum = 0;
            ReadOnlySpan<double> w = cluster.Weights;
            ReadOnlySpan<int> rows = cluster.RowNumbers.Span;
            for (int r = 0; r < rows.Length; r++)
            {
                double variance = 0;
                for (int j = 0; j < p; j++)
                {
                    double x = cluster.X(j)[r];
                    for (int a = 0; a < q; a++) x += gain[(j * q) + a] * cluster.Z(a)[r];
                    variance += x * x;
                }

                for (int a = 0; a < q; a++)
                {
                    for (int b = 0; b < q; b++)
                        variance += cluster.Z(a)[r] * cluster.PosteriorCovariance[(a * q) + b] * cluster.Z(b)[r];
                }

                sum += leverage[rows[r]] = w[r] * variance;
            }

            return sum;
        }
    }
}

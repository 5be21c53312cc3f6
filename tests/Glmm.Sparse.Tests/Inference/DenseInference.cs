using Glmm.Sparse.Kernels;
using Glmm.Sparse.Model.Covariance;
using Glmm.Sparse.Results;
using Glmm.Sparse.Tests.Estimation;
using MathNet.Numerics.LinearAlgebra;

namespace Glmm.Sparse.Tests.Inference;

/// <summary>The working linear mixed model of a fit with n×n matrices: slow, plain, by the definitions.</summary>
internal sealed class DenseInference
{
    internal DenseInference(RandomData data, GlmmFit fit, CovarianceStructure? structure = null)
    {
        int n = data.Rows, q = data.Z.Length;
        structure ??= CovarianceStructure.Unstructured(q);
        Data = data;
        Fit = fit;
        double[] eta = fit.Fitted(data.Design()).LinearPredictor, w = new double[n], r = new double[n];
        WorkingKernel.Create(data.Family, fit.Link).Working(eta, data.Y, data.Weight, w, r);
        X = Matrix<double>.Build.DenseOfColumnArrays(data.X);
        ReadOnlySpan<double> modes = fit is PqlFit pql ? pql.RandomEffects : new double[fit.GroupCount * q];

        // y* − Xα̂, with η at the modes or at 0.
        Residual = Vector<double>.Build.Dense(n);
        for (int i = 0; i < n; i++)
        {
            Residual[i] = r[i];
            for (int l = 0; l < q; l++) Residual[i] += data.Z[l][i] * modes[(data.Cluster[i] * q) + l];
        }

        Derivatives = [];
        for (int l = 0; l < structure.ComponentCount; l++)
        {
            var g = new double[q * q];
            structure.BasisInto(l, g);
            Derivatives.Add(Spread(g));
        }

        Weights = Matrix<double>.Build.DenseOfDiagonalArray([.. w.Select(v => 1 / v)]);
        V = (Weights * fit.Dispersion) + Spread([.. fit.Covariance.Cast<double>()]);
        if (fit.DispersionEstimated) Derivatives.Add(Weights);
        Inverse = V.Inverse();
        Phi = (X.Transpose() * Inverse * X).Inverse();
        Projection = Inverse - (Inverse * X * Phi * X.Transpose() * Inverse);
    }

    internal RandomData Data { get; }

    internal GlmmFit Fit { get; }

    internal Matrix<double> X { get; }

    internal Matrix<double> V { get; }

    internal Matrix<double> Weights { get; }

    internal Matrix<double> Inverse { get; }

    internal Matrix<double> Phi { get; }

    internal Matrix<double> Projection { get; }

    internal Vector<double> Residual { get; }

    /// <summary>∂V/∂σ_l.</summary>
    internal List<Matrix<double>> Derivatives { get; }

    internal bool Restricted => Fit.Criterion == EstimationCriterion.Reml;

    /// <summary>Of the clusters: rows of each.</summary>
    internal int[][] Clusters =>
        [.. Data.Cluster.Select((c, row) => (c, row)).GroupBy(x => x.c).OrderBy(g => g.Key).Select(g => g.Select(x => x.row).ToArray())];

    internal Matrix<double> Expected() => Build((l, m) =>
        0.5 * ((Restricted ? Projection : Inverse) * Derivatives[l] * (Restricted ? Projection : Inverse) * Derivatives[m]).Trace());

    internal Matrix<double> Observed() => Build((l, m) =>
        (Residual * Projection * Derivatives[l] * Projection * Derivatives[m] * Projection * Residual) - Expected()[l, m]);

    internal Vector<double> Score() => Vector<double>.Build.Dense(
        Derivatives.Count,
        l => 0.5 * ((Residual * Projection * Derivatives[l] * Projection * Residual) -
                    ((Restricted ? Projection : Inverse) * Derivatives[l]).Trace()));

    internal Matrix<double> FixedDerivative(int l) => X.Transpose() * Inverse * Derivatives[l] * Inverse * X;

    internal Matrix<double> PairProduct(int l, int m) =>
        X.Transpose() * Inverse * Derivatives[l] * Inverse * Derivatives[m] * Inverse * X;

    private Matrix<double> Build(Func<int, int, double> element) =>
        Matrix<double>.Build.Dense(Derivatives.Count, Derivatives.Count, element);

    private Matrix<double> Spread(double[] g)
    {
        int q = Data.Z.Length;
        return Matrix<double>.Build.Dense(Data.Rows, Data.Rows, (i, j) =>
        {
            double sum = 0;
            for (int a = 0; a < q && Data.Cluster[i] == Data.Cluster[j]; a++)
            {
                for (int b = 0; b < q; b++) sum += Data.Z[a][i] * g[(a * q) + b] * Data.Z[b][j];
            }

            return sum;
        });
    }
}

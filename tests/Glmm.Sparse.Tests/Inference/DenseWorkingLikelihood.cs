using Glmm.Sparse.Kernels;
using Glmm.Sparse.Results;
using Glmm.Sparse.Tests.Estimation;
using MathNet.Numerics.LinearAlgebra;

namespace Glmm.Sparse.Tests.Inference;

/// <summary>The (restricted) log-likelihood of a fit's working linear mixed model with two random effects, cluster by
/// cluster with dense n_i×n_i matrices, as a function of (D₁₁, D₂₁, D₂₂[, φ]).</summary>
internal sealed class DenseWorkingLikelihood
{
    private readonly List<(Matrix<double> X, Matrix<double> Z, Vector<double> Y, Vector<double> Weights)> _clusters = [];
    private readonly GlmmFit _fit;

    internal DenseWorkingLikelihood(PqlFit fit, RandomData data)
    {
        _fit = fit;
        double[] eta = fit.Fitted(data.Design()).LinearPredictor, w = new double[data.Rows], r = new double[data.Rows];
        WorkingKernel.Create(data.Family, fit.Link).Working(eta, data.Y, data.Weight, w, r);
        foreach (int code in data.Cluster.Distinct())
        {
            int[] rows = [.. Enumerable.Range(0, data.Rows).Where(i => data.Cluster[i] == code)];
            _clusters.Add((
                Matrix<double>.Build.Dense(rows.Length, data.X.Length, (i, j) => data.X[j][rows[i]]),
                Matrix<double>.Build.Dense(rows.Length, 2, (i, j) => data.Z[j][rows[i]]),
                Vector<double>.Build.Dense(rows.Length, i => eta[rows[i]] - data.Offset[rows[i]] + r[rows[i]]),
                Vector<double>.Build.Dense(rows.Length, i => w[rows[i]])));
        }
    }

    internal double LogLikelihood(double[] s, bool restricted)
    {
        double phi = s.Length > 3 ? s[3] : _fit.Dispersion, value = 0;
        Matrix<double> d = Matrix<double>.Build.DenseOfArray(new[,] { { s[0], s[1] }, { s[1], s[2] } });
        int p = _fit.FixedEffects.Count;
        Matrix<double> information = Matrix<double>.Build.Dense(p, p);
        Vector<double> right = Vector<double>.Build.Dense(p);
        double squares = 0;
        foreach ((Matrix<double> x, Matrix<double> z, Vector<double> y, Vector<double> w) in _clusters)
        {
            Matrix<double> v = Matrix<double>.Build.DenseOfDiagonalVector(phi / w) + (z * d * z.Transpose()), inverse = v.Inverse();
            value -= 0.5 * Math.Log(v.Determinant());
            information += x.Transpose() * inverse * x;
            right += x.Transpose() * inverse * y;
            squares += y * inverse * y;
        }

        value -= 0.5 * (squares - (right * information.Solve(right)));
        return restricted ? value - (0.5 * Math.Log(information.Determinant())) : value;
    }
}

using Glmm.Sparse.Results;
using Glmm.Sparse.Tests.Estimation;
using Glmm.Sparse.Tests.Likelihood;
using MathNet.Numerics.LinearAlgebra;

namespace Glmm.Sparse.Tests.Prediction;

/// <summary>
/// The inverse of Henderson's mixed-model equations of all rows and all clusters at once, at a fit: the joint covariance
/// of α̂ − α and b̂ − b.
/// </summary>
internal sealed class DenseHenderson
{
    private readonly int _p;
    private readonly int _q;

    internal DenseHenderson(RandomData data, GlmmFit fit)
    {
        var dense = new DenseData(data);
        (_p, _q) = (data.X.Length, data.Z.Length);
        double[] eta = fit.Fitted(data.Design()).LinearPredictor;
        Vector<double> w = Vector<double>.Build.Dense(data.Rows, r =>
        {
            ScalarMean at = ScalarMean.At(fit.Link, eta[r]);
            return data.Weight[r] * at.First * at.First / fit.Family.Variance(at.Mean) / fit.Dispersion;
        });
        Matrix<double> all = dense.X.Append(dense.Z);
        Matrix<double> coefficient =
            all.TransposeThisAndMultiply(Matrix<double>.Build.DenseOfDiagonalVector(w) * all);
        Matrix<double> prior = dense.Spread(fit.Covariance).Inverse();
        coefficient.SetSubMatrix(
            _p, _p, coefficient.SubMatrix(_p, prior.RowCount, _p, prior.RowCount) + prior);
        Joint = coefficient.Cholesky().Solve(Matrix<double>.Build.DenseIdentity(coefficient.RowCount));
    }

    internal Matrix<double> Joint { get; }

    /// <summary>Var(xᵀ(α̂ − α) + zᵀ(b̂ − b)).</summary>
    internal double Variance(ReadOnlySpan<double> x, ReadOnlySpan<double> z, int cluster)
    {
        Vector<double> contrast = Vector<double>.Build.Dense(Joint.RowCount);
        for (int j = 0; j < _p; j++) contrast[j] = x[j];
        for (int l = 0; l < _q; l++) contrast[_p + (cluster * _q) + l] = z[l];
        return contrast * (Joint * contrast);
    }
}

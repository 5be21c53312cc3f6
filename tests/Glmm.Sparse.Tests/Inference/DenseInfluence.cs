using Glmm.Sparse.Kernels;
using Glmm.Sparse.Results;
using Glmm.Sparse.Tests.Estimation;
using MathNet.Numerics.LinearAlgebra;

namespace Glmm.Sparse.Tests.Inference;

/// <summary>The working linear mixed model at the estimates of a fit as dense matrices over all rows.</summary>
internal sealed class DenseInfluence
{
    private readonly RandomData _data;
    private readonly Matrix<double> _x;
    private readonly Matrix<double> _z;
    private readonly Matrix<double> _weights;
    private readonly Matrix<double> _covariance;
    private readonly Vector<double> _response;

    internal DenseInfluence(GlmmFit fit, RandomData data)
    {
        _data = data;
        int n = data.Rows, q = data.Z.Length, k = data.Cluster.Max() + 1;
        double[] eta = fit.Fitted(data.Design()).LinearPredictor, w = new double[n], r = new double[n];
        WorkingKernel.Create(data.Family, fit.Link).Working(eta, data.Y, data.Weight, w, r);
        _x = Matrix<double>.Build.Dense(n, data.X.Length, (i, j) => data.X[j][i]);
        _z = Matrix<double>.Build.Dense(n, k * q, (i, j) => j / q == data.Cluster[i] ? data.Z[j % q][i] : 0);
        _weights = Matrix<double>.Build.DenseOfDiagonalArray([.. w.Select(v => v / fit.Dispersion)]);
        _covariance = Matrix<double>.Build.Dense(k * q, k * q, (a, b) => a / q == b / q ? fit.Covariance[a % q, b % q] : 0);
        _response = Vector<double>.Build.Dense(n, i => eta[i] - data.Offset[i] + r[i]);
    }

    /// <summary>S of all rows.</summary>
    internal Matrix<double> Information => Restricted(_ => true).Information;

    /// <summary>The generalised least squares estimate without a cluster, or with all for −1.</summary>
    internal Vector<double> Without(int cluster)
    {
        (Matrix<double> information, Vector<double> right) = Restricted(code => code != cluster);
        return information.Solve(right);
    }

    /// <summary>XᵀV⁻¹X of one cluster.</summary>
    internal Matrix<double> InformationOf(int cluster) => Restricted(code => code == cluster).Information;

    /// <summary>The diagonal of the hat matrix, I − W⁻¹P.</summary>
    internal double[] Leverage()
    {
        Matrix<double> noise = _weights.Inverse(), inverse = (noise + (_z * _covariance * _z.Transpose())).Inverse();
        Matrix<double> fitted = _x * (_x.Transpose() * inverse * _x).Inverse() * _x.Transpose() * inverse;
        return [.. (noise * inverse * (Matrix<double>.Build.DenseIdentity(_data.Rows) - fitted)).Diagonal().Select(d => 1 - d)];
    }

    private (Matrix<double> Information, Vector<double> Right) Restricted(Func<int, bool> wanted)
    {
        int[] rows = [.. Enumerable.Range(0, _data.Rows).Where(i => wanted(_data.Cluster[i]))];
        Matrix<double> Pick(Matrix<double> m) => Matrix<double>.Build.DenseOfRowVectors(rows.Select(m.Row));
        Matrix<double> x = Pick(_x), z = Pick(_z);
        Matrix<double> noise = Matrix<double>.Build.DenseOfDiagonalArray([.. rows.Select(i => 1 / _weights[i, i])]);
        Matrix<double> inverse = (noise + (z * _covariance * z.Transpose())).Inverse();
        Vector<double> y = Vector<double>.Build.DenseOfEnumerable(rows.Select(i => _response[i]));
        return (x.Transpose() * inverse * x, x.Transpose() * inverse * y);
    }
}

using Glmm.Sparse.Results;
using MathNet.Numerics.LinearAlgebra;

namespace Glmm.Sparse.Tests.Estimation;

/// <summary>
/// A random data set as dense matrices, Z spread over the clusters, with the working model of a log link.
/// </summary>
internal sealed class DenseData
{
    internal DenseData(RandomData data)
    {
        Data = data;
        int n = data.Rows, q = data.Z.Length, k = data.Cluster.Max() + 1;
        X = Matrix<double>.Build.Dense(n, data.X.Length, (r, j) => data.X[j][r]);
        Z = Matrix<double>.Build.Dense(n, k * q, (r, c) => c / q == data.Cluster[r] ? data.Z[c % q][r] : 0);
        Clusters = k;
    }

    internal RandomData Data { get; }

    internal Matrix<double> X { get; }

    /// <summary>n×kq.</summary>
    internal Matrix<double> Z { get; }

    internal int Clusters { get; }

    /// <summary>I ⊗ D.</summary>
    internal Matrix<double> Spread(double[,] d)
    {
        int q = d.GetLength(0);
        return Matrix<double>.Build.Dense(Clusters * q, Clusters * q, (a, b) => a / q == b / q ? d[a % q, b % q] : 0);
    }

    /// <summary>Weights w/φ and working response y* − o of a poisson model with the log link at a fit.</summary>
    internal (Vector<double> Weights, Vector<double> Response) AtFit(GlmmFit fit)
    {
        double[] mu = fit.Fitted(Data.Design()).Mean;
        Vector<double> w = Vector<double>.Build.Dense(Data.Rows, r => mu[r] / fit.Dispersion);
        Vector<double> response = Vector<double>.Build.Dense(
            Data.Rows, r => Math.Log(mu[r]) - Data.Offset[r] + ((Data.Y[r] - mu[r]) / mu[r]));
        return (w, response);
    }
}

using MathNet.Numerics.LinearAlgebra;

namespace Glmm.Sparse.Tests.Core;

/// <summary>
/// The working linear mixed model with a dense n×n V and none of the block algebra: the criterion straight from its
/// definition.
/// </summary>
internal static class DenseWorkingModel
{
    /// <summary>log|V| + log|W| [+ log|XᵀV⁻¹X|] + Q/φ, or N log Q in its place, with V = W⁻¹ + ZDZᵀ.</summary>
    internal static (double Criterion, Vector<double> Step, double Squares) Evaluate(
        Matrix<double> x, Matrix<double> z, Vector<double> w, Vector<double> response, int[] cluster, double[,] d,
        bool restricted, double heldDispersion)
    {
        int n = x.RowCount, q = z.ColumnCount;
        Matrix<double> covariance = Matrix<double>.Build.DenseOfArray(d);
        Matrix<double> v = Matrix<double>.Build.Dense(n, n, (i, j) =>
            (cluster[i] == cluster[j] ? z.Row(i) * covariance * z.Row(j) : 0) + (i == j ? 1 / w[i] : 0));
        var factor = v.Cholesky();
        Matrix<double> weighted = factor.Solve(x);
        Matrix<double> schur = x.TransposeThisAndMultiply(weighted);
        Vector<double> step = schur.Cholesky().Solve(weighted.TransposeThisAndMultiply(response));
        Vector<double> rest = response - (x * step);
        double squares = rest * factor.Solve(rest);
        double criterion = factor.DeterminantLn + w.Sum(Math.Log) + (restricted ? schur.Cholesky().DeterminantLn : 0);
        int freedom = restricted ? n - x.ColumnCount : n;
        criterion += double.IsNaN(heldDispersion) ? freedom * Math.Log(squares) : squares / heldDispersion;
        Assert(q == covariance.RowCount);
        return (criterion, step, squares);
    }

    private static void Assert(bool shape)
    {
        if (!shape) throw new ArgumentException("D and Z do not fit.");
    }
}

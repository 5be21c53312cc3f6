using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using MathNet.Numerics.LinearAlgebra;
using Enumerable = System.Linq.Enumerable;

namespace Glmm.Sparse.Tests.Inference;

/// <summary>
/// The quadratic form of the score test with dense n×n matrices: Q = sᵀMs, M = block diagonal of Z G Zᵀ, and its
/// cumulants from the projected M̃ = (I − WXS⁻¹Xᵀ)ᵀM(I − WXS⁻¹Xᵀ), summed element by element. κ of the rows come from the
/// response's distribution itself.
/// </summary>
internal sealed class DenseScoreForm
{
    private readonly Matrix<double> _x;
    private readonly Vector<double> _w;
    private readonly double[][] _kappa;
    private readonly Matrix<double> _inverse;
    private readonly Matrix<double> _m;
    private readonly Matrix<double> _tilde;
    private readonly Vector<double> _slope;
    private readonly Vector<double> _linear;

    internal DenseScoreForm(NullModel model, double[][] x, double[][] z, int[] cluster, double[,] g)
    {
        int n = cluster.Length;
        _x = Matrix<double>.Build.DenseOfColumnArrays(x);
        _w = Vector<double>.Build.Dense([.. model.WorkingWeights]);
        Vector<double> s = Vector<double>.Build.Dense([.. model.ScoreResiduals]);
        _kappa = [.. Enumerable.Range(0, n).Select(r => CumulantsByEnumeration(model, r))];
        _m = Matrix<double>.Build.Dense(n, n, (a, b) =>
        {
            if (cluster[a] != cluster[b]) return 0;
            double sum = 0;
            for (int e = 0; e < z.Length; e++)
            {
                for (int f = 0; f < z.Length; f++) sum += z[e][a] * g[e, f] * z[f][b];
            }

            return sum;
        });
        Matrix<double> diagonal = Matrix<double>.Build.DenseOfDiagonalVector(_w);
        _inverse = (_x.Transpose() * diagonal * _x).Inverse();
        Matrix<double> projection =
            Matrix<double>.Build.DenseIdentity(n) - (diagonal * _x * _inverse * _x.Transpose());
        _tilde = projection.Transpose() * _m * projection;
        Observed = s * _m * s;
        _slope = _x.Transpose() * Vector<double>.Build.Dense(n, r => _tilde[r, r] * _kappa[r][0]);
        _linear = _x * (_inverse * _slope);
    }

    internal double Observed { get; }

    /// <summary>tr M̃W − Σ mκ₃x′E(α̂ − α) − ½Σ m h κ₄, for canonical links.</summary>
    internal double Expected
    {
        get
        {
            int n = _w.Count;
            Vector<double> h = (_x * _inverse * _x.Transpose()).Diagonal();
            Vector<double> bias = -0.5 * (_inverse * (_x.Transpose() *
                Vector<double>.Build.Dense(n, r => _kappa[r][0] * h[r])));
            Vector<double> shift = _x * bias;
            double sum = 0;
            for (int r = 0; r < n; r++)
            {
                sum += (_tilde[r, r] * _w[r]) - (_m[r, r] * _kappa[r][0] * shift[r]) -
                    (0.5 * _m[r, r] * h[r] * _kappa[r][1]);
            }

            return sum;
        }
    }

    /// <summary>2 tr(M̃W)² + Σ m̃²κ₄ less the projection on the score of α; no correction for bias.</summary>
    internal double Variance
    {
        get
        {
            double sum = -(_slope * (_inverse * _slope));
            for (int a = 0; a < _w.Count; a++)
            {
                sum += _tilde[a, a] * _tilde[a, a] * _kappa[a][1];
                for (int b = 0; b < _w.Count; b++) sum += 2 * _tilde[a, b] * _tilde[a, b] * _w[a] * _w[b];
            }

            return sum;
        }
    }

    /// <summary>Of Q less the projection lᵀs: all complementary partitions, with M in place of M̃ in the one term with
    /// cubes of its elements.</summary>
    internal double Third
    {
        get
        {
            int n = _w.Count;
            Matrix<double> t = _tilde * Matrix<double>.Build.DenseOfDiagonalVector(_w);
            double sum = 8 * (t * t * t).Trace();
            for (int a = 0; a < n; a++)
            {
                double d = _tilde[a, a], l = _linear[a];
                double[] k = _kappa[a];
                sum += (d * d * d * k[3]) - (3 * d * d * l * k[2]) + (3 * d * l * l * k[1]) - (l * l * l * k[0]);
                for (int b = 0; b < n; b++)
                {
                    double e = _tilde[a, b], f = _tilde[b, b];
                    sum += (12 * d * e * e * k[1] * _w[b]) + (4 * Math.Pow(_m[a, b], 3) * k[0] * _kappa[b][0]);
                    sum += 6 * d * e * f * k[0] * _kappa[b][0];
                    sum -= 12 * e * e * l * k[0] * _w[b];
                    sum -= 12 * e * f * _kappa[b][0] * l * _w[a];
                    sum += 6 * e * l * _w[a] * _linear[b] * _w[b];
                }
            }

            return sum;
        }
    }

    // κ₃ … κ₆ of s from the moments of the response's distribution.
    private static double[] CumulantsByEnumeration(NullModel model, int row)
    {
        double mu = model.Mean[row], v = model.WorkingWeights[row];
        var moments = new double[7];
        Family family = model.Outline.Family;
        double probability = family.Name == "poisson" ? Math.Exp(-mu) : 0;
        for (int y = 0; y < (family.Name == "poisson" ? 400 : 2); y++)
        {
            if (family.Name == "binomial") probability = y == 1 ? mu : 1 - mu;
            else if (y > 0) probability *= mu / y;

            // Canonical: s = y − μ.
            for (int e = 2; e <= 6; e++) moments[e] += probability * Math.Pow(y - mu, e);
        }

        if (Math.Abs(moments[2] - v) > 1e-9 * v) throw new InvalidOperationException("The variance is not the weight.");
        double m2 = moments[2], m3 = moments[3], m4 = moments[4], m5 = moments[5], m6 = moments[6];
        return [m3, m4 - (3 * m2 * m2), m5 - (10 * m3 * m2), m6 - (15 * m4 * m2) - (10 * m3 * m3) + (30 * m2 * m2 * m2)];
    }
}

using Glmm.Sparse.LinearAlgebra;

namespace Glmm.Sparse.Likelihood;

/// <summary>
/// A positive definite approximation B of a Hessian, updated by what gradients do along steps (BFGS, damped so that it
/// stays definite: Powell 1978; Nocedal &amp; Wright 2006, §18.3). Allocates nothing after construction.
/// </summary>
internal sealed class QuasiNewton
{
    // A curvature below this share of what B promises is lifted to it.
    private const double LeastCurvature = 0.2;

    // Eigenvalues below this fraction of the largest, in units of the diagonal, are rounding of 0.
    private const double Flat = 1e-10;

    private readonly int _n;
    private readonly double[] _factor;
    private readonly double[] _scale;
    private readonly double[] _product;
    private readonly double[] _values;
    private readonly double[] _vectors;

    internal QuasiNewton(int n)
    {
        _n = n;
        Matrix = new double[n * n];
        _factor = new double[n * n];
        _scale = new double[n];
        _product = new double[n];
        _values = new double[n];
        _vectors = new double[n * n];
    }

    /// <summary>B, n² row by row.</summary>
    internal double[] Matrix { get; }

    /// <summary>Sets B to a symmetric matrix, made definite where it is not: each eigenvalue, on the scale of a unit
    /// diagonal, by its size.</summary>
    /// <param name="hessian">n².</param>
    /// <returns>Whether it was definite.</returns>
    internal bool Set(ReadOnlySpan<double> hessian)
    {
        hessian.CopyTo(Matrix);
        if (TryFactor()) return true;
        for (int i = 0; i < _n; i++)
        {
            double diagonal = Math.Abs(hessian[(i * _n) + i]);
            _scale[i] = diagonal > 0 && double.IsFinite(diagonal) ? Math.Sqrt(diagonal) : 1;
        }

        for (int i = 0; i < _n; i++)
        {
            for (int j = 0; j < _n; j++)
            {
                double value = hessian[(i * _n) + j] / (_scale[i] * _scale[j]);
                _factor[(i * _n) + j] = double.IsFinite(value) ? value : i == j ? 1 : 0;
            }
        }

        SymmetricEigen.Decompose(_factor, _n, _values, _vectors);
        double largest = 0;
        foreach (double value in _values) largest = Math.Max(largest, Math.Abs(value));
        for (int i = 0; i < _n; i++)
        {
            for (int j = 0; j < _n; j++)
            {
                double sum = 0;
                for (int e = 0; e < _n; e++)
                {
                    double size = Math.Max(Math.Abs(_values[e]), 1e-6 * largest);
                    sum += _vectors[(i * _n) + e] * size * _vectors[(j * _n) + e];
                }

                Matrix[(i * _n) + j] = sum * _scale[i] * _scale[j];
            }
        }

        TryFactor();
        return false;
    }

    /// <summary>Writes the step −B⁻¹g.</summary>
    /// <returns>√(gᵀB⁻¹g).</returns>
    internal double Step(ReadOnlySpan<double> gradient, Span<double> step)
    {
        for (int j = 0; j < _n; j++) step[j] = -gradient[j] / _scale[j];
        DenseCholesky.Solve(_factor, _n, step);
        double square = 0;
        for (int j = 0; j < _n; j++)
        {
            step[j] /= _scale[j];
            square -= step[j] * gradient[j];
        }

        return Math.Sqrt(Math.Max(0, square));
    }

    /// <summary>B⁻¹, n².</summary>
    internal void InverseInto(Span<double> inverse)
    {
        DenseCholesky.Invert(_factor, _n, inverse);
        for (int i = 0; i < _n; i++)
        {
            for (int j = 0; j < _n; j++) inverse[(i * _n) + j] /= _scale[i] * _scale[j];
        }
    }

    /// <summary>Learns from a step.</summary>
    /// <param name="step">The step taken.</param>
    /// <param name="change">The change of the gradient.</param>
    internal void Update(ReadOnlySpan<double> step, ReadOnlySpan<double> change)
    {
        double promised = 0, seen = 0;
        for (int i = 0; i < _n; i++)
        {
            double sum = 0;
            for (int j = 0; j < _n; j++) sum += Matrix[(i * _n) + j] * step[j];
            _product[i] = sum;
            promised += step[i] * sum;
            seen += step[i] * change[i];
        }

        if (!(promised > 0) || !double.IsFinite(seen)) return;
        double share = seen >= LeastCurvature * promised ? 1 : (1 - LeastCurvature) * promised / (promised - seen);
        double curvature = (share * seen) + ((1 - share) * promised);
        for (int i = 0; i < _n; i++)
        {
            double left = (share * change[i]) + ((1 - share) * _product[i]);
            for (int j = 0; j < _n; j++)
            {
                double right = (share * change[j]) + ((1 - share) * _product[j]);
                Matrix[(i * _n) + j] += (left * right / curvature) - (_product[i] * _product[j] / promised);
            }
        }

        if (!TryFactor()) Set([.. Matrix]);
    }

    // A unit diagonal first, so that a pivot says how nearly singular the matrix is, not how it is scaled.
    private bool TryFactor()
    {
        for (int i = 0; i < _n; i++)
        {
            double diagonal = Matrix[(i * _n) + i];
            if (!(diagonal > 0) || !double.IsFinite(diagonal)) return false;
            _scale[i] = Math.Sqrt(diagonal);
        }

        for (int i = 0; i < _n; i++)
        {
            for (int j = 0; j < _n; j++) _factor[(i * _n) + j] = Matrix[(i * _n) + j] / (_scale[i] * _scale[j]);
        }

        if (DenseCholesky.Factor(_factor, _n) >= 0) return false;
        for (int i = 0; i < _n; i++)
        {
            if (_factor[(i * _n) + i] * _factor[(i * _n) + i] < Flat) return false;
        }

        return true;
    }
}

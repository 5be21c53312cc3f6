using Glmm.Sparse.LinearAlgebra;

namespace Glmm.Sparse.Core;

/// <summary>
/// A Newton step that always points downhill: where the Hessian is not positive definite, along each of its
/// eigenvectors by the size of the eigenvalue, and off a saddle by a minimum length (Nocedal &amp; Wright 2006, §3.4).
/// </summary>
/// <remarks>Everything is measured in natural units of the coordinates, which also bound the step. Allocates
/// nothing.</remarks>
internal sealed class ModifiedNewtonStep
{
    // Eigenvalues below this fraction of the largest are rounding of 0.
    private const double Flat = 1e-9;

    // How far, in natural units, to go down a direction of negative curvature whose slope has vanished.
    private const double OffSaddle = 0.1;

    private readonly int _m;
    private readonly double[] _scaled;
    private readonly double[] _factor;
    private readonly double[] _slope;
    private readonly double[] _values;
    private readonly double[] _vectors;

    internal ModifiedNewtonStep(int m)
    {
        _m = m;
        _scaled = new double[m * m];
        _factor = new double[m * m];
        _slope = new double[m];
        _values = new double[m];
        _vectors = new double[m * m];
    }

    /// <summary>Writes the step.</summary>
    /// <param name="gradient">m.</param>
    /// <param name="hessian">m², symmetric.</param>
    /// <param name="unit">Natural unit of each coordinate.</param>
    /// <param name="position">The coordinates, which bound the step: it may double them, or go two units.</param>
    /// <param name="step">Overwritten.</param>
    /// <returns>
    /// The Newton decrement √(gᵀH⁻¹g), with the gain that negative curvature promises: 0 only at a minimum.
    /// </returns>
    internal double Compute(
        ReadOnlySpan<double> gradient, ReadOnlySpan<double> hessian, ReadOnlySpan<double> unit,
        ReadOnlySpan<double> position, Span<double> step)
    {
        for (int l = 0; l < _m; l++)
        {
            _slope[l] = gradient[l] * unit[l];
            for (int m = 0; m < _m; m++) _scaled[(l * _m) + m] = hessian[(l * _m) + m] * unit[l] * unit[m];
        }

        double gain = TryDefinite(step, out double definite) ? definite : Indefinite(step);
        double longest = 0;
        for (int l = 0; l < _m; l++)
            longest = Math.Max(longest, Math.Abs(step[l]) / (2 * (1 + Math.Abs(position[l] / unit[l]))));
        double bound = longest > 1 ? 1 / longest : 1;
        for (int l = 0; l < _m; l++) step[l] *= bound * unit[l];
        return Math.Sqrt(gain);
    }

    private bool TryDefinite(Span<double> step, out double gain)
    {
        gain = 0;
        for (int l = 0; l < _m; l++)
        {
            if (!(_scaled[(l * _m) + l] > 0)) return false;
        }

        // A unit diagonal first, so that a pivot says how nearly singular the matrix is, not how it is scaled.
        for (int l = 0; l < _m; l++)
        {
            for (int m = 0; m <= l; m++)
            {
                _factor[(l * _m) + m] =
                    _scaled[(l * _m) + m] / Math.Sqrt(_scaled[(l * _m) + l] * _scaled[(m * _m) + m]);
            }
        }

        if (DenseCholesky.Factor(_factor, _m) >= 0) return false;
        for (int l = 0; l < _m; l++)
        {
            if (_factor[(l * _m) + l] < 1e-6) return false;
            step[l] = -_slope[l] / Math.Sqrt(_scaled[(l * _m) + l]);
        }

        DenseCholesky.Solve(_factor, _m, step);
        for (int l = 0; l < _m; l++)
        {
            step[l] /= Math.Sqrt(_scaled[(l * _m) + l]);
            gain -= step[l] * _slope[l];
        }

        return true;
    }

    private double Indefinite(Span<double> step)
    {
        SymmetricEigen.Decompose(_scaled, _m, _values, _vectors);
        double largest = 0, gain = 0;
        foreach (double value in _values) largest = Math.Max(largest, Math.Abs(value));
        step.Clear();
        if (!(largest > 0)) return 0;
        for (int e = 0; e < _m; e++)
        {
            double slope = 0, size = Math.Abs(_values[e]);
            for (int l = 0; l < _m; l++) slope += _vectors[(l * _m) + e] * _slope[l];
            double length = Math.Abs(slope) / Math.Max(size, Flat * largest);
            if (size <= Flat * largest)
            {
                // Nothing is known along a flat direction: what slope there is may be rounding.
                length = Math.Min(length, OffSaddle);
                gain += length * Math.Abs(slope);
            }
            else if (_values[e] < 0)
            {
                length = Math.Max(length, OffSaddle);
                gain += size * length * length;
            }
            else
            {
                gain += length * Math.Abs(slope);
            }

            if (slope > 0) length = -length;
            for (int l = 0; l < _m; l++) step[l] += length * _vectors[(l * _m) + e];
        }

        return gain;
    }
}

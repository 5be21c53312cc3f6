using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Model.Covariance;

namespace Glmm.Sparse.Core;

/// <summary>J = ∂D/∂θ at a point: from derivatives in the packed elements of D to derivatives in the coordinates
/// θ.</summary>
/// <remarks>Allocates nothing after construction. Not thread-safe.</remarks>
internal sealed class CovarianceJacobian
{
    private readonly CovarianceStructure _structure;
    private readonly int _q;
    private readonly int _m;
    private readonly int _packed;
    private readonly double[] _values;
    private readonly double[] _matrix;

    internal CovarianceJacobian(CovarianceStructure structure)
    {
        _structure = structure;
        _q = structure.Dimension;
        _m = structure.ComponentCount;
        _packed = LaneCholesky.PackedLength(_q);
        _values = new double[_m * _packed];
        _matrix = new double[_q * _q];
    }

    /// <summary>Moves to another point.</summary>
    /// <param name="theta">m coordinates.</param>
    internal void Refresh(ReadOnlySpan<double> theta)
    {
        for (int l = 0; l < _m; l++)
        {
            _structure.DerivativeInto(theta, l, _matrix);
            for (int r = 0, at = 0; r < _q; r++)
            {
                for (int c = 0; c <= r; c++, at++) _values[(l * _packed) + at] = _matrix[(r * _q) + c];
            }
        }
    }

    /// <summary>⟨F, ∂D/∂θ_l⟩.</summary>
    /// <param name="l">Coordinate.</param>
    /// <param name="f">F, q² row by row, symmetric.</param>
    internal double Slope(int l, ReadOnlySpan<double> f)
    {
        double slope = 0;
        for (int r = 0, at = 0; r < _q; r++)
        {
            for (int c = 0; c <= r; c++, at++)
                slope += (r == c ? 1 : 2) * f[(r * _q) + c] * _values[(l * _packed) + at];
        }

        return slope;
    }

    /// <summary>target = J information Jᵀ.</summary>
    /// <param name="information">On the packed elements of D, square.</param>
    /// <param name="target">Overwritten, m².</param>
    internal void Project(ReadOnlySpan<double> information, Span<double> target)
    {
        for (int l = 0; l < _m; l++)
        {
            for (int m = 0; m <= l; m++)
            {
                double sum = 0;
                for (int a = 0; a < _packed; a++)
                {
                    double left = _values[(l * _packed) + a];
                    if (left == 0) continue;
                    double inner = 0;
                    for (int b = 0; b < _packed; b++)
                        inner += information[(a * _packed) + b] * _values[(m * _packed) + b];
                    sum += left * inner;
                }

                target[(l * _m) + m] = sum;
                target[(m * _m) + l] = sum;
            }
        }
    }

    /// <summary>The largest element of ∂D/∂θ_l, in natural units.</summary>
    /// <param name="l">Coordinate.</param>
    /// <param name="unit">q natural units of variance.</param>
    internal double LargestChange(int l, ReadOnlySpan<double> unit)
    {
        double largest = 0;
        for (int r = 0, at = 0; r < _q; r++)
        {
            for (int c = 0; c <= r; c++, at++)
                largest = Math.Max(largest, Math.Abs(_values[(l * _packed) + at]) / Math.Sqrt(unit[r] * unit[c]));
        }

        return largest;
    }
}

using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Model.Covariance;

namespace Glmm.Sparse.Core;

/// <summary>Looks for a direction of D along which the data say nothing, so that no estimate of it means
/// anything. Allocates nothing after construction. Not thread-safe.</summary>
internal sealed class FlatDirection
{
    // Expected information below this fraction of the largest, or of one cluster's, is rounding of 0.
    private const double Nothing = 1e-9;

    // A coordinate that moves no element of D by this much, in natural units, is stuck on the boundary by construction.
    private const double Stuck = 1e-6;

    private readonly CovarianceStructure _structure;
    private readonly WorkingMixedModel _model;
    private readonly CovarianceJacobian _jacobian;
    private readonly int _packed;
    private readonly double[] _information;
    private readonly double[] _projected;
    private readonly double[] _size;
    private readonly double[] _matrix;
    private readonly double[] _values;
    private readonly double[] _vectors;
    private readonly int[] _free;
    private readonly double[] _direction;

    /// <param name="structure">The structure of D.</param>
    /// <param name="model">The working model.</param>
    internal FlatDirection(CovarianceStructure structure, WorkingMixedModel model)
    {
        _structure = structure;
        _model = model;
        _jacobian = new CovarianceJacobian(structure);
        _packed = LaneCholesky.PackedLength(structure.Dimension);
        int m = structure.ComponentCount;
        _information = new double[_packed * _packed];
        _projected = new double[m * m];
        _size = new double[m];
        _matrix = new double[m * m];
        _values = new double[m];
        _vectors = new double[m * m];
        _free = new int[m];
        _direction = new double[m];
    }

    /// <summary>The direction found last, in units of the coordinates.</summary>
    internal ReadOnlySpan<double> Direction => _direction;

    /// <summary>Looks at the point where the model was differentiated last.</summary>
    /// <param name="theta">The point.</param>
    /// <returns>Whether there is one.</returns>
    internal bool Find(ReadOnlySpan<double> theta)
    {
        _model.ExpectedInformationInto(_information);
        _jacobian.Refresh(theta);
        _jacobian.Project(_information, _projected);

        // A variance far from 0 is known relative to its size, one near 0 in its natural unit.
        _structure.UnitsInto(_model.Units, _size);
        int free = 0;
        for (int l = 0; l < _size.Length; l++)
        {
            _size[l] = Math.Max(_size[l], Math.Abs(theta[l]));
            if (_size[l] * _jacobian.LargestChange(l, _model.Units) > Stuck) _free[free++] = l;
        }

        Array.Clear(_direction);
        if (free > 0) return IsFlat(free);

        // D̃ = 0: the data must at least be able to tell it from something else.
        double trace = 0;
        for (int a = 0; a < _structure.Dimension; a++)
        {
            int at = LaneCholesky.PackedIndex(a, a);
            trace += _information[(at * _packed) + at] * _model.Units[a] * _model.Units[a];
        }

        Array.Fill(_direction, 1);
        return trace < Nothing;
    }

    private bool IsFlat(int n)
    {
        int m = _size.Length, least = 0;
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                (int row, int column) = (_free[i], _free[j]);
                _matrix[(i * n) + j] = _projected[(row * m) + column] * _size[row] * _size[column];
            }
        }

        SymmetricEigen.Decompose(_matrix, n, _values, _vectors);
        double largest = _values[0];
        for (int e = 1; e < n; e++)
        {
            largest = Math.Max(largest, _values[e]);
            if (_values[e] < _values[least]) least = e;
        }

        for (int i = 0; i < n; i++) _direction[_free[i]] = _vectors[(i * n) + least];
        return _values[least] < Nothing * Math.Max(largest, 1);
    }
}

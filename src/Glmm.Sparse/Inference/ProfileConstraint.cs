using Glmm.Sparse.Core;
using Glmm.Sparse.Likelihood;
using Glmm.Sparse.Model;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Inference;

/// <summary>
/// A parameter of the user's as a function c(ψ) of the engine's, with its gradient. It is worked with on a scale on
/// which the engine's coordinates move it smoothly, to the edge of its range too: the logarithm of a dispersion or a
/// shape, the arc sine of a correlation; a standard deviation and a fixed effect as they are. Not thread-safe.
/// </summary>
internal sealed class ProfileConstraint
{
    // Where a correlation is 1 but for 5e-9; at 1 itself its arc sine has no derivative.
    private const double LargestAngle = (0.5 * Math.PI) - 1e-4;

    // A standard deviation this small, in natural units, is 0 to the likelihood.
    private const double SmallestDeviation = 1e-5;

    // And a variance this small, in natural units, too.
    private const double Nothing = 1e-10;

    private readonly LikelihoodModel _model;
    private readonly ProfileKind _kind;
    private readonly int _at;
    private readonly int _other;
    private readonly double[] _row;
    private readonly double[] _otherRow;
    private readonly CovarianceJacobian _jacobian;
    private readonly double[] _covariance;
    private readonly double[] _slope;
    private readonly double _unit;

    /// <param name="model">The model.</param>
    /// <param name="parameter">The parameter.</param>
    internal ProfileConstraint(LikelihoodModel model, ProfileParameter parameter)
    {
        (_model, _kind, _at, _other) = (model, parameter.Kind, parameter.First, parameter.Second);
        int q = model.Structure.Dimension;
        bool isFixed = _kind == ProfileKind.FixedEffect;
        ColumnStandardization scale = isFixed ? model.Work.Packed.FixedScale : model.Work.Packed.RandomScale;
        bool hasRow = isFixed || _kind is ProfileKind.StandardDeviation or ProfileKind.Correlation;
        _row = hasRow ? RowOf(scale, parameter.First) : [];
        _otherRow = _kind == ProfileKind.Correlation ? RowOf(scale, parameter.Second) : [];
        _jacobian = new CovarianceJacobian(model.Structure);
        _covariance = new double[q * q];
        _slope = new double[q * q];
        if (isFixed || !hasRow) return;
        _unit = Math.Sqrt(UnitOf(_row) * model.Likelihood.Dispersion);
    }

    /// <summary>The least working value; −∞ where there is no bound.</summary>
    internal double Least => _kind switch
    {
        ProfileKind.StandardDeviation => SmallestDeviation * _unit,
        ProfileKind.Correlation => -LargestAngle,
        _ => double.NegativeInfinity,
    };

    /// <summary>The largest working value.</summary>
    internal double Largest => _kind == ProfileKind.Correlation ? LargestAngle : double.PositiveInfinity;

    /// <summary>The parameter at <see cref="Least"/>.</summary>
    internal double LeastValue => _kind == ProfileKind.Correlation ? -1 : 0;

    /// <summary>A working step that the data may just notice.</summary>
    internal double NaturalStep => _kind switch
    {
        ProfileKind.StandardDeviation => _unit / Math.Sqrt(Math.Sqrt(_model.Work.UsedClusters)),
        _ => 0.3,
    };

    /// <summary>The longest first step: a logarithm that is not determined by the data may have any standard
    /// error.</summary>
    internal double LongestStep =>
        _kind is ProfileKind.Dispersion or ProfileKind.Shape ? 1.5 : double.PositiveInfinity;

    /// <summary>How far from the estimate it is worth looking for a bound.</summary>
    /// <param name="step">The first step, about a standard error.</param>
    internal double FarthestFrom(double step) =>
        _kind is ProfileKind.Dispersion or ProfileKind.Shape ? 40 + (10 * step) : 1e4 * step;

    /// <summary>Whether working values are ones of a standard deviation.</summary>
    internal bool IsDeviation => _kind == ProfileKind.StandardDeviation;

    /// <summary>Whether a working value is a standard deviation that the data could not tell from 0: where a random
    /// effect points then hardly matters.</summary>
    internal bool IsNegligible(double target) => IsDeviation && target < 1e-2 * _unit;

    /// <summary>Whether they are ones of a correlation.</summary>
    internal bool IsCorrelation => _kind == ProfileKind.Correlation;

    /// <summary>From the user's scale to the working one.</summary>
    internal double ToWorking(double value) => _kind switch
    {
        ProfileKind.Correlation => Math.Clamp(Math.Asin(value), -LargestAngle, LargestAngle),
        ProfileKind.Dispersion or ProfileKind.Shape => Math.Log(value),
        ProfileKind.StandardDeviation => Math.Max(value, Least),
        _ => value,
    };

    /// <summary>Back.</summary>
    internal double ToUser(double working) => _kind switch
    {
        ProfileKind.Correlation => Math.Sin(working),
        ProfileKind.Dispersion or ProfileKind.Shape => Math.Exp(working),
        _ => working,
    };

    /// <summary>c(ψ) on the working scale.</summary>
    /// <param name="psi">ψ.</param>
    /// <param name="gradient">Overwritten; NaN where a standard deviation is 0.</param>
    internal double Evaluate(ReadOnlySpan<double> psi, Span<double> gradient)
    {
        gradient.Clear();
        MarginalLikelihood likelihood = _model.Likelihood;
        int p = _model.FixedCount, m = _model.ComponentCount;
        switch (_kind)
        {
            case ProfileKind.FixedEffect:
                double sum = 0;
                for (int j = 0; j < p; j++) sum += _row[j] * psi[j];
                _row.CopyTo(gradient);
                return sum;
            case ProfileKind.Dispersion:
                gradient[likelihood.DispersionAt] = 1;
                return psi[likelihood.DispersionAt];
            case ProfileKind.Shape:
                gradient[likelihood.ShapeAt] = 1;
                return psi[likelihood.ShapeAt];
            default:
                double value = OfCovariance(psi, out double logDispersionSlope);
                _jacobian.Refresh(psi.Slice(p, m));
                for (int l = 0; l < m; l++) gradient[p + l] = _jacobian.Slope(l, _slope);
                if (likelihood.DispersionAt >= 0) gradient[likelihood.DispersionAt] = logDispersionSlope;
                return value;
        }
    }

    /// <summary>Whether a random effect whose correlation is given has vanished: then every correlation is as good, and
    /// the likelihood is what it is without it.</summary>
    /// <param name="psi">ψ.</param>
    internal bool IsVoid(ReadOnlySpan<double> psi)
    {
        if (_kind != ProfileKind.Correlation) return false;
        _model.Structure.CovarianceInto(psi.Slice(_model.FixedCount, _model.ComponentCount), _covariance);
        return Form(_row, _covariance, _row) < Nothing * UnitOf(_row) ||
               Form(_otherRow, _covariance, _otherRow) < Nothing * UnitOf(_otherRow);
    }

    /// <summary>Puts a correlation where it is to be, the standard deviations staying as they are.</summary>
    /// <param name="psi">ψ, changed in place.</param>
    /// <param name="target">The correlation on the working scale.</param>
    internal void Correlate(Span<double> psi, double target)
    {
        int q = _model.Structure.Dimension;
        Span<double> theta = psi.Slice(_model.FixedCount, _model.ComponentCount);
        _model.Structure.CovarianceInto(theta, _covariance);
        double[,] user = _model.Work.Packed.RandomScale.CovarianceToUser(_covariance);
        user[_at, _other] = user[_other, _at] =
            ToUser(target) * Math.Sqrt(user[_at, _at] * user[_other, _other]);
        double[,] own = _model.Work.Packed.RandomScale.CovarianceToInternal([.. user.Cast<double>()]);
        for (int e = 0; e < q * q; e++) _covariance[e] = own[e / q, e % q];
        _model.Structure.CoordinatesInto(_covariance, theta);
    }

    /// <summary>Adds to D̃ what a standard deviation lacks, in every direction alike.</summary>
    /// <param name="psi">ψ, changed in place.</param>
    /// <param name="target">The standard deviation.</param>
    internal void Lift(Span<double> psi, double target)
    {
        int q = _model.Structure.Dimension, p = _model.FixedCount, m = _model.ComponentCount;
        Span<double> theta = psi.Slice(p, m);
        _model.Structure.CovarianceInto(theta, _covariance);
        double[] more = _slope;
        var start = new double[m];
        _model.Structure.StartInto(_model.Units, start);
        _model.Structure.CovarianceInto(start, more);
        double has = Form(_row, _covariance, _row), gives = Form(_row, more, _row);
        double share = ((target * target / DispersionAt(psi)) - has) / gives;
        for (int e = 0; e < q * q; e++) _covariance[e] += Math.Max(0, share) * more[e];
        _model.Structure.CoordinatesInto(_covariance, theta);
    }

    // The value, and in _slope its derivative in D̃.
    private double OfCovariance(ReadOnlySpan<double> psi, out double logDispersionSlope)
    {
        int q = _model.Structure.Dimension;
        _model.Structure.CovarianceInto(psi.Slice(_model.FixedCount, _model.ComponentCount), _covariance);
        double phi = DispersionAt(psi), own = Form(_row, _covariance, _row);
        if (IsDeviation)
        {
            double deviation = Math.Sqrt(phi * own);
            Outer(0.5 * phi / deviation, _row, _row, overwrite: true);
            logDispersionSlope = 0.5 * deviation;
            return deviation;
        }

        double other = Form(_otherRow, _covariance, _otherRow), product = Form(_row, _covariance, _otherRow);
        double size = Math.Sqrt(own * other), correlation = product / size;

        // 1 − ρ² from the determinant would cancel as well; the angle ends before it matters.
        double share = 1 / Math.Sqrt(Math.Max(1 - (correlation * correlation), 1e-14));
        Outer(share / size, _row, _otherRow, overwrite: true);
        Outer(-0.5 * share * correlation / own, _row, _row, overwrite: false);
        Outer(-0.5 * share * correlation / other, _otherRow, _otherRow, overwrite: false);
        logDispersionSlope = 0;
        return Math.Asin(Math.Clamp(correlation, -1, 1));
    }

    // The natural unit of a variance on the user's scale, over φ.
    private double UnitOf(double[] row)
    {
        double unit = 0;
        for (int a = 0; a < row.Length; a++) unit += row[a] * row[a] * _model.Units[a];
        return unit;
    }

    private double DispersionAt(ReadOnlySpan<double> psi) =>
        _model.Likelihood.DispersionAt < 0
            ? _model.Likelihood.Dispersion
            : Math.Exp(psi[_model.Likelihood.DispersionAt]);

    // _slope (+)= t(abᵀ + baᵀ)/2.
    private void Outer(double t, double[] a, double[] b, bool overwrite)
    {
        int q = a.Length;
        for (int r = 0; r < q; r++)
        {
            for (int c = 0; c < q; c++)
            {
                double value = 0.5 * t * ((a[r] * b[c]) + (b[r] * a[c]));
                _slope[(r * q) + c] = overwrite ? value : _slope[(r * q) + c] + value;
            }
        }
    }

    private static double Form(double[] left, double[] matrix, double[] right)
    {
        int q = left.Length;
        double sum = 0;
        for (int r = 0; r < q; r++)
        {
            for (int c = 0; c < q; c++) sum += left[r] * matrix[(r * q) + c] * right[c];
        }

        return sum;
    }

    // Row of T: the user's coefficient as a combination of the engine's.
    private static double[] RowOf(ColumnStandardization scale, int row)
    {
        var result = new double[scale.Count];
        var unit = new double[scale.Count];
        for (int j = 0; j < result.Length; j++)
        {
            Array.Clear(unit);
            unit[j] = 1;
            scale.ToUser(unit);
            result[j] = unit[row];
        }

        return result;
    }
}

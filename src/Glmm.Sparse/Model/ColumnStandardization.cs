namespace Glmm.Sparse.Model;

/// <summary>
/// The change of scale between a user's columns and the engine's: column b becomes (x_b − shift_b·x_a)/scale_b, where
/// x_a is a constant column of the same set. Scales are powers of 2, so that scaling alone rounds nothing.
/// </summary>
/// <remarks>Internal coefficients c and the user's u obey u = Tc, so that covariances obey Cov_u = T Cov_c
/// Tᵀ.</remarks>
internal sealed class ColumnStandardization
{
    private readonly int _constant;
    private readonly double[] _shift;
    private readonly double[] _scale;

    /// <param name="constant">Index of the constant column that takes up the shifts, or −1 when none is
    /// shifted.</param>
    /// <param name="shift">Multiples of the constant column that were taken off each column.</param>
    /// <param name="scale">What each column was then divided by.</param>
    internal ColumnStandardization(int constant, double[] shift, double[] scale)
    {
        _constant = constant;
        _shift = shift;
        _scale = scale;
        LogScale = scale.Sum(Math.Log);
    }

    internal int Count => _scale.Length;

    /// <summary>Σ log scale: log|XᵀV⁻¹X| on the user's scale is that on the engine's plus twice this.</summary>
    internal double LogScale { get; }

    internal double ScaleOf(int column) => _scale[column];

    internal double ShiftOf(int column) => _shift[column];

    /// <summary>Whether some column was shifted.</summary>
    internal bool HasShifts => _shift.Any(s => s != 0);

    /// <summary>Keeps some of the columns, the constant one among them if any of the others was shifted.</summary>
    internal ColumnStandardization Select(IReadOnlyList<int> kept)
    {
        int constant = -1;
        for (int j = 0; j < kept.Count; j++)
        {
            if (kept[j] == _constant) constant = j;
        }

        if (constant < 0 && kept.Any(j => _shift[j] != 0))
            throw new InvalidOperationException("Shifted columns cannot do without the constant one.");
        return new ColumnStandardization(constant, [.. kept.Select(j => _shift[j])], [.. kept.Select(j => _scale[j])]);
    }

    /// <summary>u = Tc, in place.</summary>
    internal void ToUser(Span<double> coefficients)
    {
        for (int j = 0; j < Count; j++) coefficients[j] /= _scale[j];
        if (_constant < 0) return;
        for (int j = 0; j < Count; j++)
        {
            if (j != _constant) coefficients[_constant] -= _shift[j] * coefficients[j];
        }
    }

    /// <summary>c = T⁻¹u, in place.</summary>
    internal void ToInternal(Span<double> coefficients)
    {
        if (_constant >= 0)
        {
            for (int j = 0; j < Count; j++)
            {
                if (j != _constant) coefficients[_constant] += _shift[j] * coefficients[j];
            }
        }

        for (int j = 0; j < Count; j++) coefficients[j] *= _scale[j];
    }

    /// <summary>T C Tᵀ for a symmetric matrix, row by row.</summary>
    internal double[,] CovarianceToUser(ReadOnlySpan<double> covariance)
    {
        double[] result = covariance.ToArray();
        CovarianceToUser(result, new double[Count]);
        return AsMatrix(result);
    }

    /// <summary>C becomes T C Tᵀ in place; allocates nothing.</summary>
    /// <param name="covariance">A symmetric matrix, row by row.</param>
    /// <param name="scratch">At least one double a row.</param>
    internal void CovarianceToUser(Span<double> covariance, Span<double> scratch) =>
        Sandwich(covariance, scratch, toUser: true);

    /// <summary>T⁻¹ C T⁻ᵀ for a symmetric matrix, row by row.</summary>
    internal double[,] CovarianceToInternal(ReadOnlySpan<double> covariance)
    {
        double[] result = covariance.ToArray();
        Sandwich(result, new double[Count], toUser: false);
        return AsMatrix(result);
    }

    private void Sandwich(Span<double> covariance, Span<double> scratch, bool toUser)
    {
        int n = Count;
        Span<double> column = scratch[..n];
        for (int r = 0; r < n; r++) Change(covariance.Slice(r * n, n), toUser);
        for (int c = 0; c < n; c++)
        {
            for (int r = 0; r < n; r++) column[r] = covariance[(r * n) + c];
            Change(column, toUser);
            for (int r = 0; r < n; r++) covariance[(r * n) + c] = column[r];
        }

        for (int r = 0; r < n; r++)
        {
            for (int c = 0; c < r; c++)
            {
                double mean = 0.5 * (covariance[(r * n) + c] + covariance[(c * n) + r]);
                (covariance[(r * n) + c], covariance[(c * n) + r]) = (mean, mean);
            }
        }
    }

    private void Change(Span<double> coefficients, bool toUser)
    {
        if (toUser) ToUser(coefficients);
        else ToInternal(coefficients);
    }

    private double[,] AsMatrix(double[] values)
    {
        var matrix = new double[Count, Count];
        for (int r = 0; r < Count; r++)
        {
            for (int c = 0; c < Count; c++) matrix[r, c] = values[(r * Count) + c];
        }

        return matrix;
    }
}

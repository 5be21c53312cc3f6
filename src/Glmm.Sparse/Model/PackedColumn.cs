namespace Glmm.Sparse.Model;

/// <summary>A column as it lies in the tiles: (x − shift)/scale.</summary>
/// <param name="Column">x.</param>
/// <param name="Facts">What is known of x.</param>
/// <param name="Shift">What is taken off.</param>
/// <param name="Scale">A power of 2.</param>
internal sealed record PackedColumn(DesignColumn Column, ColumnFacts Facts, double Shift, double Scale)
{
    private const int BlockRows = 4096;

    /// <summary>The value it has in every row; NaN where it varies.</summary>
    internal double Constant => Facts.IsConstant ? (Facts.Mean - Shift) / Scale : double.NaN;

    /// <summary>Whether another column lies there with the same values.</summary>
    internal bool IsSameAs(PackedColumn other)
    {
        if (Shift != other.Shift || Scale != other.Scale || Facts != other.Facts) return false;
        if (ReferenceEquals(Column, other.Column)) return true;
        int n = Column.Length, block = Math.Min(n, BlockRows);
        var rows = new int[block];
        double[] mine = new double[block], theirs = new double[block];
        for (int start = 0; start < n; start += block)
        {
            int count = Math.Min(block, n - start);
            ReadOnlySpan<double> values = Column.Slice(start, count, rows, mine);
            if (!values.SequenceEqual(other.Column.Slice(start, count, rows, theirs))) return false;
        }

        return true;
    }
}

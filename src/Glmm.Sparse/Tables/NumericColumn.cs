using System.Globalization;

namespace Glmm.Sparse.Tables;

/// <summary>A column of numbers, 8 bytes a row. Immutable and thread-safe.</summary>
public class NumericColumn : TableColumn
{
    /// <summary>A quiet NaN with payload 1954, the one R uses for NA.</summary>
    internal const long MissingBits = 0x7FF8_0000_0000_07A2;

    private readonly BlockList<double> _values;

    internal NumericColumn(string name, BlockList<double> values, int missingCount, int firstNonFinite)
        : base(name, values.Count, missingCount)
    {
        _values = values;
        FirstNonFinite = firstNonFinite;
    }

    private protected NumericColumn(NumericColumn values)
        : base(values.Name, values.Length, values.MissingCount) =>
        (_values, FirstNonFinite) = (values._values, values.FirstNonFinite);

    /// <inheritdoc/>
    public override string Kind => "numeric";

    /// <summary>Zero-based first row that holds NaN or an infinity (not a missing value), or −1.</summary>
    public int FirstNonFinite { get; }

    /// <summary>The value of a row; <see cref="TableColumn.MissingValue"/> where it is missing.</summary>
    public double this[int row] => _values[row];

    /// <summary>
    /// A number as a label: whole numbers without decimals or exponent, others in their shortest exact form.
    /// </summary>
    public static string Label(double value) =>
        Math.Abs(value) < 1e15 && Math.Floor(value) == value
            ? ((long)value).ToString(CultureInfo.InvariantCulture)
            : value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>A value of this column as a label.</summary>
    /// <param name="value">The number.</param>
    /// <returns>As in <see cref="Label"/>; a date where the column holds dates.</returns>
    public virtual string LabelOf(double value) => Label(value);

    /// <summary>The number that a label stands for; the reverse of <see cref="LabelOf"/>.</summary>
    /// <param name="label">The label.</param>
    /// <param name="value">The number.</param>
    /// <returns>False where the label is none of this column's.</returns>
    public virtual bool TryReadLabel(string label, out double value) => NumberText.TryParse(label, out value);

    /// <summary>Writes the values of some rows.</summary>
    /// <param name="rows">Zero-based rows.</param>
    /// <param name="destination">Overwritten; at least as long as <paramref name="rows"/>.</param>
    public void Gather(ReadOnlySpan<int> rows, Span<double> destination) => _values.Gather(rows, destination);

    /// <inheritdoc/>
    public override NumericColumn Take(ReadOnlySpan<int> rows)
    {
        BlockList<double> taken = _values.Take(rows);
        if (MissingCount == 0 && FirstNonFinite < 0) return new NumericColumn(Name, taken, 0, -1);
        int missing = 0, firstNonFinite = -1;
        for (int row = 0; row < rows.Length; row++)
        {
            double value = taken[row];
            if (double.IsFinite(value)) continue;
            if (IsMissingValue(value)) missing++;
            else if (firstNonFinite < 0) firstNonFinite = row;
        }

        return new NumericColumn(Name, taken, missing, firstNonFinite);
    }

    /// <summary>Consecutive values where they lie in memory one behind the other.</summary>
    /// <param name="start">First row.</param>
    /// <param name="count">Number of rows.</param>
    /// <param name="values">The values.</param>
    /// <returns>Whether they do.</returns>
    internal bool TryGetRun(int start, int count, out ReadOnlySpan<double> values) =>
        _values.TryGetRun(start, count, out values);

    /// <inheritdoc/>
    public override bool IsMissing(int row) => IsMissingValue(_values[row]);

    /// <inheritdoc/>
    public override string LabelAt(int row) => IsMissing(row) ? "NA" : LabelOf(_values[row]);
}

namespace Glmm.Sparse.Tables;

/// <summary>A column of truth values, one byte a row. Immutable and thread-safe.</summary>
public sealed class BooleanColumn : TableColumn
{
    internal const sbyte Missing = -1;

    private readonly BlockList<sbyte> _values;

    internal BooleanColumn(string name, BlockList<sbyte> values)
        : base(name, values.Count, CountMissing(values))
    {
        values.Trim();
        _values = values;
    }

    /// <inheritdoc/>
    public override string Kind => "boolean";

    /// <summary>The value of a row: 1 true, 0 false, −1 missing.</summary>
    public int this[int row] => _values[row];

    /// <summary>Writes the values of some rows: 1 true, 0 false, −1 missing.</summary>
    /// <param name="rows">Zero-based rows.</param>
    /// <param name="destination">Overwritten; at least as long as <paramref name="rows"/>.</param>
    public void Gather(ReadOnlySpan<int> rows, Span<int> destination)
    {
        for (int i = 0; i < rows.Length; i++) destination[i] = _values[rows[i]];
    }

    /// <inheritdoc/>
    public override BooleanColumn Take(ReadOnlySpan<int> rows) => new(Name, _values.Take(rows));

    /// <inheritdoc/>
    public override bool IsMissing(int row) => _values[row] == Missing;

    /// <inheritdoc/>
    public override string LabelAt(int row) => _values[row] switch { 0 => "FALSE", Missing => "NA", _ => "TRUE" };

    /// <summary>
    /// Whether a text spells a truth value as R reads it: TRUE, true, True, T, FALSE, false, False or F.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="value">The truth value.</param>
    /// <returns>False when it spells none.</returns>
    public static bool TryParse(string text, out bool value)
    {
        value = text is "TRUE" or "true" or "True" or "T";
        return value || text is "FALSE" or "false" or "False" or "F";
    }

    private static int CountMissing(BlockList<sbyte> values)
    {
        int missing = 0;
        foreach (ReadOnlyMemory<sbyte> run in values.Runs)
            missing += run.Span.Count(Missing);
        return missing;
    }
}

using System.Numerics.Tensors;

namespace Glmm.Sparse.Tables;

/// <summary>Collects the values of a numeric column, row by row. Not thread-safe.</summary>
/// <param name="name">The column's name.</param>
public sealed class NumericColumnBuilder(string name)
{
    private readonly BlockList<double> _values = new();
    private int _missingCount;
    private int _firstNonFinite = -1;

    /// <summary>Number of rows so far.</summary>
    public int Count => _values.Count;

    /// <summary>Adds a row; <see cref="TableColumn.MissingValue"/> marks a missing value.</summary>
    public void Add(double value)
    {
        if (!double.IsFinite(value)) NoteNonFinite(value, _values.Count);
        _values.Add(value);
    }

    /// <summary>Adds rows; <see cref="TableColumn.MissingValue"/> marks missing values.</summary>
    /// <param name="values">The values, copied.</param>
    public void AddRange(ReadOnlySpan<double> values)
    {
        if (!TensorPrimitives.IsFiniteAll(values))
        {
            for (int i = 0; i < values.Length; i++)
            {
                if (!double.IsFinite(values[i])) NoteNonFinite(values[i], _values.Count + i);
            }
        }

        _values.AddRange(values);
    }

    /// <summary>Adds a row whose value is missing.</summary>
    public void AddMissing() => Add(TableColumn.MissingValue);

    /// <summary>The finished column; the builder must not be used afterwards.</summary>
    public NumericColumn Build()
    {
        _values.Trim();
        return new NumericColumn(name, _values, _missingCount, _firstNonFinite);
    }

    private void NoteNonFinite(double value, int row)
    {
        if (TableColumn.IsMissingValue(value))
            _missingCount++;
        else if (_firstNonFinite < 0)
            _firstNonFinite = row;
    }
}

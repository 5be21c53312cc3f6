namespace Glmm.Sparse.Tables;

/// <summary>Collects the values of a boolean column, row by row. Not thread-safe.</summary>
/// <param name="name">The column's name.</param>
public sealed class BooleanColumnBuilder(string name)
{
    private readonly BlockList<sbyte> _values = new();

    /// <summary>Number of rows so far.</summary>
    public int Count => _values.Count;

    /// <summary>Adds a row.</summary>
    /// <param name="value">The truth value; null where it is missing.</param>
    public void Add(bool? value) =>
        _values.Add(value is null ? BooleanColumn.Missing : value.Value ? (sbyte)1 : (sbyte)0);

    /// <summary>The finished column; the builder must not be used afterwards.</summary>
    public BooleanColumn Build() => new(name, _values);
}

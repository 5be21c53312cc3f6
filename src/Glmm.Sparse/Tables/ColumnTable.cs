namespace Glmm.Sparse.Tables;

/// <summary>Named columns of equal length, each numeric, boolean or text. Immutable and thread-safe.</summary>
public sealed class ColumnTable
{
    private readonly TableColumn[] _columns;
    private readonly Dictionary<string, TableColumn> _byName;

    private ColumnTable(TableColumn[] columns, Dictionary<string, TableColumn> byName, int rowCount)
    {
        _columns = columns;
        _byName = byName;
        RowCount = rowCount;
    }

    /// <summary>Number of rows.</summary>
    public int RowCount { get; }

    /// <summary>The columns, in order.</summary>
    public IReadOnlyList<TableColumn> Columns => _columns;

    /// <summary>The column of a name, or null.</summary>
    public TableColumn? this[string name] => _byName.GetValueOrDefault(name);

    /// <summary>Puts columns together.</summary>
    /// <param name="columns">Columns of equal length and different names.</param>
    /// <returns>The table.</returns>
    /// <exception cref="InvalidModelDataException">Two columns share a name or differ in length.</exception>
    public static ColumnTable FromColumns(params IReadOnlyList<TableColumn> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        var byName = new Dictionary<string, TableColumn>(columns.Count, StringComparer.Ordinal);
        foreach (TableColumn column in columns)
        {
            if (!byName.TryAdd(column.Name, column))
            {
                throw new InvalidModelDataException(
                    $"Two columns are named '{column.Name}'; give every column a name of its own.");
            }

            if (column.Length != columns[0].Length)
            {
                throw new InvalidModelDataException(
                    $"Column '{column.Name}' has {column.Length} rows, column '{columns[0].Name}' has "
                    + $"{columns[0].Length}; all columns must have the same number of rows.");
            }
        }

        return new ColumnTable([.. columns], byName, columns.Count == 0 ? 0 : columns[0].Length);
    }
}

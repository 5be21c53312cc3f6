namespace Glmm.Sparse.Tables;

/// <summary>Named columns of equal length, each numeric, boolean or text. Immutable and thread-safe.</summary>
public sealed class ColumnTable
{
    private readonly TableColumn[] _columns;
    private readonly Dictionary<string, TableColumn> _byName;

    private ColumnTable(
        TableColumn[] columns, Dictionary<string, TableColumn> byName, IReadOnlyList<string> sourceColumns,
        int rowCount)
    {
        _columns = columns;
        _byName = byName;
        SourceColumns = sourceColumns;
        RowCount = rowCount;
    }

    /// <summary>Number of rows.</summary>
    public int RowCount { get; }

    /// <summary>The columns, in order.</summary>
    public IReadOnlyList<TableColumn> Columns => _columns;

    /// <summary>
    /// The names of all columns that the table's source has, in order, those that were not kept included: messages list
    /// them.
    /// </summary>
    public IReadOnlyList<string> SourceColumns { get; }

    /// <summary>The column of a name, or null.</summary>
    public TableColumn? this[string name] => _byName.GetValueOrDefault(name);

    /// <summary>Puts columns together.</summary>
    /// <param name="columns">Columns of equal length and different names.</param>
    /// <returns>The table.</returns>
    /// <exception cref="InvalidModelDataException">Two columns share a name or differ in length.</exception>
    public static ColumnTable FromColumns(params IReadOnlyList<TableColumn> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        int rowCount = columns.Count == 0 ? 0 : columns[0].Length;
        return FromSource(columns, [.. columns.Select(column => column.Name)], rowCount);
    }

    /// <summary>Puts some columns of a larger source together.</summary>
    /// <param name="columns">The columns kept, of equal length and different names; there may be none.</param>
    /// <param name="sourceColumns">The names of all columns of the source, in order.</param>
    /// <param name="rowCount">Number of rows of the source.</param>
    /// <returns>The table.</returns>
    /// <exception cref="InvalidModelDataException">Two columns share a name or differ in length.</exception>
    public static ColumnTable FromSource(
        IReadOnlyList<TableColumn> columns, IReadOnlyList<string> sourceColumns, int rowCount)
    {
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(sourceColumns);
        var byName = new Dictionary<string, TableColumn>(columns.Count, StringComparer.Ordinal);
        foreach (TableColumn column in columns)
        {
            if (!byName.TryAdd(column.Name, column))
            {
                throw new InvalidModelDataException(
                    $"Two columns are named '{column.Name}'; give every column a name of its own.");
            }

            if (column.Length != rowCount)
            {
                throw new InvalidModelDataException(
                    $"Column '{column.Name}' has {column.Length} rows, the table has {rowCount}; all columns must have "
                    + "the same number of rows.");
            }
        }

        return new ColumnTable([.. columns], byName, [.. sourceColumns], rowCount);
    }
}

namespace Glmm.Sparse.Tables;

/// <summary>Makes tables of objects of any type, column by column, without reflection.</summary>
/// <example><code>
/// ColumnTable table = RecordTable.From(visits)
///     .Number("age", v => v.Age)
///     .Text("trt", v => v.Treatment)
///     .Boolean("smoker", v => v.Smokes)
///     .ToTable();
/// </code></example>
public static class RecordTable
{
    /// <summary>Starts a table with a row for each record.</summary>
    /// <typeparam name="T">The records' type.</typeparam>
    /// <param name="records">The records; read when the table is made, once and in order.</param>
    /// <returns>The table to be, without columns.</returns>
    public static RecordTable<T> From<T>(IEnumerable<T> records)
    {
        ArgumentNullException.ThrowIfNull(records);
        return new RecordTable<T>(records, []);
    }
}

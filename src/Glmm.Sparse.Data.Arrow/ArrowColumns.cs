using Apache.Arrow;
using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Data;

/// <summary>The columns of a table while batches are read into them.</summary>
internal sealed class ArrowColumns
{
    private readonly Schema _schema;
    private readonly List<(int Field, ArrowColumn Column)> _columns = [];

    /// <exception cref="InvalidModelDataException">A column kept is of a type that has no place in a model.</exception>
    public ArrowColumns(Schema schema, IReadOnlySet<string>? wanted, IReadOnlySet<string>? texts)
    {
        _schema = schema;
        for (int field = 0; field < schema.FieldsList.Count; field++)
        {
            Field described = schema.FieldsList[field];
            if (wanted is null || wanted.Contains(described.Name))
                _columns.Add((field, new ArrowColumn(described, texts?.Contains(described.Name) ?? false)));
        }
    }

    /// <summary>Number of rows so far.</summary>
    public int Rows { get; private set; }

    /// <summary>Adds the rows of a batch.</summary>
    /// <exception cref="InvalidModelDataException">The batch has other columns than the first, or too many rows.
    /// </exception>
    public void Add(RecordBatch batch)
    {
        if (!ReferenceEquals(batch.Schema, _schema)) CheckSchema(batch.Schema);
        if (batch.Length > System.Array.MaxLength - Rows)
            throw new InvalidModelDataException("The record batches have more rows than a table can hold.");
        foreach ((int field, ArrowColumn column) in _columns) column.Add(batch.Column(field));
        Rows += batch.Length;
    }

    /// <summary>The finished table.</summary>
    public ColumnTable ToTable() => ColumnTable.FromSource(
        [.. _columns.Select(static pair => pair.Column.Build())],
        [.. _schema.FieldsList.Select(static field => field.Name)],
        Rows);

    private void CheckSchema(Schema schema)
    {
        for (int field = 0; field < Math.Max(schema.FieldsList.Count, _schema.FieldsList.Count); field++)
        {
            string first = Describe(_schema, field);
            string other = Describe(schema, field);
            if (first == other) continue;
            throw new InvalidModelDataException(
                $"The record batches differ in column {field + 1}: {first} in the first, {other} in another; give all "
                + "the same columns.");
        }
    }

    private static string Describe(Schema schema, int field) => field < schema.FieldsList.Count
        ? $"'{schema.FieldsList[field].Name}' ({ArrowColumn.TypeName(schema.FieldsList[field].DataType)})"
        : "nothing";
}

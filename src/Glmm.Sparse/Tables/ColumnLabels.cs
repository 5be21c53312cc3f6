namespace Glmm.Sparse.Tables;

/// <summary>Makes text of columns of other kinds.</summary>
public static class ColumnLabels
{
    /// <summary>The labels of a column's values as a column of text.</summary>
    /// <param name="column">The column.</param>
    /// <returns>The column itself where it is one of text already.</returns>
    public static TextColumn AsText(TableColumn column)
    {
        ArgumentNullException.ThrowIfNull(column);
        if (column is TextColumn already) return already;
        var texts = new TextColumnBuilder(column.Name);
        for (int row = 0; row < column.Length; row++)
        {
            if (column.IsMissing(row))
                texts.AddMissing();
            else
                texts.Add(column.LabelAt(row));
        }

        return texts.BuildText();
    }
}

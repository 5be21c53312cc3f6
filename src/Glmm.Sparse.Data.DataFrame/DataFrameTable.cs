using Glmm.Sparse.Tables;
using Microsoft.Data.Analysis;

namespace Glmm.Sparse.Data;

/// <summary>Makes columnar tables of data frames of Microsoft.Data.Analysis.</summary>
/// <remarks>
/// Columns of numbers are numeric (whole numbers that a double does not hold make a column of text), of booleans
/// boolean, of <see cref="DateTime"/> dates where every one is midnight and times elsewhere, of strings and characters
/// text; null is a missing value.
/// </remarks>
public static class DataFrameTable
{
    /// <summary>Makes a table of a data frame.</summary>
    /// <param name="frame">The data frame; its values are copied.</param>
    /// <param name="columns">Names of the columns to keep, or null for all; names that the frame lacks do no
    /// harm.</param>
    /// <param name="textColumns">Names of columns that are text whatever their type, or null for none.</param>
    /// <returns>The table, its rows in the order of the frame.</returns>
    /// <exception cref="InvalidModelDataException">A column kept is of a type that has no place in a model.</exception>
    public static ColumnTable From(
        DataFrame frame, IReadOnlySet<string>? columns = null, IReadOnlySet<string>? textColumns = null)
    {
        ArgumentNullException.ThrowIfNull(frame);
        if (frame.Rows.Count > Array.MaxLength)
            throw new InvalidModelDataException("The data frame has more rows than a table can hold.");
        var kept = new List<TableColumn>();
        foreach (DataFrameColumn column in frame.Columns)
        {
            if (columns is not null && !columns.Contains(column.Name)) continue;
            TableColumn made = FrameColumn.Copy(column);
            kept.Add(textColumns is not null && textColumns.Contains(column.Name) ? ColumnLabels.AsText(made) : made);
        }

        return ColumnTable.FromSource(
            kept, [.. frame.Columns.Select(static column => column.Name)], (int)frame.Rows.Count);
    }
}

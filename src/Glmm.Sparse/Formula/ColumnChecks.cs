using System.Globalization;
using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Formula;

/// <summary>Refuses columns and values that a model cannot take.</summary>
internal static class ColumnChecks
{
    /// <summary>Refuses a text column that looks like one of numbers with a few bad cells.</summary>
    /// <exception cref="InvalidModelDataException">It does.</exception>
    public static void RefuseBadNumbers(TextColumn column)
    {
        if (column.NotANumber is not { } cell) return;
        string line = cell.FileLine > 0
            ? string.Create(CultureInfo.InvariantCulture, $" (line {cell.FileLine})")
            : "";
        bool isLong = double.TryParse(cell.Text, NumberStyles.None, CultureInfo.InvariantCulture, out _);
        (string what, string mend) = isLong
            ? ("has too many digits to be held exactly as a number", "Shorten it")
            : NumberText.IsDecimalComma(cell.Text)
                ? ("has a decimal comma", "Write decimal points")
                : ("is not a number", "Mend the cell");
        throw new InvalidModelDataException(
            $"Column '{column.Name}' looks numeric, but row {cell.Row + 1}{line} holds '{cell.Text}', which {what}. "
            + $"{mend}, leave it empty (or NA) if the value is missing, or list the levels of '{column.Name}' to make "
            + "it a factor.");
    }

    /// <summary>What keeps a column from being numeric, such as <c>text ('abc' in row 2)</c>.</summary>
    public static string WhyNotNumeric(TableColumn column)
    {
        int row = FirstText(column);
        return $"{column.Kind} ('{column.LabelAt(row)}' in row {row + 1})";
    }

    /// <summary>Row of the first cell that is no number, where others are numbers; −1 where none or all are.</summary>
    public static int FirstBadNumber(TextColumn column) =>
        column.Texts.Any(NumberText.IsNumber) && !column.Texts.All(NumberText.IsNumber) ? FirstText(column) : -1;

    /// <summary>Row of the first cell that is no number; of the first value where all are numbers.</summary>
    public static int FirstText(TableColumn column)
    {
        int first = -1;
        for (int row = 0; row < column.Length; row++)
        {
            if (column.IsMissing(row)) continue;
            if (column is not TextColumn || !NumberText.IsNumber(column.LabelAt(row))) return row;
            if (first < 0) first = row;
        }

        return Math.Max(first, 0);
    }

    /// <summary>Refuses an expression that is not finite in some row.</summary>
    /// <exception cref="InvalidModelDataException">It is not.</exception>
    public static void RefuseNonFinite(Expression expression, RowEvaluator evaluator, RowMap map, ColumnTable table)
    {
        int row = map.FirstRow(evaluator, static value => !double.IsFinite(value));
        if (row < 0) return;
        double[] value = new double[1];
        evaluator.Evaluate([row], value);
        IEnumerable<string> inputs = expression.Columns.Select(name => $"{name} = {table[name]!.LabelAt(row)}");
        throw new InvalidModelDataException(
            $"{expression} is {RSpelling.Number(value[0])} in row {row + 1}, where {string.Join(", ", inputs)}; a "
            + "model takes finite numbers only. Mend the value or change the formula.");
    }
}

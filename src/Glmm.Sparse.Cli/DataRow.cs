using System.Globalization;
using Glmm.Sparse.Formula;

namespace Glmm.Sparse.Cli;

/// <summary>Finds the row of the data that a row of the design came from.</summary>
internal static class DataRow
{
    /// <summary>1-based row of the data; the design may have fewer rows, since some may have been left out.</summary>
    public static int NumberOf(ModelFrame frame, int designRow)
    {
        // The design knows its rows by labels such as "row 17".
        string label = frame.Design.RowLabel(designRow);
        return int.Parse(label.AsSpan(label.LastIndexOf(' ') + 1), CultureInfo.InvariantCulture);
    }
}

using Glmm.Sparse.Data;
using Glmm.Sparse.Formula;
using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Cli;

/// <summary>Reads the columns of the data that a request needs, and no others.</summary>
internal static class ModelColumns
{
    /// <exception cref="GlmmException">The file cannot be read, or the formula does not parse.</exception>
    public static ColumnTable Read(FitRequest request)
    {
        HashSet<string> wanted = Of(request);
        ColumnTable table = CsvTable.Read(request.DataPath, wanted);

        // A column that is asked for is not there. The design will say so, and with all columns at hand it can say which
        // ones there are.
        return table.Columns.Count == wanted.Count ? table : CsvTable.Read(request.DataPath);
    }

    private static HashSet<string> Of(FitRequest request)
    {
        ModelFrameOptions options = request.FrameOptions;
        HashSet<string> columns =
        [
            .. ModelFormula.Parse(request.Formula).Columns, .. options.References.Keys, .. options.Levels.Keys,
        ];
        if (options.Weights is not null) columns.Add(options.Weights);
        if (options.Offset is not null) columns.Add(options.Offset);
        return columns;
    }
}

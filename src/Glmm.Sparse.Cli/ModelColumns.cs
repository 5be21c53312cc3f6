using Glmm.Sparse.Formula;

namespace Glmm.Sparse.Cli;

/// <summary>Which columns of the data a request needs; the others are not read.</summary>
internal static class ModelColumns
{
    /// <returns>Names of the columns; the data may lack some, which the design then tells.</returns>
    /// <exception cref="FormulaException">The formula does not parse.</exception>
    public static IReadOnlySet<string> Of(FitRequest request)
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

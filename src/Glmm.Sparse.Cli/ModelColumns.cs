namespace Glmm.Sparse.Cli;

/// <summary>Which columns of the data a request needs; the others are not read.</summary>
internal static class ModelColumns
{
    /// <returns>Names of the columns, or null for all.</returns>
    public static IReadOnlySet<string>? Of(FitRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return null;
    }
}

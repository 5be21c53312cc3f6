namespace Glmm.Sparse.Data;

/// <summary>Writes names and texts into SQL so that nothing in them is read as SQL.</summary>
internal static class SqlText
{
    /// <summary>A name of a column, table or schema.</summary>
    public static string Name(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>A text, such as the name of a file.</summary>
    public static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}

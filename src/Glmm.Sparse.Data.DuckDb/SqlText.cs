namespace Glmm.Sparse.Data;

/// <summary>Writes names and texts into SQL so that nothing in them is read as SQL.</summary>
internal static class SqlText
{
    /// <summary>A name of a column, table or schema.</summary>
    public static string Name(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>A text, such as the name of a file.</summary>
    public static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>The first word of a statement, behind blanks, comments and parentheses; empty where there is
    /// none.</summary>
    public static string FirstWord(string sql)
    {
        int at = 0;
        while (at < sql.Length && !char.IsLetter(sql[at]))
        {
            if (sql.AsSpan(at).StartsWith("--"))
                at = EndOf(sql, "\n", at);
            else if (sql.AsSpan(at).StartsWith("/*"))
                at = EndOf(sql, "*/", at);
            else if (char.IsWhiteSpace(sql[at]) || sql[at] == '(')
                at++;
            else
                return "";
        }

        int end = at;
        while (end < sql.Length && (char.IsLetterOrDigit(sql[end]) || sql[end] == '_')) end++;
        return sql[at..end];
    }

    private static int EndOf(string sql, string mark, int start)
    {
        int end = sql.IndexOf(mark, start, StringComparison.Ordinal);
        return end < 0 ? sql.Length : end + mark.Length;
    }
}

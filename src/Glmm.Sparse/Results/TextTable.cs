namespace Glmm.Sparse.Results;

/// <summary>Rows of text under one another: words to the left of their column, numbers to the right.</summary>
internal sealed class TextTable
{
    private readonly List<string[]> _rows = [];

    public void Add(string[] row) => _rows.Add(row);

    /// <summary>Writes the rows.</summary>
    /// <param name="output">Written to.</param>
    /// <param name="words">Indices of the columns that hold words.</param>
    public void Write(TextWriter output, params int[] words)
    {
        var widths = new int[_rows.Max(static row => row.Length)];
        foreach (string[] row in _rows)
        {
            foreach ((int c, string text) in row.Index()) widths[c] = Math.Max(widths[c], text.Length);
        }

        foreach (string[] row in _rows)
        {
            IEnumerable<string> cells = row.Index().Select(cell => words.Contains(cell.Index)
                ? cell.Item.PadRight(widths[cell.Index])
                : cell.Item.PadLeft(widths[cell.Index]));
            output.WriteLine(string.Join(' ', cells).TrimEnd());
        }
    }
}

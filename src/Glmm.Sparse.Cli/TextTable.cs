namespace Glmm.Sparse.Cli;

/// <summary>Rows of text under one another: the first columns to the left, the others, numbers, to the right.</summary>
internal sealed class TextTable
{
    private readonly List<string[]> _rows = [];

    public void Add(string[] row) => _rows.Add(row);

    public void Write(TextWriter output, int leftColumns)
    {
        var widths = new int[_rows.Max(static row => row.Length)];
        foreach (string[] row in _rows)
        {
            foreach ((int c, string text) in row.Index()) widths[c] = Math.Max(widths[c], text.Length);
        }

        foreach (string[] row in _rows)
        {
            IEnumerable<string> cells = row.Index().Select(cell => cell.Index < leftColumns
                ? cell.Item.PadRight(widths[cell.Index])
                : cell.Item.PadLeft(widths[cell.Index]));
            output.WriteLine(string.Join(' ', cells).TrimEnd());
        }
    }
}

using System.Globalization;

namespace Glmm.Sparse.Results;

/// <summary>Rows of text under one another: words to the left of their column, numbers to the right.</summary>
internal sealed class TextTable
{
    private readonly List<(string[] Cells, bool IsLine)> _rows = [];

    public void Add(string[] row) => _rows.Add((row, false));

    /// <summary>Adds a line that no column gives way to.</summary>
    public void AddLine(string line) => _rows.Add(([line], true));

    /// <summary>Writes the rows.</summary>
    /// <param name="output">Written to.</param>
    /// <param name="words">Indices of the columns that hold words.</param>
    public void Write(TextWriter output, params int[] words)
    {
        var widths = new int[_rows.Max(static row => row.Cells.Length)];
        foreach ((string[] cells, _) in _rows.Where(static row => !row.IsLine))
        {
            foreach ((int c, string text) in cells.Index()) widths[c] = Math.Max(widths[c], text.Length);
        }

        foreach ((string[] cells, bool isLine) in _rows)
        {
            IEnumerable<string> padded = isLine ? cells : cells.Index().Select(cell => words.Contains(cell.Index)
                ? cell.Item.PadRight(widths[cell.Index])
                : cell.Item.PadLeft(widths[cell.Index]));
            output.WriteLine(string.Join(' ', padded).TrimEnd());
        }
    }

    /// <summary>The rows as text, without a line end at its end.</summary>
    /// <param name="words">Indices of the columns that hold words.</param>
    public string Text(params int[] words)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        Write(text, words);
        return text.ToString().TrimEnd('\n');
    }
}

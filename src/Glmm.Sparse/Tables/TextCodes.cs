namespace Glmm.Sparse.Tables;

/// <summary>
/// Adds rows to a text column from codes into a list of texts, as dictionary-encoded sources keep them: a text is
/// looked
/// up once, not once a row. Not thread-safe.
/// </summary>
/// <param name="column">The column that is collected.</param>
/// <param name="texts">The texts; null is a missing value. They need not differ, nor all occur.</param>
public sealed class TextCodes(TextColumnBuilder column, IReadOnlyList<string?> texts)
{
    // Codes of the column, plus 1; 0 where the text has not come up.
    private readonly int[] _codes = new int[texts.Count];

    /// <summary>Adds a row.</summary>
    /// <param name="index">Index into the texts; negative where the value is missing.</param>
    public void Add(int index)
    {
        if (index < 0 || texts[index] is not { } text)
            column.AddMissing();
        else if (_codes[index] > 0)
            column.AddCode(_codes[index] - 1);
        else
            _codes[index] = column.AddText(text) + 1;
    }
}

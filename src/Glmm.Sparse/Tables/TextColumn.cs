namespace Glmm.Sparse.Tables;

/// <summary>
/// A column of texts, stored as 4-byte codes into a dictionary of the distinct texts, which are kept as UTF-8.
/// Immutable and thread-safe.
/// </summary>
public sealed class TextColumn : TableColumn
{
    /// <summary>The code of a missing value.</summary>
    public const int MissingCode = -1;

    private readonly BlockList<int> _codes;
    private readonly TextArena _arena;
    private readonly TextList _texts;

    internal TextColumn(
        string name, BlockList<int> codes, TextArena texts, int missingCount, NotANumber? notANumber)
        : base(name, codes.Count, missingCount)
    {
        _codes = codes;
        _arena = texts;
        _texts = new TextList(texts);
        NotANumber = notANumber;
    }

    /// <inheritdoc/>
    public override string Kind => "text";

    /// <summary>The distinct texts in order of first appearance; a code is an index into them. A string
    /// is made when it is first asked for.</summary>
    public IReadOnlyList<string> Texts => _texts;

    /// <summary>
    /// Where the column looks like one of numbers with bad cells (many different numbers among its texts, or nothing
    /// but numbers once decimal commas are points), the first bad cell; null for a plain text column.
    /// </summary>
    public NotANumber? NotANumber { get; }

    /// <summary>Code of a row, −1 where the value is missing.</summary>
    public int this[int row] => _codes[row];

    /// <summary>The text of a code in UTF-8.</summary>
    internal ReadOnlySpan<byte> Utf8(int code) => _arena[code];

    /// <summary>Writes the codes of some rows.</summary>
    /// <param name="rows">Zero-based rows.</param>
    /// <param name="destination">Overwritten; at least as long as <paramref name="rows"/>.</param>
    public void Gather(ReadOnlySpan<int> rows, Span<int> destination) => _codes.Gather(rows, destination);

    /// <inheritdoc/>
    /// <remarks>The texts keep their codes, those that do not occur any more, too.</remarks>
    public override TextColumn Take(ReadOnlySpan<int> rows)
    {
        BlockList<int> taken = _codes.Take(rows);
        int missing = 0;
        if (MissingCount > 0)
        {
            foreach (ReadOnlyMemory<int> run in taken.Runs) missing += run.Span.Count(MissingCode);
        }

        return new TextColumn(Name, taken, _arena, missing, NotANumber);
    }

    /// <inheritdoc/>
    public override bool IsMissing(int row) => _codes[row] == MissingCode;

    /// <inheritdoc/>
    public override string LabelAt(int row) => _codes[row] is var code && code == MissingCode ? "NA" : _texts[code];
}

using System.Text;
using System.Text.Unicode;

namespace Glmm.Sparse.Tables;

/// <summary>
/// Collects the values of a text column, row by row, as codes; a text that was seen before allocates nothing. Not
/// thread-safe.
/// </summary>
public sealed class TextColumnBuilder
{
    /// <summary>A column with more distinct numbers than this may be one of numbers with a few bad cells.</summary>
    private const int FewDistinctNumbers = 20;

    private readonly string _name;
    private readonly BlockList<int> _codes = new();
    private readonly List<string> _texts = [];
    private readonly Dictionary<string, int> _codeOf = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _codeOfSpan;
    private char[] _characters = new char[128];
    private NotANumber? _firstNotANumber;
    private int _missingCount;

    /// <summary>Starts an empty column.</summary>
    /// <param name="name">The column's name.</param>
    public TextColumnBuilder(string name)
    {
        _name = name;
        _codeOfSpan = _codeOf.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Number of rows so far.</summary>
    public int Count => _codes.Count;

    /// <summary>Adds a row whose value is missing.</summary>
    public void AddMissing()
    {
        _missingCount++;
        _codes.Add(TextColumn.MissingCode);
    }

    /// <summary>Adds a row.</summary>
    /// <param name="text">The text.</param>
    /// <param name="fileLine">One-based line of the file on which the row starts, 0 when there is none.</param>
    public void Add(ReadOnlySpan<char> text, long fileLine = 0)
    {
        if (!_codeOfSpan.TryGetValue(text, out int code)) code = AddText(text.ToString(), fileLine);
        _codes.Add(code);
    }

    /// <summary>Adds a row.</summary>
    /// <param name="utf8">The text in UTF-8.</param>
    /// <param name="fileLine">One-based line of the file on which the row starts, 0 when there is none.</param>
    /// <exception cref="InvalidModelDataException">The bytes are not UTF-8.</exception>
    public void Add(ReadOnlySpan<byte> utf8, long fileLine = 0)
    {
        // A character takes at least one byte.
        if (_characters.Length < utf8.Length) _characters = new char[2 * utf8.Length];
        Span<char> text = _characters.AsSpan(0, Encoding.UTF8.GetChars(utf8, _characters));

        // Bytes of another encoding all decode to the same mark, which would merge different texts.
        if (text.Contains('\uFFFD') && !Utf8.IsValid(utf8))
        {
            throw new InvalidModelDataException(
                $"Column '{_name}' holds '{text}' in row {_codes.Count + 1}, which is not UTF-8 text; save the file as "
                + "UTF-8.");
        }

        Add(text, fileLine);
    }

    /// <summary>
    /// The finished column: boolean where every text spells a truth value, else text. The builder must not be used
    /// afterwards.
    /// </summary>
    public TableColumn Build()
    {
        sbyte[] truth = new sbyte[_texts.Count];
        for (int code = 0; code < truth.Length; code++)
        {
            if (!BooleanColumn.TryParse(_texts[code], out bool value)) return BuildText();
            truth[code] = value ? (sbyte)1 : (sbyte)0;
        }

        if (truth.Length == 0) return BuildText();
        var cells = new BlockList<sbyte>();
        foreach (ReadOnlyMemory<int> run in _codes.Runs)
        {
            foreach (int code in run.Span)
                cells.Add(code == TextColumn.MissingCode ? BooleanColumn.Missing : truth[code]);
        }

        return new BooleanColumn(_name, cells);
    }

    /// <summary>The finished column as text, whatever it spells. The builder must not be used afterwards.</summary>
    public TextColumn BuildText()
    {
        _codes.Trim();
        return new TextColumn(
            _name, _codes, [.. _texts], _missingCount, LooksLikeNumbers() ? _firstNotANumber : null);
    }

    /// <summary>Adds a row whose text came up before.</summary>
    internal void AddCode(int code) => _codes.Add(code);

    /// <summary>Adds a row.</summary>
    /// <returns>The code of its text.</returns>
    internal int AddText(string text)
    {
        Add(text.AsSpan());
        return _codes[_codes.Count - 1];
    }

    private int AddText(string text, long fileLine)
    {
        int code = _texts.Count;
        _texts.Add(text);
        _codeOf.Add(text, code);
        if (_firstNotANumber is null && !NumberText.IsNumber(text))
            _firstNotANumber = new NotANumber(_codes.Count, fileLine, text);
        return code;
    }

    private bool LooksLikeNumbers() =>
        _firstNotANumber is not null
        && (_texts.Count(NumberText.IsNumber) > FewDistinctNumbers
            || _texts.All(static text => NumberText.IsNumber(text) || NumberText.IsDecimalComma(text)));
}

using System.Buffers;
using System.Runtime.CompilerServices;
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
    private readonly TextArena _texts = new();
    private byte[] _utf8 = new byte[128];
    private int[] _codeOf = [];
    private NotANumber? _firstNotANumber;
    private int _missingCount;

    /// <summary>Starts an empty column.</summary>
    /// <param name="name">The column's name.</param>
    public TextColumnBuilder(string name) => _name = name;

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
    /// <exception cref="InvalidModelDataException">The text holds half a character.</exception>
    public void Add(ReadOnlySpan<char> text, long fileLine = 0) => AddText(text, fileLine);

    /// <summary>Adds a row.</summary>
    /// <param name="utf8">The text in UTF-8.</param>
    /// <param name="fileLine">One-based line of the file on which the row starts, 0 when there is none.</param>
    /// <exception cref="InvalidModelDataException">The bytes are not UTF-8.</exception>
    public void Add(ReadOnlySpan<byte> utf8, long fileLine = 0)
    {
        int known = _texts.Count;
        int code = _texts.FindOrAdd(utf8);
        if (code == known) NoteNew(utf8, _codes.Count, fileLine);
        _codes.Add(code);
    }

    /// <summary>
    /// The finished column: boolean where every text spells a truth value, dates or points in time where every text is
    /// one
    /// as ISO 8601 writes it (all or none of the times with a Z), else text. The builder must not be used afterwards.
    /// </summary>
    public TableColumn Build() => (TableColumn?)BuildBooleans() ?? (TableColumn?)BuildDates() ?? BuildText();

    /// <summary>The finished column as text, whatever it spells. The builder must not be used afterwards.</summary>
    public TextColumn BuildText()
    {
        _codes.Trim();
        _texts.Freeze();
        return new TextColumn(_name, _codes, _texts, _missingCount, LooksLikeNumbers() ? _firstNotANumber : null);
    }

    /// <summary>Adds a row whose text came up before.</summary>
    internal void AddCode(int code) => _codes.Add(code);

    /// <summary>Adds a row.</summary>
    /// <returns>The code of its text.</returns>
    internal int AddText(ReadOnlySpan<char> text, long fileLine = 0)
    {
        // A UTF-16 unit takes at most three bytes.
        if (_utf8.Length < 3 * text.Length) _utf8 = new byte[6 * text.Length];
        if (Utf8.FromUtf16(text, _utf8, out _, out int length, replaceInvalidSequences: false) != OperationStatus.Done)
        {
            throw new InvalidModelDataException(
                $"Column '{_name}' holds half a character (a lone surrogate) in row {_codes.Count + 1}; "
                + "mend the text.");
        }

        Add(_utf8.AsSpan(0, length), fileLine);
        return _codes[_codes.Count - 1];
    }

    /// <summary>Adds rows by their codes in an arena of texts, which are looked up once each, not once a row.</summary>
    /// <param name="texts">The texts, in the order in which they come up in the rows.</param>
    /// <param name="codes">The rows' codes, −1 where the value is missing; overwritten.</param>
    /// <param name="fileLineOf">Gives the line of the file on which one of the rows starts.</param>
    /// <exception cref="InvalidModelDataException">A text is not UTF-8.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void AddRange(TextArena texts, Span<int> codes, Func<int, long> fileLineOf)
    {
        if (_codeOf.Length <= texts.Count) _codeOf = new int[2 * (texts.Count + 1)];
        Span<int> codeOf = _codeOf;
        codeOf[0] = TextColumn.MissingCode;
        for (int i = 0; i < texts.Count; i++)
        {
            if (i % TextArena.TouchedAtOnce == 0)
                _texts.Touch(texts, i, Math.Min(TextArena.TouchedAtOnce, texts.Count - i));
            int known = _texts.Count;
            int code = _texts.FindOrAdd(texts[i]);
            codeOf[i + 1] = code;
            if (code == known) NoteNewOfRange(texts[i], i, codes, fileLineOf);
        }

        int missing = 0;
        foreach (ref int code in codes)
        {
            code = codeOf[code + 1];
            missing -= code >> 31; // −1 where the code is negative
        }

        _missingCount += missing;
        _codes.AddRange(codes);
    }

    private void NoteNewOfRange(ReadOnlySpan<byte> utf8, int index, Span<int> codes, Func<int, long> fileLineOf)
    {
        if (_firstNotANumber is not null && Utf8.IsValid(utf8)) return;
        int row = codes.IndexOf(index);
        NoteNew(utf8, _codes.Count + row, fileLineOf(row));
    }

    private void NoteNew(ReadOnlySpan<byte> utf8, int row, long fileLine)
    {
        // Bytes of another encoding all decode to the same mark, which would merge different texts.
        if (!Utf8.IsValid(utf8))
        {
            throw new InvalidModelDataException(
                $"Column '{_name}' holds '{Encoding.UTF8.GetString(utf8)}' in row {row + 1}, which is not UTF-8 text; "
                + "save the file as UTF-8.");
        }

        if (_firstNotANumber is null && !NumberText.IsNumber(utf8))
            _firstNotANumber = new NotANumber(row, fileLine, Encoding.UTF8.GetString(utf8));
    }

    private BooleanColumn? BuildBooleans()
    {
        if (_texts.Count == 0) return null;
        sbyte[] truth = new sbyte[_texts.Count];
        for (int code = 0; code < truth.Length; code++)
        {
            if (!BooleanColumn.TryParse(_texts.TextAt(code), out bool value)) return null;
            truth[code] = value ? (sbyte)1 : (sbyte)0;
        }

        var cells = new BlockList<sbyte>();
        foreach (ReadOnlyMemory<int> run in _codes.Runs)
        {
            foreach (int code in run.Span)
                cells.Add(code == TextColumn.MissingCode ? BooleanColumn.Missing : truth[code]);
        }

        return new BooleanColumn(_name, cells);
    }

    private DateColumn? BuildDates()
    {
        if (_texts.Count == 0) return null;
        if (ReadDates(out DateUnit unit) is not { } values) return null;
        var numbers = new NumericColumnBuilder(_name);
        foreach (ReadOnlyMemory<int> run in _codes.Runs)
        {
            foreach (int code in run.Span)
                numbers.Add(code == TextColumn.MissingCode ? TableColumn.MissingValue : values[code]);
        }

        return new DateColumn(numbers.Build(), unit);
    }

    private double[]? ReadDates(out DateUnit unit)
    {
        unit = IsoDate.TryReadDay(_texts[0], out _) ? DateUnit.Days : DateUnit.Seconds;
        if (unit == DateUnit.Seconds && !IsoDate.TryReadTime(_texts[0], out _, out _)) return null;
        IsoDate.TryReadTime(_texts[0], out _, out bool allUtc);
        double[] values = new double[_texts.Count];
        for (int code = 0; code < values.Length; code++)
        {
            bool isUtc = allUtc;
            bool isDate = unit == DateUnit.Days
                ? IsoDate.TryReadDay(_texts[code], out values[code])
                : IsoDate.TryReadTime(_texts[code], out values[code], out isUtc);
            if (!isDate || isUtc != allUtc) return null;
        }

        return values;
    }

    private bool LooksLikeNumbers()
    {
        if (_firstNotANumber is null) return false;
        int numbers = 0;
        bool onlyNumbers = true;
        for (int code = 0; code < _texts.Count; code++)
        {
            if (NumberText.IsNumber(_texts[code])) numbers++;
            else onlyNumbers = onlyNumbers && NumberText.IsDecimalComma(_texts.TextAt(code));
            if (numbers > FewDistinctNumbers) return true;
        }

        return onlyNumbers;
    }
}

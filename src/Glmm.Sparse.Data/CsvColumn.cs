using System.Runtime.CompilerServices;
using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Data;

/// <summary>
/// A column while it is read: undecided until its first value, then numeric for as long as every value is a number,
/// or text. One that is to be text is so from the beginning.
/// </summary>
internal sealed class CsvColumn(string name, int field, bool isText = false)
{
    private NumericColumnBuilder? _numbers = isText ? null : new(name);
    private TextColumnBuilder? _texts = isText ? new(name) : null;
    private bool _hasValue;

    /// <summary>Zero-based place in the record.</summary>
    public int Field { get; } = field;

    /// <summary>The column met a text after some numbers, whose spelling is gone; it wants no more values.</summary>
    public bool NeedsRereading { get; private set; }

    /// <summary>Its values are texts, as far as is known: if so, they stay so.</summary>
    public bool IsText => _texts is not null;

    public void RestartAsText()
    {
        NeedsRereading = false;
        _numbers = null;
        _texts = new TextColumnBuilder(name);
    }

    public void Add(ReadOnlySpan<byte> value, long fileLine)
    {
        if (IsMissing(value))
            AddMissing();
        else if (_texts is not null)
            _texts.Add(value, fileLine);
        else if (NumberText.TryParse(value, out double number))
            AddNumber(number);
        else
            TurnIntoText(value, fileLine);
    }

    /// <summary>Adds the values of a block, the next of the file.</summary>
    /// <exception cref="InvalidModelDataException">A text is not UTF-8.</exception>
    public void Join(CsvPiece piece, CsvBlock block)
    {
        if (NeedsRereading) return;
        if (_texts is null && piece.IsText)
        {
            if (_hasValue || piece.HasNumber)
            {
                LeaveToRereading();
                return;
            }

            BecomeText();
        }

        if (_texts is not null)
        {
            piece.AddTextsTo(_texts, block, Field);
            return;
        }

        _numbers!.AddRange(piece.Numbers(block));
        _hasValue |= piece.HasNumber;
    }

    public TableColumn Build() => isText ? _texts!.BuildText() : _texts?.Build() ?? _numbers!.Build();

    /// <summary>Empty or NA, whatever spaces are around it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsMissing(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty) return true;
        if (value[0] is not ((byte)'N' or (byte)' ' or (byte)'\t')) return false;
        ReadOnlySpan<byte> bare = value.Trim(" \t"u8);
        return bare.IsEmpty || bare.SequenceEqual("NA"u8);
    }

    private void AddMissing()
    {
        _texts?.AddMissing();
        _numbers?.AddMissing();
    }

    private void AddNumber(double number)
    {
        _hasValue = true;
        _numbers?.Add(number);
    }

    private void TurnIntoText(ReadOnlySpan<byte> value, long fileLine)
    {
        if (_hasValue)
        {
            LeaveToRereading();
            return;
        }

        BecomeText();
        _texts!.Add(value, fileLine);
    }

    private void LeaveToRereading()
    {
        NeedsRereading = true;
        _numbers = null;
    }

    /// <summary>All values so far are missing.</summary>
    private void BecomeText()
    {
        var texts = new TextColumnBuilder(name);
        for (int row = 0; row < _numbers!.Count; row++) texts.AddMissing();
        _numbers = null;
        _texts = texts;
    }
}

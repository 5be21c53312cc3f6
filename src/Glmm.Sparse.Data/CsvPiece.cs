using System.Runtime.CompilerServices;
using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Data;

/// <summary>What a column makes of the records of a block: numbers for as long as every value is one, else
/// texts.</summary>
internal sealed class CsvPiece
{
    private readonly TextArena _texts = new();
    private double[] _numbers = [];
    private int[] _codes = [];

    /// <summary>The values are texts.</summary>
    public bool IsText { get; private set; }

    /// <summary>There is a number, maybe before the first text.</summary>
    public bool HasNumber { get; private set; }

    /// <summary>Reads the column's field of every record.</summary>
    /// <param name="block">The records.</param>
    /// <param name="field">Zero-based place in the record.</param>
    /// <param name="isText">The values are texts whatever they look like.</param>
    public void Read(CsvBlock block, int field, bool isText)
    {
        HasNumber = false;
        IsText = isText || !TryReadNumbers(block, field);
        if (IsText) ReadTexts(block, field);
    }

    /// <summary>The numbers.</summary>
    public ReadOnlySpan<double> Numbers(CsvBlock block) => _numbers.AsSpan(0, block.RowCount);

    /// <summary>Adds the texts to a column.</summary>
    /// <exception cref="InvalidModelDataException">A text is not UTF-8.</exception>
    public void AddTextsTo(TextColumnBuilder column, CsvBlock block, int field)
    {
        if (!IsText) ReadTexts(block, field);
        column.AddRange(_texts, _codes.AsSpan(0, block.RowCount), block.FileLine);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool TryReadNumbers(CsvBlock block, int field)
    {
        if (_numbers.Length < block.RowCount) _numbers = new double[block.RowCount + (block.RowCount / 4)];
        Span<double> numbers = _numbers.AsSpan(0, block.RowCount);
        for (int row = 0; row < numbers.Length; row++)
        {
            ReadOnlySpan<byte> value = block.Field(row, field);
            if (CsvColumn.IsMissing(value))
                numbers[row] = TableColumn.MissingValue;
            else if (NumberText.TryParse(value, out numbers[row]))
                HasNumber = true;
            else
                return false;
        }

        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ReadTexts(CsvBlock block, int field)
    {
        if (_codes.Length < block.RowCount) _codes = new int[block.RowCount + (block.RowCount / 4)];
        Span<int> codes = _codes.AsSpan(0, block.RowCount);
        _texts.Clear();
        int last = TextColumn.MissingCode;
        for (int row = 0; row < codes.Length; row++)
        {
            ReadOnlySpan<byte> value = block.Field(row, field);
            if (CsvColumn.IsMissing(value))
                codes[row] = TextColumn.MissingCode;
            else if (last >= 0 && _texts[last].SequenceEqual(value)) // rows of a cluster mostly follow one another
                codes[row] = last;
            else
                codes[row] = last = _texts.FindOrAdd(value);
        }
    }
}

using System.Globalization;
using System.Numerics;
using Glmm.Sparse.Tables;
using Microsoft.Data.Analysis;

namespace Glmm.Sparse.Data;

/// <summary>Copies one column of a data frame, by its type.</summary>
internal static class FrameColumn
{
    /// <exception cref="InvalidModelDataException">The type has no place in a model.</exception>
    public static TableColumn Copy(DataFrameColumn column) => column switch
    {
        PrimitiveDataFrameColumn<double> numbers => Numbers(numbers),
        PrimitiveDataFrameColumn<float> numbers => Numbers(numbers),
        PrimitiveDataFrameColumn<int> numbers => Numbers(numbers),
        PrimitiveDataFrameColumn<long> numbers => Numbers(numbers),
        PrimitiveDataFrameColumn<short> numbers => Numbers(numbers),
        PrimitiveDataFrameColumn<sbyte> numbers => Numbers(numbers),
        PrimitiveDataFrameColumn<byte> numbers => Numbers(numbers),
        PrimitiveDataFrameColumn<ushort> numbers => Numbers(numbers),
        PrimitiveDataFrameColumn<uint> numbers => Numbers(numbers),
        PrimitiveDataFrameColumn<ulong> numbers => Numbers(numbers),
        PrimitiveDataFrameColumn<decimal> decimals => Decimals(decimals),
        PrimitiveDataFrameColumn<bool> truths => Truths(truths),
        PrimitiveDataFrameColumn<DateTime> times => Times(times),
        PrimitiveDataFrameColumn<char> characters => Characters(characters),
        StringDataFrameColumn texts => Texts(texts.Name, texts),
        ArrowStringDataFrameColumn texts => Utf8Texts(texts),
        _ => throw new InvalidModelDataException(
            $"Column '{column.Name}' of the data frame holds values of type {column.DataType.Name}, which has no place "
            + "in a model; leave the column out, or convert it to numbers, strings, booleans or DateTime first."),
    };

    private static TableColumn Numbers<T>(PrimitiveDataFrameColumn<T> column)
        where T : unmanaged, INumber<T>
    {
        var numbers = new NumberRunBuilder(column.Name);
        using IEnumerator<ReadOnlyMemory<byte>> validity = column.GetReadOnlyNullBitMapBuffers().GetEnumerator();
        foreach (ReadOnlyMemory<T> values in column.GetReadOnlyDataBuffers())
        {
            validity.MoveNext();
            numbers.Add(new ValueRun<T>(values.Span, column.NullCount == 0 ? default : validity.Current.Span));
        }

        return numbers.Build();
    }

    private static TableColumn Decimals(PrimitiveDataFrameColumn<decimal> column)
    {
        var numbers = new NumberRunBuilder(column.Name);
        foreach (decimal? value in column)
        {
            if (value is not { } number)
                numbers.AddMissing(1);
            else if (number.Scale == 0)
                numbers.AddInteger(new BigInteger(number));
            else
                numbers.Add(double.Parse(number.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));
        }

        return numbers.Build();
    }

    private static BooleanColumn Truths(PrimitiveDataFrameColumn<bool> column)
    {
        var truths = new BooleanColumnBuilder(column.Name);
        foreach (bool? value in column) truths.Add(value);
        return truths.Build();
    }

    /// <summary>Data frames have no type for days: where every time is midnight, days are meant.</summary>
    private static DateColumn Times(PrimitiveDataFrameColumn<DateTime> column)
    {
        bool isDays = column.NullCount < column.Length
            && column.All(static value => value is not { } time || time.TimeOfDay == TimeSpan.Zero);
        var dates = new DateRunBuilder(column.Name, isDays ? DateUnit.Days : DateUnit.Seconds);
        foreach (DateTime? value in column)
        {
            dates.Add(
                value is not { } time ? TableColumn.MissingValue
                : isDays ? DateColumn.ToDays(DateOnly.FromDateTime(time))
                : DateColumn.ToSeconds(time));
        }

        return dates.Build();
    }

    private static TextColumn Characters(PrimitiveDataFrameColumn<char> column)
    {
        var texts = new TextColumnBuilder(column.Name);
        foreach (char? value in column)
        {
            if (value is { } character)
                texts.Add([character]);
            else
                texts.AddMissing();
        }

        return texts.BuildText();
    }

    private static TextColumn Texts(string name, IEnumerable<string?> values)
    {
        var texts = new TextColumnBuilder(name);
        foreach (string? value in values)
        {
            if (value is null)
                texts.AddMissing();
            else
                texts.Add(value);
        }

        return texts.BuildText();
    }

    private static TextColumn Utf8Texts(ArrowStringDataFrameColumn column)
    {
        var texts = new TextColumnBuilder(column.Name);
        using IEnumerator<ReadOnlyMemory<int>> offsets = column.GetReadOnlyOffsetsBuffers().GetEnumerator();
        foreach (ReadOnlyMemory<byte> bytes in column.GetReadOnlyDataBuffers())
        {
            offsets.MoveNext();
            ReadOnlySpan<int> starts = offsets.Current.Span;
            for (int row = 0; row < starts.Length - 1; row++)
            {
                if (column.IsValid(texts.Count))
                    texts.Add(bytes.Span[starts[row]..starts[row + 1]]);
                else
                    texts.AddMissing();
            }
        }

        return texts.BuildText();
    }
}

using System.Globalization;
using System.Numerics;
using Apache.Arrow;
using Apache.Arrow.Types;
using Glmm.Sparse.Tables;
using DateUnit = Glmm.Sparse.Tables.DateUnit;

namespace Glmm.Sparse.Data;

/// <summary>One column while batches are read into it; the field's type says how.</summary>
internal sealed class ArrowColumn
{
    private const int UuidBytes = 16;
    private const string ExtensionName = "ARROW:extension:name";
    private const string Uuid = "arrow.uuid";

    private readonly string _name;
    private readonly bool _isText;
    private readonly Action<IArrowArray> _add;
    private readonly Func<TableColumn> _build;
    private IArrowArray? _dictionary;
    private TextCodes? _codes;

    /// <exception cref="InvalidModelDataException">The type has no place in a model.</exception>
    public ArrowColumn(Field field, bool isText)
    {
        _name = field.Name;
        _isText = isText;
        (_add, _build) = Start(field);
    }

    /// <summary>The type as Arrow's documentation calls it.</summary>
    public static string TypeName(IArrowType type) => type is ExtensionType extension ? extension.Name : type.Name;

    public void Add(IArrowArray array) => _add(array);

    public TableColumn Build() => _isText ? ColumnLabels.AsText(_build()) : _build();

    private (Action<IArrowArray> Add, Func<TableColumn> Build) Start(Field field)
    {
        IArrowType type = field.DataType is ExtensionType extension ? extension.StorageType : field.DataType;
        string? logical = field.DataType is ExtensionType named
            ? named.Name
            : field.HasMetadata && field.Metadata.TryGetValue(ExtensionName, out string? name) ? name : null;
        return type.TypeId switch
        {
            ArrowTypeId.Int8 when logical == "arrow.bool8" => Booleans(static (array, row) =>
                new ArrowValues(array).Run<sbyte>().Values[row] != 0),
            ArrowTypeId.Int8 => Numbers<sbyte>(),
            ArrowTypeId.Int16 => Numbers<short>(),
            ArrowTypeId.Int32 => Numbers<int>(),
            ArrowTypeId.Int64 => Numbers<long>(),
            ArrowTypeId.UInt8 => Numbers<byte>(),
            ArrowTypeId.UInt16 => Numbers<ushort>(),
            ArrowTypeId.UInt32 => Numbers<uint>(),
            ArrowTypeId.UInt64 => Numbers<ulong>(),
            ArrowTypeId.HalfFloat => Numbers<Half>(),
            ArrowTypeId.Float => Numbers<float>(),
            ArrowTypeId.Double => Numbers<double>(),
            ArrowTypeId.Decimal32 => Decimals<int>(((Decimal32Type)type).Scale),
            ArrowTypeId.Decimal64 => Decimals<long>(((Decimal64Type)type).Scale),
            ArrowTypeId.Decimal128 => Decimals<Int128>(((Decimal128Type)type).Scale),
            ArrowTypeId.Decimal256 => WideDecimals(((Decimal256Type)type).Scale),
            ArrowTypeId.Boolean => Booleans(static (array, row) => ((BooleanArray)array).GetValue(row) ?? false),
            ArrowTypeId.Date32 => Dates<int>(DateUnit.Days, static (dates, run) => dates.AddDays(run)),
            ArrowTypeId.Date64 => Dates<long>(DateUnit.Days, static (dates, run) => dates.AddDaysInMilliseconds(run)),
            ArrowTypeId.Timestamp => Times((TimestampType)type),
            ArrowTypeId.String => Texts(static (texts, array) => AddStrings(texts, (StringArray)array)),
            ArrowTypeId.LargeString => Texts(static (texts, array) =>
                AddEach(texts, array, ((LargeStringArray)array).GetBytes)),
            ArrowTypeId.StringView => Texts(static (texts, array) =>
                AddEach(texts, array, ((StringViewArray)array).GetBytes)),
            ArrowTypeId.Dictionary => Dictionary((DictionaryType)type),
            ArrowTypeId.Null => Nothing(),
            ArrowTypeId.FixedSizedBinary when logical == Uuid && ((FixedSizeBinaryType)type).ByteWidth == UuidBytes =>
                Texts(static (texts, array) => AddUuids(texts, array)),
            _ => throw new InvalidModelDataException(
                $"Column '{_name}' is of Arrow's type {TypeName(field.DataType)}, which has no place in a model; leave "
                + "the column out, or convert it to numbers, text, booleans, dates or timestamps first."),
        };
    }

    private (Action<IArrowArray> Add, Func<TableColumn> Build) Numbers<T>()
        where T : unmanaged, INumber<T>
    {
        var numbers = new NumberRunBuilder(_name);
        return (array => numbers.Add(new ArrowValues(array).Run<T>()), numbers.Build);
    }

    private (Action<IArrowArray> Add, Func<TableColumn> Build) Decimals<T>(int scale)
        where T : unmanaged, INumber<T>
    {
        var numbers = new NumberRunBuilder(_name);
        return (Add, numbers.Build);

        void Add(IArrowArray array)
        {
            ValueRun<T> run = new ArrowValues(array).Run<T>();
            var wide = new Int128[run.Length];
            for (int row = 0; row < wide.Length; row++) wide[row] = Int128.CreateTruncating(run.Values[row]);
            numbers.AddDecimals(run.With<Int128>(wide), scale);
        }
    }

    private (Action<IArrowArray> Add, Func<TableColumn> Build) WideDecimals(int scale)
    {
        var numbers = new NumberRunBuilder(_name);
        return (Add, numbers.Build);

        void Add(IArrowArray array)
        {
            var values = new ArrowValues(array);
            for (int row = 0; row < array.Length; row++)
            {
                if (array.IsNull(row))
                {
                    numbers.AddMissing(1);
                    continue;
                }

                var unscaled = new BigInteger(values.Bytes(row, 32));
                if (scale == 0)
                    numbers.AddInteger(unscaled);
                else
                    numbers.Add(double.Parse($"{unscaled}e-{scale}", CultureInfo.InvariantCulture));
            }
        }
    }

    private (Action<IArrowArray> Add, Func<TableColumn> Build) Booleans(Func<IArrowArray, int, bool> value)
    {
        var truths = new BooleanColumnBuilder(_name);
        return (Add, truths.Build);

        void Add(IArrowArray array)
        {
            IArrowArray stored = ArrowValues.Stored(array);
            for (int row = 0; row < stored.Length; row++)
                truths.Add(stored.IsNull(row) ? null : value(stored, row));
        }
    }

    private delegate void AddDates<T>(DateRunBuilder dates, ValueRun<T> run);

    private (Action<IArrowArray> Add, Func<TableColumn> Build) Dates<T>(DateUnit unit, AddDates<T> add)
        where T : unmanaged
    {
        var dates = new DateRunBuilder(_name, unit);
        return (array => add(dates, new ArrowValues(array).Run<T>()), dates.Build);
    }

    private (Action<IArrowArray> Add, Func<TableColumn> Build) Times(TimestampType type)
    {
        long stepsPerSecond = type.Unit switch
        {
            TimeUnit.Second => 1,
            TimeUnit.Millisecond => 1_000,
            TimeUnit.Microsecond => 1_000_000,
            _ => 1_000_000_000,
        };
        return Dates<long>(DateUnit.Seconds, (dates, run) => dates.AddTimes(run, stepsPerSecond));
    }

    private (Action<IArrowArray> Add, Func<TableColumn> Build) Texts(Action<TextColumnBuilder, IArrowArray> add)
    {
        var texts = new TextColumnBuilder(_name);
        return (array => add(texts, ArrowValues.Stored(array)), texts.BuildText);
    }

    private (Action<IArrowArray> Add, Func<TableColumn> Build) Nothing()
    {
        var numbers = new NumberRunBuilder(_name);
        return (array => numbers.AddMissing(array.Length), numbers.Build);
    }

    private (Action<IArrowArray> Add, Func<TableColumn> Build) Dictionary(DictionaryType type)
    {
        var texts = new TextColumnBuilder(_name);
        return (Add, texts.BuildText);

        void Add(IArrowArray array)
        {
            var dictionary = (DictionaryArray)ArrowValues.Stored(array);
            if (_codes is null || !ReferenceEquals(_dictionary, dictionary.Dictionary))
            {
                var entries = new ArrowColumn(new Field(_name, type.ValueType, nullable: true), isText: true);
                entries.Add(dictionary.Dictionary);
                TableColumn labels = entries.Build();
                _dictionary = dictionary.Dictionary;
                _codes = new TextCodes(
                    texts,
                    [.. Enumerable.Range(0, labels.Length)
                        .Select(i => labels.IsMissing(i) ? null : labels.LabelAt(i))]);
            }

            AddCodes(type.IndexType.TypeId, dictionary.Indices, _codes);
        }
    }

    private static void AddCodes(ArrowTypeId indexType, IArrowArray indices, TextCodes codes)
    {
        switch (indexType)
        {
            case ArrowTypeId.Int8: Add<sbyte>(); break;
            case ArrowTypeId.Int16: Add<short>(); break;
            case ArrowTypeId.Int32: Add<int>(); break;
            case ArrowTypeId.Int64: Add<long>(); break;
            case ArrowTypeId.UInt8: Add<byte>(); break;
            case ArrowTypeId.UInt16: Add<ushort>(); break;
            case ArrowTypeId.UInt32: Add<uint>(); break;
            default: Add<ulong>(); break;
        }

        void Add<T>()
            where T : unmanaged, IBinaryInteger<T>
        {
            ValueRun<T> run = new ArrowValues(indices).Run<T>();
            for (int row = 0; row < run.Length; row++)
                codes.Add(run.IsValid(row) ? int.CreateChecked(run.Values[row]) : -1);
        }
    }

    private static void AddStrings(TextColumnBuilder texts, StringArray array)
    {
        ReadOnlySpan<int> offsets = array.ValueOffsets;
        ReadOnlySpan<byte> bytes = array.ValueBuffer.Span;
        bool isComplete = array.NullCount == 0;
        for (int row = 0; row < array.Length; row++)
        {
            if (isComplete || array.IsValid(row))
                texts.Add(bytes[offsets[row]..offsets[row + 1]]);
            else
                texts.AddMissing();
        }
    }

    private delegate ReadOnlySpan<byte> BytesOfRow(int row, out bool isNull);

    private static void AddEach(TextColumnBuilder texts, IArrowArray array, BytesOfRow bytesOf)
    {
        for (int row = 0; row < array.Length; row++)
        {
            ReadOnlySpan<byte> bytes = bytesOf(row, out bool isNull);
            if (isNull)
                texts.AddMissing();
            else
                texts.Add(bytes);
        }
    }

    private static void AddUuids(TextColumnBuilder texts, IArrowArray array)
    {
        var values = new ArrowValues(array);
        Span<char> text = stackalloc char[36];
        for (int row = 0; row < array.Length; row++)
        {
            if (array.IsNull(row))
            {
                texts.AddMissing();
                continue;
            }

            new Guid(values.Bytes(row, UuidBytes), bigEndian: true).TryFormat(text, out _);
            texts.Add(text);
        }
    }
}

using System.Numerics;
using DuckDB.NET.Native;
using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Data;

/// <summary>One column while chunks of a result are read into it; its SQL type says how.</summary>
internal abstract unsafe class DuckDbColumn
{
    private const int BitsPerByte = 8;
    private const int BitsPerWord = 64;

    /// <summary>Starts a column.</summary>
    /// <exception cref="InvalidModelDataException">The type has no place in a model.</exception>
    public static DuckDbColumn Start(string name, DuckDBLogicalType type) =>
        NativeMethods.LogicalType.DuckDBGetTypeId(type) switch
        {
            DuckDBType.TinyInt => new Numbers<sbyte>(name),
            DuckDBType.SmallInt => new Numbers<short>(name),
            DuckDBType.Integer => new Numbers<int>(name),
            DuckDBType.BigInt => new Numbers<long>(name),
            DuckDBType.HugeInt => new Numbers<Int128>(name),
            DuckDBType.UnsignedTinyInt => new Numbers<byte>(name),
            DuckDBType.UnsignedSmallInt => new Numbers<ushort>(name),
            DuckDBType.UnsignedInteger => new Numbers<uint>(name),
            DuckDBType.UnsignedBigInt => new Numbers<ulong>(name),
            DuckDBType.UnsignedHugeInt => new Numbers<UInt128>(name),
            DuckDBType.Float => new Numbers<float>(name),
            DuckDBType.Double => new Numbers<double>(name),
            DuckDBType.Decimal => Decimal(name, type),
            DuckDBType.Boolean => new DuckDbBooleans(name),
            DuckDBType.Date => new Dates(name),
            DuckDBType.TimestampS => new Times(name, 1),
            DuckDBType.TimestampMs => new Times(name, 1_000),
            DuckDBType.Timestamp or DuckDBType.TimestampTz => new Times(name, 1_000_000),
            DuckDBType.TimestampNs => new Times(name, 1_000_000_000),
            DuckDBType.Varchar => new DuckDbTexts(name),
            DuckDBType.Enum => DuckDbEnum.Start(name, type),
            DuckDBType.Uuid => new DuckDbUuids(name),
            DuckDBType.SqlNull => new Nothing(name),
            DuckDBType other => throw new InvalidModelDataException(
                $"Column '{name}' is of DuckDB's type {other.ToString().ToUpperInvariant()}, which has no place in a "
                + "model; leave the column out, or convert it by a query, as in "
                + $"SELECT CAST({SqlText.Name(name)} AS VARCHAR) AS {SqlText.Name(name)}."),
        };

    /// <summary>Adds the rows of a chunk.</summary>
    /// <param name="vector">The chunk's vector of this column.</param>
    /// <param name="count">Number of rows.</param>
    public void Add(IntPtr vector, int count)
    {
        // One bit a row in words of 64; none where no value is missing.
        ulong* words = NativeMethods.Vectors.DuckDBVectorGetValidity(vector);
        ReadOnlySpan<byte> validity = words is null
            ? default
            : new ReadOnlySpan<byte>(words, (count + BitsPerWord - 1) / BitsPerWord * (BitsPerWord / BitsPerByte));
        Add(NativeMethods.Vectors.DuckDBVectorGetData(vector), validity, count);
    }

    /// <summary>The finished column.</summary>
    public abstract TableColumn Build();

    private protected abstract void Add(void* values, ReadOnlySpan<byte> validity, int count);

    private protected static ValueRun<T> Run<T>(void* values, ReadOnlySpan<byte> validity, int count) =>
        new(new ReadOnlySpan<T>(values, count), validity);

    private static DuckDbColumn Decimal(string name, DuckDBLogicalType type)
    {
        int scale = NativeMethods.LogicalType.DuckDBDecimalScale(type);
        return NativeMethods.LogicalType.DuckDBDecimalInternalType(type) switch
        {
            DuckDBType.SmallInt => new Decimals<short>(name, scale),
            DuckDBType.Integer => new Decimals<int>(name, scale),
            DuckDBType.BigInt => new Decimals<long>(name, scale),
            _ => new Decimals<Int128>(name, scale),
        };
    }

    private sealed class Numbers<T>(string name) : DuckDbColumn
        where T : unmanaged, INumber<T>
    {
        private readonly NumberRunBuilder _numbers = new(name);

        public override TableColumn Build() => _numbers.Build();

        private protected override void Add(void* values, ReadOnlySpan<byte> validity, int count) =>
            _numbers.Add(Run<T>(values, validity, count));
    }

    private sealed class Decimals<T>(string name, int scale) : DuckDbColumn
        where T : unmanaged, INumber<T>
    {
        private readonly NumberRunBuilder _numbers = new(name);
        private Int128[] _wide = [];

        public override TableColumn Build() => _numbers.Build();

        private protected override void Add(void* values, ReadOnlySpan<byte> validity, int count)
        {
            ValueRun<T> run = Run<T>(values, validity, count);
            if (_wide.Length < count) _wide = new Int128[count];
            for (int row = 0; row < count; row++) _wide[row] = Int128.CreateTruncating(run.Values[row]);
            _numbers.AddDecimals(run.With<Int128>(_wide.AsSpan(0, count)), scale);
        }
    }

    private sealed class Dates(string name) : DuckDbColumn
    {
        private readonly DateRunBuilder _dates = new(name, DateUnit.Days);

        public override TableColumn Build() => _dates.Build();

        private protected override void Add(void* values, ReadOnlySpan<byte> validity, int count) =>
            _dates.AddDays(Run<int>(values, validity, count));
    }

    private sealed class Times(string name, long stepsPerSecond) : DuckDbColumn
    {
        private readonly DateRunBuilder _times = new(name, DateUnit.Seconds);

        public override TableColumn Build() => _times.Build();

        private protected override void Add(void* values, ReadOnlySpan<byte> validity, int count) =>
            _times.AddTimes(Run<long>(values, validity, count), stepsPerSecond);
    }

    private sealed class Nothing(string name) : DuckDbColumn
    {
        private readonly NumberRunBuilder _numbers = new(name);

        public override TableColumn Build() => _numbers.Build();

        private protected override void Add(void* values, ReadOnlySpan<byte> validity, int count) =>
            _numbers.AddMissing(count);
    }
}

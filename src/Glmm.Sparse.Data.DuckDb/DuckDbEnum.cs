using System.Numerics;
using DuckDB.NET.Native;
using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Data;

/// <summary>A column of an enumeration: codes into its texts.</summary>
internal static class DuckDbEnum
{
    public static DuckDbColumn Start(string name, DuckDBLogicalType type)
    {
        int size = (int)NativeMethods.LogicalType.DuckDBEnumDictionarySize(type);
        string[] texts =
            [.. Enumerable.Range(0, size).Select(i => NativeMethods.LogicalType.DuckDBEnumDictionaryValue(type, i))];
        return NativeMethods.LogicalType.DuckDBEnumInternalType(type) switch
        {
            DuckDBType.UnsignedTinyInt => new Codes<byte>(name, texts),
            DuckDBType.UnsignedSmallInt => new Codes<ushort>(name, texts),
            _ => new Codes<uint>(name, texts),
        };
    }

    private sealed unsafe class Codes<T> : DuckDbColumn
        where T : unmanaged, IBinaryInteger<T>
    {
        private readonly TextColumnBuilder _texts;
        private readonly TextCodes _codes;

        public Codes(string name, string[] texts)
        {
            _texts = new TextColumnBuilder(name);
            _codes = new TextCodes(_texts, texts);
        }

        public override TableColumn Build() => _texts.BuildText();

        private protected override void Add(void* values, ReadOnlySpan<byte> validity, int count)
        {
            ValueRun<T> run = Run<T>(values, validity, count);
            for (int row = 0; row < count; row++)
                _codes.Add(run.IsValid(row) ? int.CreateChecked(run.Values[row]) : -1);
        }
    }
}

using System.Runtime.InteropServices;
using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Data;

/// <summary>A column of texts.</summary>
internal sealed unsafe class DuckDbTexts(string name) : DuckDbColumn
{
    private readonly TextColumnBuilder _texts = new(name);

    public override TableColumn Build() => _texts.BuildText();

    private protected override void Add(void* values, ReadOnlySpan<byte> validity, int count)
    {
        ValueRun<EngineString> run = Run<EngineString>(values, validity, count);
        var strings = (EngineString*)values;
        for (int row = 0; row < count; row++)
        {
            if (run.IsValid(row))
                _texts.Add(strings[row].Utf8(&strings[row]));
            else
                _texts.AddMissing();
        }
    }

    /// <summary>
    /// A string as the engine keeps it: up to 12 bytes in place behind the length, longer ones elsewhere, pointed to
    /// from behind the first 4.
    /// </summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct EngineString
    {
        private const int MostInPlace = 12;

        private readonly uint _length;
        private readonly uint _start;
        private readonly byte* _elsewhere;

        public ReadOnlySpan<byte> Utf8(EngineString* here) => new(
            _length <= MostInPlace ? (byte*)here + sizeof(uint) : _elsewhere, checked((int)_length));
    }
}

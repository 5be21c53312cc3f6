using System.Buffers.Binary;
using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Data;

/// <summary>A column of UUIDs, as text in their usual form.</summary>
internal sealed unsafe class DuckDbUuids(string name) : DuckDbColumn
{
    private const int TextLength = 36;

    private readonly TextColumnBuilder _texts = new(name);

    public override TableColumn Build() => _texts.BuildText();

    private protected override void Add(void* values, ReadOnlySpan<byte> validity, int count)
    {
        ValueRun<UInt128> run = Run<UInt128>(values, validity, count);
        Span<byte> bytes = stackalloc byte[sizeof(UInt128)];
        Span<char> text = stackalloc char[TextLength];
        for (int row = 0; row < count; row++)
        {
            if (!run.IsValid(row))
            {
                _texts.AddMissing();
                continue;
            }

            // The engine flips the highest bit, so that signed numbers sort as the texts do.
            BinaryPrimitives.WriteUInt128BigEndian(bytes, run.Values[row] ^ (UInt128.One << 127));
            new Guid(bytes, bigEndian: true).TryFormat(text, out _);
            _texts.Add(text);
        }
    }
}

using System.Runtime.InteropServices;
using Apache.Arrow;
using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Data;

/// <summary>The values of an array of fixed width as they lie in memory, a slice's own rows only.</summary>
/// <param name="array">The array, or an extension type's, of which its storage is taken.</param>
internal readonly ref struct ArrowValues(IArrowArray array)
{
    private readonly ArrayData _data = Stored(array).Data;

    /// <summary>The array that keeps the values of an extension type; any other array itself.</summary>
    public static IArrowArray Stored(IArrowArray array) =>
        array is ExtensionArray extension ? extension.Storage : array;

    /// <summary>All rows.</summary>
    /// <typeparam name="T">The type that the values have in memory.</typeparam>
    public ValueRun<T> Run<T>()
        where T : unmanaged
    {
        ReadOnlySpan<T> values = MemoryMarshal.Cast<byte, T>(_data.Buffers[1].Span).Slice(_data.Offset, _data.Length);
        return new ValueRun<T>(
            values, _data.GetNullCount() == 0 ? default : _data.Buffers[0].Span, _data.Offset);
    }

    /// <summary>The bytes of a row.</summary>
    /// <param name="row">Zero-based row.</param>
    /// <param name="width">Bytes a row.</param>
    public ReadOnlySpan<byte> Bytes(int row, int width) =>
        _data.Buffers[1].Span.Slice((_data.Offset + row) * width, width);
}

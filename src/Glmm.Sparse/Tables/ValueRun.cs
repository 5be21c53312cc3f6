namespace Glmm.Sparse.Tables;

/// <summary>
/// Consecutive values of a column as columnar sources keep them: the values side by side, and a bitmap that says which
/// of them count.
/// </summary>
/// <typeparam name="T">The type of a value.</typeparam>
/// <param name="values">The values; what stands where a value is missing does not matter.</param>
/// <param name="validity">
/// One bit a row, the lowest of a byte first, set where there is a value (the layout of Arrow and DuckDB); empty where
/// none is missing.
/// </param>
/// <param name="firstBit">The bit of the first row.</param>
public readonly ref struct ValueRun<T>(ReadOnlySpan<T> values, ReadOnlySpan<byte> validity = default, int firstBit = 0)
{
    private readonly ReadOnlySpan<byte> _validity = validity;

    /// <summary>The values.</summary>
    public ReadOnlySpan<T> Values { get; } = values;

    /// <summary>Number of rows.</summary>
    public int Length => Values.Length;

    /// <summary>No value is missing.</summary>
    public bool IsComplete => _validity.IsEmpty;

    /// <summary>Whether a row has a value.</summary>
    /// <param name="row">Zero-based row of the run.</param>
    public bool IsValid(int row) =>
        _validity.IsEmpty || (_validity[(firstBit + row) >> 3] & (1 << ((firstBit + row) & 7))) != 0;

    /// <summary>Some of the rows.</summary>
    /// <param name="start">The first.</param>
    /// <param name="length">How many.</param>
    public ValueRun<T> Slice(int start, int length) => new(Values.Slice(start, length), _validity, firstBit + start);

    /// <summary>The same rows with other values.</summary>
    /// <typeparam name="TOther">Their type.</typeparam>
    /// <param name="values">As many values.</param>
    public ValueRun<TOther> With<TOther>(ReadOnlySpan<TOther> values) => new(values, _validity, firstBit);
}

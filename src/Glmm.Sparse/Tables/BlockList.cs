namespace Glmm.Sparse.Tables;

/// <summary>
/// A list that grows by whole blocks: appending never copies what is already there, so reading a large file costs the
/// memory of its values and one spare block.
/// </summary>
internal sealed class BlockList<T>
    where T : unmanaged
{
    private const int BlockBits = 16;
    private const int BlockSize = 1 << BlockBits;
    private const int BlockMask = BlockSize - 1;
    private const int FirstCapacity = 16;

    private readonly List<T[]> _blocks = [];
    private T[] _last = [];
    private int _lastCount;

    /// <summary>Number of values.</summary>
    public int Count => _blocks.Count == 0 ? 0 : ((_blocks.Count - 1) << BlockBits) + _lastCount;

    public T this[int index] => _blocks[index >> BlockBits][index & BlockMask];

    /// <summary>The values as consecutive runs, in order.</summary>
    public IEnumerable<ReadOnlyMemory<T>> Runs
    {
        get
        {
            for (int b = 0; b < _blocks.Count; b++)
                yield return _blocks[b].AsMemory(0, b == _blocks.Count - 1 ? _lastCount : BlockSize);
        }
    }

    public void Add(T value)
    {
        if (_lastCount == _last.Length) Grow();
        _last[_lastCount++] = value;
    }

    public void AddRange(ReadOnlySpan<T> values)
    {
        while (!values.IsEmpty)
        {
            if (_lastCount == _last.Length) Grow();
            int count = Math.Min(values.Length, _last.Length - _lastCount);
            values[..count].CopyTo(_last.AsSpan(_lastCount));
            _lastCount += count;
            values = values[count..];
        }
    }

    /// <summary>Writes the values at some indices.</summary>
    /// <param name="indices">Each at least 0 and below <see cref="Count"/>.</param>
    /// <param name="destination">Overwritten; at least as long as <paramref name="indices"/>.</param>
    public void Gather(ReadOnlySpan<int> indices, Span<T> destination)
    {
        ReadOnlySpan<T[]> blocks = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_blocks);
        destination = destination[..indices.Length];
        for (int i = 0; i < indices.Length; i++)
        {
            int index = indices[i];
            destination[i] = blocks[index >> BlockBits][index & BlockMask];
        }
    }

    /// <summary>The values at some indices, as a list of their own.</summary>
    /// <param name="indices">Each at least 0 and below <see cref="Count"/>.</param>
    public BlockList<T> Take(ReadOnlySpan<int> indices)
    {
        var taken = new BlockList<T>();
        for (int start = 0; start < indices.Length; start += BlockSize)
        {
            ReadOnlySpan<int> wanted = indices.Slice(start, Math.Min(BlockSize, indices.Length - start));
            taken._last = new T[wanted.Length];
            taken._lastCount = wanted.Length;
            taken._blocks.Add(taken._last);
            Gather(wanted, taken._last);
        }

        return taken;
    }

    /// <summary>Consecutive values, if one block has them all.</summary>
    /// <param name="start">Index of the first.</param>
    /// <param name="count">How many; 0 are always found.</param>
    /// <param name="values">The values.</param>
    /// <returns>Whether they lie in one block.</returns>
    public bool TryGetRun(int start, int count, out ReadOnlySpan<T> values)
    {
        values = default;
        if (count == 0) return true;
        if (start >> BlockBits != (start + count - 1) >> BlockBits) return false;
        values = _blocks[start >> BlockBits].AsSpan(start & BlockMask, count);
        return true;
    }

    /// <summary>Forgets the values; keeps no more memory than one block.</summary>
    public void Clear()
    {
        if (_blocks.Count > 1) _blocks.RemoveRange(1, _blocks.Count - 1);
        if (_blocks.Count > 0) _last = _blocks[0];
        _lastCount = 0;
    }

    /// <summary>Gives back the unused part of the last block.</summary>
    public void Trim()
    {
        if (_lastCount == _last.Length) return;
        Array.Resize(ref _last, _lastCount);
        _blocks[^1] = _last;
    }

    private void Grow()
    {
        if (_last.Length is > 0 and < BlockSize)
        {
            // Only the first block grows by copying, so that small tables stay small.
            Array.Resize(ref _last, Math.Min(BlockSize, 4 * _last.Length));
            _blocks[^1] = _last;
            return;
        }

        _last = new T[_blocks.Count == 0 ? FirstCapacity : BlockSize];
        _blocks.Add(_last);
        _lastCount = 0;
    }
}

using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;

namespace Glmm.Sparse.Tables;

/// <summary>
/// Different texts, numbered in the order in which they come up. They are kept as UTF-8, one behind the other in
/// chunks,
/// and found by a hash table of numbers: a text costs its bytes and some 30 more, and no object.
/// </summary>
internal sealed class TextArena
{
    private const int FirstChunk = 1 << 10;
    private const int LargestChunk = 1 << 20;
    private const int FirstSlots = 16;

    /// <summary>How many texts <see cref="Touch"/> takes at once.</summary>
    public const int TouchedAtOnce = 64;

    // Odd multipliers with well-mixed bits (Steele and Vigna 2022); the seed makes the table's order no one's to
    // choose.
    private const ulong Multiplier = 0xD134_2543_DE82_EF95;
    private static readonly ulong Seed = (ulong)Random.Shared.NextInt64();

    private readonly List<byte[]> _chunks = [];
    private readonly BlockList<Place> _places = new();
    private int _chunkCount;
    private int _used;

    // The hash in the high half, the text's number plus 1 in the low half; 0 is free. A power of two of them, at most
    // half of it used.
    private ulong[] _slots = new ulong[FirstSlots];

    /// <summary>Number of texts.</summary>
    public int Count { get; private set; }

    /// <summary>The UTF-8 of a text.</summary>
    public ReadOnlySpan<byte> this[int number]
    {
        get
        {
            Place place = _places[number];
            return _chunks[place.Chunk].AsSpan(place.Start, place.Length);
        }
    }

    /// <summary>A text as a new string.</summary>
    public string TextAt(int number) => Encoding.UTF8.GetString(this[number]);

    /// <summary>The number of a text, which is added if it is new.</summary>
    /// <param name="utf8">The text; copied if it is new.</param>
    /// <returns>Its number; <see cref="Count"/> tells whether it is new.</returns>
    public int FindOrAdd(ReadOnlySpan<byte> utf8) => FindOrAdd(utf8, Hash(utf8));

    /// <summary>
    /// Asks for what <see cref="FindOrAdd(ReadOnlySpan{byte})"/> would have to wait for, for many texts at once: in a
    /// large
    /// table, a text's slot, place and bytes are three waits for main memory, one after the other.
    /// </summary>
    /// <param name="texts">Texts that are to be looked up next.</param>
    /// <param name="start">The first.</param>
    /// <param name="count">How many.</param>
    /// <returns>Nothing of use; it keeps the loads from being left out.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int Touch(TextArena texts, int start, int count)
    {
        Span<int> numbers = stackalloc int[TouchedAtOnce];
        int mask = _slots.Length - 1, touched = 0;
        for (int i = 0; i < count; i++) numbers[i] = (int)(uint)_slots[(int)Hash(texts[start + i]) & mask] - 1;
        for (int i = 0; i < count; i++)
        {
            if (numbers[i] >= 0) touched += _places[numbers[i]].Length;
        }

        for (int i = 0; i < count; i++)
        {
            if (numbers[i] < 0) continue;
            Place place = _places[numbers[i]];
            if (place.Length > 0) touched += _chunks[place.Chunk][place.Start];
        }

        return touched;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int FindOrAdd(ReadOnlySpan<byte> utf8, uint hash)
    {
        int mask = _slots.Length - 1;
        int at = (int)hash & mask;
        for (ulong slot = _slots[at]; slot != 0; slot = _slots[at])
        {
            int number = (int)(uint)slot - 1;
            if ((uint)(slot >> 32) == hash && this[number].SequenceEqual(utf8)) return number;
            at = (at + 1) & mask;
        }

        _slots[at] = ((ulong)hash << 32) | (uint)(Count + 1);
        _places.Add(Store(utf8));
        Count++;
        if (2 * Count > _slots.Length) GrowSlots();
        return Count - 1;
    }

    /// <summary>Forgets the texts and keeps the memory, for others.</summary>
    public void Clear()
    {
        Array.Clear(_slots);
        _places.Clear();
        _chunkCount = 0;
        _used = 0;
        Count = 0;
    }

    /// <summary>Gives back what only adding needs; no text may be added afterwards.</summary>
    public void Freeze()
    {
        _slots = [];
        _places.Trim();
    }

    private static uint Hash(ReadOnlySpan<byte> utf8)
    {
        ulong state = Seed ^ ((ulong)utf8.Length * Multiplier);
        while (utf8.Length >= sizeof(ulong))
        {
            state = Mix(state ^ BinaryPrimitives.ReadUInt64LittleEndian(utf8));
            utf8 = utf8[sizeof(ulong)..];
        }

        ulong rest = 0;
        for (int i = 0; i < utf8.Length; i++) rest |= (ulong)utf8[i] << (8 * i);
        state = Mix(state ^ rest);
        return (uint)(state ^ (state >> 32));
    }

    private static ulong Mix(ulong state)
    {
        ulong high = Math.BigMul(state, Multiplier, out ulong low);
        return high ^ low;
    }

    private Place Store(ReadOnlySpan<byte> utf8)
    {
        if (_chunkCount == 0 || _chunks[_chunkCount - 1].Length - _used < utf8.Length) NextChunk(utf8.Length);
        var place = new Place(_chunkCount - 1, _used, utf8.Length);
        utf8.CopyTo(_chunks[place.Chunk].AsSpan(_used));
        _used += utf8.Length;
        return place;
    }

    private void NextChunk(int length)
    {
        if (_chunkCount == _chunks.Count)
            _chunks.Add(new byte[ChunkSize(length)]);
        else if (_chunks[_chunkCount].Length < length)
            _chunks[_chunkCount] = new byte[ChunkSize(length)];
        _chunkCount++;
        _used = 0;
    }

    private int ChunkSize(int length) =>
        Math.Max(length, _chunkCount == 0 ? FirstChunk : Math.Min(LargestChunk, 2 * _chunks[_chunkCount - 1].Length));

    private void GrowSlots()
    {
        ulong[] slots = new ulong[2 * _slots.Length];
        int mask = slots.Length - 1;
        foreach (ulong slot in _slots)
        {
            if (slot == 0) continue;
            int at = (int)(slot >> 32) & mask;
            while (slots[at] != 0) at = (at + 1) & mask;
            slots[at] = slot;
        }

        _slots = slots;
    }

    private readonly record struct Place(int Chunk, int Start, int Length);
}

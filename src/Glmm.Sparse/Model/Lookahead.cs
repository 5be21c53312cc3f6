using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Glmm.Sparse.Model;

/// <summary>
/// Hints to the processor, where it takes any, of what will be read soon, given a little at a time while something else
/// is worked on.
/// </summary>
/// <remarks>
/// A tile is read once and worked on for far longer than it takes to arrive: without hints the processor waits for the
/// memory first and works afterwards, and hints all at once fill its queues, so that it waits again. Into the
/// second-level cache: hints into the first gained nothing.
/// </remarks>
internal unsafe struct Lookahead
{
    private const int CacheLine = 64;

    private byte* _next;
    private byte* _end;
    private nint _portion;

    /// <summary>Aims at some memory, which need not be ours.</summary>
    /// <param name="start">First element.</param>
    /// <param name="count">Number of doubles.</param>
    /// <param name="portions">In how many portions.</param>
    internal void Aim(double* start, long count, int portions)
    {
        _next = (byte*)start;
        _end = _next + (count * sizeof(double));
        _portion = (nint)((count * sizeof(double) / portions) + CacheLine);
    }

    /// <summary>Hints at some values at once.</summary>
    internal static void Hint(ReadOnlySpan<double> values)
    {
        fixed (double* start = values)
        {
            Lookahead ahead = default;
            ahead.Aim(start, values.Length, portions: 1);
            ahead.Advance();
        }
    }

    /// <summary>Hints at the next portion.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Advance()
    {
        if (!Sse.IsSupported) return;
        byte* at = _next, end = at + _portion < _end ? at + _portion : _end;
        for (; at < end; at += CacheLine) Sse.Prefetch1(at);
        _next = at;
    }
}

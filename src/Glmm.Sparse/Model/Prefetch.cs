using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Glmm.Sparse.Model;

/// <summary>A hint to the processor, where it takes any: what will be read soon.</summary>
/// <remarks>
/// A tile is read once and then worked on for far longer than it takes to arrive; without the hint the processor waits
/// for the memory first and works afterwards. Into the second-level cache: into the first gained nothing.
/// </remarks>
internal static unsafe class Prefetch
{
    private const int CacheLine = 64;

    /// <summary>Says that some memory will be read soon; it need not be ours.</summary>
    /// <param name="start">First element.</param>
    /// <param name="count">Number of doubles.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Into(double* start, long count)
    {
        if (!Sse.IsSupported) return;
        byte* at = (byte*)start;
        for (byte* end = at + (count * sizeof(double)); at < end; at += CacheLine) Sse.Prefetch1(at);
    }
}

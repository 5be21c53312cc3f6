using System.Runtime.InteropServices;

namespace Glmm.Sparse.LinearAlgebra;

/// <summary>
/// Asks the system to back large buffers by large pages where it hands them out on request (Linux): a million rows then
/// take some thirty page faults instead of fourteen thousand, which was measured to be a quarter of the time.
/// </summary>
/// <remarks>A wish, not a need: where it cannot be expressed or granted, nothing changes but the speed.</remarks>
internal static unsafe partial class LargePages
{
    /// <summary>Size and alignment of a large page; the same on x64 and, with pages of 4 KiB, on Arm.</summary>
    internal const nuint Size = 2 << 20;

    /// <summary>Smaller buffers would waste much of a page.</summary>
    internal const nuint WorthIt = 4 * Size;

    private const int AdviseLargePages = 14; // MADV_HUGEPAGE

    private static bool _unavailable = !OperatingSystem.IsLinux();

    /// <summary>Expresses the wish for untouched memory.</summary>
    /// <param name="start">A multiple of <see cref="Size"/>.</param>
    /// <param name="length">Bytes.</param>
    internal static void Ask(void* start, nuint length)
    {
        if (_unavailable) return;
        try
        {
            // A refusal is no error: the pages are then ordinary ones.
            _ = Advise(start, length, AdviseLargePages);
        }
        catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException)
        {
            _unavailable = true;
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Advise(void* address, nuint length, int advice);
}

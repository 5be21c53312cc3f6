namespace Glmm.Sparse.Tests.Core;

/// <summary>How much an action allocates on its thread once everything has been called and compiled.</summary>
internal static class Allocation
{
    internal static long Of(Action action)
    {
        for (int i = 0; i < 3; i++) action();
        long before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}

using System.Diagnostics.CodeAnalysis;

namespace Glmm.Sparse.Kernels;

/// <summary>Checks that the spans of one call belong together; the throw is kept out of the hot methods.</summary>
internal static class SpanLengths
{
    /// <summary>Throws unless a span has the common length.</summary>
    public static void Check(int expected, int actual, string name)
    {
        if (actual != expected)
            Throw(expected, actual, name);
    }

    /// <summary>Throws unless a span is empty or has the common length.</summary>
    public static void CheckOptional(int expected, int actual, string name)
    {
        if (actual != 0 && actual != expected)
            Throw(expected, actual, name);
    }

    [DoesNotReturn]
    private static void Throw(int expected, int actual, string name) =>
        throw new ArgumentException(
            $"{name} has length {actual}, but the other spans of the call have {expected}.", name);
}

namespace Glmm.Sparse.Cli;

/// <summary>Where a path leads once every symbolic link on the way is followed.</summary>
internal static class RealPath
{
    private const int MostLinks = 40;

    private static readonly StringComparison s_comparison =
        OperatingSystem.IsWindows() || OperatingSystem.IsMacOS()
            ? StringComparison.OrdinalIgnoreCase
            : StringComparison.Ordinal;

    /// <summary>The full path without links; what does not exist yet is taken as written.</summary>
    /// <exception cref="IOException">The links go round in a circle.</exception>
    public static string Of(string path)
    {
        string full = Path.GetFullPath(path);
        for (int links = 0; links <= MostLinks; links++)
        {
            if (FollowFirstLink(full) is not { } followed) return full;
            full = followed;
        }

        throw new IOException("its symbolic links go round in a circle.");
    }

    /// <summary>Whether two paths without links name the same file.</summary>
    public static bool AreSame(string first, string second) => string.Equals(first, second, s_comparison);

    /// <summary>The path with its first link replaced by what the link names; null where there is none.</summary>
    private static string? FollowFirstLink(string full)
    {
        string root = Path.GetPathRoot(full)!;
        string walked = root;
        string[] parts = full[root.Length..].Split(Path.DirectorySeparatorChar);
        for (int i = 0; i < parts.Length; i++)
        {
            string folder = walked;
            walked = Path.Combine(walked, parts[i]);
            if (new FileInfo(walked).LinkTarget is not { } target) continue;
            return Path.GetFullPath(Path.Combine([folder, target, .. parts[(i + 1)..]]));
        }

        return null;
    }
}

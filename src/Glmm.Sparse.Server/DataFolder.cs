namespace Glmm.Sparse.Server;

/// <summary>Finds a file in the folder of data, and no file that lies elsewhere, whatever its name or links say.
/// </summary>
internal static class DataFolder
{
    private const int MostLinks = 40;

    /// <summary>The full path of a file.</summary>
    /// <param name="folder">The folder; null where the server has none.</param>
    /// <param name="path">The path within it.</param>
    /// <exception cref="RequestException">There is no such file within the folder.</exception>
    public static string Resolve(string? folder, string path)
    {
        if (folder is null)
        {
            throw RequestException.Bad(
                "This server reads no files of its own; send the data as \"csv\" or \"columns\".");
        }

        // One message for all: what lies outside is not told apart from what is not there.
        var none = RequestException.Bad(
            $"There is no file '{(path.Length <= 100 ? path : path[..100] + "...")}' in the server's folder of data; "
            + "name it relative to that folder.");
        if (path.Length == 0 || path.Contains('\0') || Path.IsPathRooted(path)) throw none;
        try
        {
            string root = WithoutLinks(Path.GetFullPath(folder)), full = WithoutLinks(Path.GetFullPath(path, root));
            string prefix = Path.TrimEndingDirectorySeparator(root) + Path.DirectorySeparatorChar;
            return full.StartsWith(prefix, StringComparison.Ordinal) && IsPlainFile(full) ? full : throw none;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw none;
        }
    }

    /// <summary>A pipe or a device would hold a worker for ever.</summary>
    private static bool IsPlainFile(string full) =>
        File.Exists(full) && (File.GetAttributes(full) & FileAttributes.Device) == 0 && new FileInfo(full).Length > 0;

    private static string WithoutLinks(string full)
    {
        for (int links = 0; links <= MostLinks; links++)
        {
            if (FollowFirstLink(full) is not { } followed) return full;
            full = followed;
        }

        throw new IOException("The links go round in a circle.");
    }

    private static string? FollowFirstLink(string full)
    {
        string root = Path.GetPathRoot(full)!, walked = root;
        string[] parts = full[root.Length..].Split(Path.DirectorySeparatorChar);
        for (int i = 0; i < parts.Length; i++)
        {
            string folder = walked;
            walked = Path.Combine(walked, parts[i]);
            if (new FileInfo(walked).LinkTarget is { } target)
                return Path.GetFullPath(Path.Combine([folder, target, .. parts[(i + 1)..]]));
        }

        return null;
    }
}

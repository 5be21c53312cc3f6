namespace Glmm.Sparse.Persistence;

/// <summary>Writes a file that is there complete or not at all: under a temporary name beside its place first.
/// </summary>
internal static class AtomicFile
{
    /// <summary>Writes a file.</summary>
    /// <param name="path">The file; one that is there is replaced, and behind a symbolic link the one it leads to.
    /// </param>
    /// <param name="write">Writes the content.</param>
    /// <exception cref="ModelFileException">It cannot be written; what was there is unharmed.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        string suffix = $".{Path.GetRandomFileName()}.tmp";
        string? temporary = null;
        try
        {
            string target = new FileInfo(path).LinkTarget is null
                ? Path.GetFullPath(path)
                : File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName;
            temporary = target + suffix;
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                write(stream);
                // On the disk before it takes the name, lest a crash leave a name without content.
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, target, overwrite: true);
            temporary = null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ModelFileException($"The model cannot be saved as '{path}': {Reason(error, suffix)}.", error);
        }
        finally
        {
            if (temporary is not null) File.Delete(temporary);
        }
    }

    /// <summary>The system's words, without the temporary name, which means nothing to the user.</summary>
    private static string Reason(Exception error, string suffix) =>
        error.Message.Replace(suffix, "", StringComparison.Ordinal).TrimEnd('.');
}

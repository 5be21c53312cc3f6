namespace Glmm.Sparse.Persistence;

/// <summary>Writes a file that is there complete or not at all: under a temporary name beside its place first.</summary>
internal static class AtomicFile
{
    /// <summary>Writes a file.</summary>
    /// <param name="path">The file; one that is there is replaced, and behind a symbolic link the one it leads to.
    /// </param>
    /// <param name="write">Writes the content.</param>
    /// <exception cref="ModelFileException">It cannot be written; what was there is unharmed.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        string? temporary = null;
        try
        {
            string target = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path);
            temporary = $"{target}.{Path.GetRandomFileName()}.tmp";
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
            throw new ModelFileException($"The model cannot be saved as '{path}': {Reason(error, temporary)}.", error);
        }
        finally
        {
            if (temporary is not null) File.Delete(temporary);
        }
    }

    /// <summary>The system's words, without the temporary name, which means nothing to the user.</summary>
    private static string Reason(Exception error, string? temporary)
    {
        string reason = error.Message.TrimEnd('.');
        return temporary is null
            ? reason
            : reason.Replace(Path.GetFileName(temporary), Path.GetFileName(temporary).Split(".")[0], StringComparison.Ordinal);
    }
}

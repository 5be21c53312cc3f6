namespace Glmm.Sparse.Data;

/// <summary>
/// A file that can be read as often as needed: the one named, or a copy of what came through a pipe, which gives its
/// bytes but once.
/// </summary>
internal sealed class CsvFile : IDisposable
{
    private static readonly byte[] GzipMagic = [0x1F, 0x8B];

    private readonly bool _isCopy;

    private CsvFile(string name, string path, bool isCopy)
    {
        Name = name;
        Path = path;
        _isCopy = isCopy;
        IsGzip = name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) || StartsAsGzip(path);
    }

    /// <summary>The file as the user named it.</summary>
    public string Name { get; }

    /// <summary>Where its bytes are.</summary>
    public string Path { get; }

    /// <summary>It is gzip-compressed, by its name or its first bytes.</summary>
    public bool IsGzip { get; }

    /// <summary>Makes a file ready to be read.</summary>
    /// <param name="name">The file's path.</param>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static CsvFile Open(string name)
    {
        using var stream = new FileStream(name, FileMode.Open, FileAccess.Read, FileShare.Read);
        if (stream.CanSeek) return new CsvFile(name, name, isCopy: false);
        string copy = System.IO.Path.GetTempFileName();
        try
        {
            using (FileStream target = File.Create(copy)) stream.CopyTo(target);
            return new CsvFile(name, copy, isCopy: true);
        }
        catch
        {
            File.Delete(copy);
            throw;
        }
    }

    /// <summary>Its bytes from the beginning, decompressed.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public Stream OpenBytes() => IsGzip
        ? new GzipFile(Path)
        : new FileStream(
            Path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);

    /// <summary>Removes the copy, if there is one.</summary>
    public void Dispose()
    {
        if (_isCopy) File.Delete(Path);
    }

    private static bool StartsAsGzip(string path)
    {
        using FileStream file = File.OpenRead(path);
        Span<byte> start = stackalloc byte[2];
        return file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length
            && start.SequenceEqual(GzipMagic);
    }
}

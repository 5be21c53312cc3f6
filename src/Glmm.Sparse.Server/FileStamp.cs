namespace Glmm.Sparse.Server;

/// <summary>By what it is seen that a file has changed.</summary>
internal readonly record struct FileStamp(DateTime Written, long Length)
{
    /// <summary>The stamp of a file; null where there is none.</summary>
    public static FileStamp? Of(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? new FileStamp(file.LastWriteTimeUtc, file.Length) : null;
    }
}

using System.IO.Compression;

namespace Glmm.Sparse.Cli;

/// <summary>
/// The files that a command writes. Each is written under a temporary name beside its place; all take their names when
/// the command is done, or none does. A path below <c>/dev</c> is no file to replace: what goes there is kept in memory
/// until then. A file whose name ends in .gz is compressed.
/// </summary>
internal sealed class OutputSet : IDisposable
{
    private static readonly string TemporarySuffix = $".{Environment.ProcessId}.tmp";

    private readonly List<Output> _outputs = [];
    private readonly List<(string Option, string RealPath)> _inputs = [];
    private bool _committed;

    /// <summary>Keeps a file that the command reads from being written.</summary>
    /// <param name="option">The option that names it, for messages.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="OutputFileException">The path leads nowhere.</exception>
    public void Protect(string option, string path)
    {
        if (path.Length == 0) throw new OutputFileException($"{option} needs the name of a file.");
        _inputs.Add((option, Guard($"{option} cannot read '{path}'", () => RealPath.Of(path))));
    }

    /// <summary>Opens an output.</summary>
    /// <param name="option">The option that names it, for messages.</param>
    /// <param name="path">The file.</param>
    /// <returns>The stream to write to; this set closes it.</returns>
    /// <exception cref="OutputFileException">The file cannot be written; nothing was done.</exception>
    public Stream Open(string option, string path)
    {
        string target = Resolve(option, path);
        if (_inputs.Find(input => RealPath.AreSame(input.RealPath, target)) is { Option: { } reader })
        {
            throw new OutputFileException(
                $"{option} names the file '{path}' that {reader} reads, and would overwrite it; name another file.");
        }

        if (_outputs.Find(output => RealPath.AreSame(output.Target, target)) is { } other)
        {
            throw new OutputFileException(
                $"{option} and {other.Option} name the same file '{path}'; give each a file of its own.");
        }

        string failure = $"{option} cannot write '{path}'";
        string? temporary = IsDevice(target) ? null : target + TemporarySuffix;
        Stream file = temporary is null
            ? new MemoryStream()
            : Guard(failure, () => new FileStream(
                temporary, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16));
        Stream stream = temporary is not null && target.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)
            ? new GZipStream(file, CompressionLevel.Fastest)
            : file;
        _outputs.Add(new Output(option, failure, target, temporary, stream));
        return stream;
    }

    /// <summary>Gives every file its name.</summary>
    /// <exception cref="OutputFileException">A file cannot be written.</exception>
    public void Commit()
    {
        // All are closed, and so are known to be complete, before the first takes its name.
        foreach (Output output in _outputs.Where(static output => output.Temporary is not null))
            Guard(output.Failure, () => Close(output));
        foreach (Output output in _outputs) Guard(output.Failure, () => Publish(output));
        _committed = true;
    }

    /// <summary>Closes the files and, unless they were committed, removes them.</summary>
    public void Dispose()
    {
        foreach (Output output in _outputs)
        {
            try
            {
                output.Stream.Dispose();
            }
            catch (IOException)
            {
                // A full disk fails again on closing; that failure is already on its way to the user.
            }

            if (!_committed && output.Temporary is not null) File.Delete(output.Temporary);
        }
    }

    private static bool Close(Output output)
    {
        output.Stream.Dispose();
        return true;
    }

    private static bool Publish(Output output)
    {
        if (output.Temporary is not null)
        {
            File.Move(output.Temporary, output.Target, overwrite: true);
            return true;
        }

        using var device = new FileStream(output.Target, FileMode.Open, FileAccess.Write);
        output.Stream.Position = 0;
        output.Stream.CopyTo(device);
        return true;
    }

    private static string Resolve(string option, string path)
    {
        if (path.Length == 0) throw new OutputFileException($"{option} needs the name of a file.");
        if (path == "-") throw new OutputFileException($"{option} needs the name of a file; only --json takes '-'.");
        string full = Path.GetFullPath(path);
        if (IsDevice(full)) return full;
        if (Directory.Exists(full))
            throw new OutputFileException($"{option} cannot write '{path}': it is a folder; name a file.");
        if (!Directory.Exists(Path.GetDirectoryName(full)))
            throw new OutputFileException($"{option} cannot write '{path}': its folder does not exist; make it first.");

        // Behind a symbolic link it is the file that is replaced, not the link.
        return Guard($"{option} cannot write '{path}'", () => RealPath.Of(full));
    }

    /// <summary>/dev/shm holds ordinary files.</summary>
    private static bool IsDevice(string path) =>
        path.StartsWith("/dev/", StringComparison.Ordinal) && !path.StartsWith("/dev/shm/", StringComparison.Ordinal);

    private static T Guard<T>(string failure, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (UnauthorizedAccessException error)
        {
            throw new OutputFileException($"{failure}: permission is denied.", error);
        }
        catch (IOException error)
        {
            // The system's words may name the temporary file, which means nothing to the user.
            string reason = error.Message.Replace(TemporarySuffix, "", StringComparison.Ordinal).TrimEnd('.');
            throw new OutputFileException($"{failure}: {reason}.", error);
        }
    }

    private sealed record Output(string Option, string Failure, string Target, string? Temporary, Stream Stream);
}

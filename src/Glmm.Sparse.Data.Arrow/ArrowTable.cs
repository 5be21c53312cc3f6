using Apache.Arrow;
using Apache.Arrow.Compression;
using Apache.Arrow.Ipc;
using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Data;

/// <summary>Reads Apache Arrow files, streams and record batches into columnar tables.</summary>
/// <remarks>
/// Integers, floating numbers and decimals are numeric (whole numbers that a double does not hold make a column of
/// text), booleans boolean, dates and timestamps dates and times (those with a time zone as UTC), strings,
/// dictionaries and UUIDs text; null is a missing value. Columns of other types must be left out or converted.
/// </remarks>
public static class ArrowTable
{
    private static ReadOnlySpan<byte> FileMagic => "ARROW1"u8;

    private static ReadOnlySpan<byte> FeatherOneMagic => "FEA1"u8;

    /// <summary>Reads an Arrow file (the same as Feather version 2) or stream, buffers compressed or not.</summary>
    /// <param name="path">The file; what comes through a pipe is read once.</param>
    /// <param name="columns">
    /// Names of the columns to keep, or null for all; names that the file lacks do no harm.
    /// </param>
    /// <param name="textColumns">Names of columns that are text whatever their type, or null for none.</param>
    /// <returns>The table, its rows in the order of the file.</returns>
    /// <exception cref="InvalidModelDataException">The file cannot be read; the message says why.</exception>
    public static ColumnTable Read(
        string path, IReadOnlySet<string>? columns = null, IReadOnlySet<string>? textColumns = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (Directory.Exists(path))
            throw new InvalidModelDataException($"'{path}' is a folder; name an Arrow file.");
        try
        {
            using Stream stream = Open(path);
            return ReadStream(path, stream, columns, textColumns);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InvalidModelDataException($"There is no file '{path}'; check the path and the spelling.", error);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new InvalidModelDataException($"'{path}' cannot be read: {error.Message}", error);
        }
        catch (Exception error) when (error is not (GlmmException or OutOfMemoryException))
        {
            // The reader trusts what it reads: of damage it speaks in exceptions of any kind.
            throw new InvalidModelDataException(
                $"'{path}' cannot be read as Arrow ({error.Message.TrimEnd('.')}): it is damaged, cut short or no "
                + "Arrow file; get or write it anew.",
                error);
        }
    }

    /// <summary>Makes a table of a record batch.</summary>
    /// <param name="batch">The batch; its values are copied.</param>
    /// <param name="columns">Names of the columns to keep, or null for all.</param>
    /// <param name="textColumns">Names of columns that are text whatever their type, or null for none.</param>
    /// <returns>The table.</returns>
    /// <exception cref="InvalidModelDataException">A column kept is of a type that has no place in a model.</exception>
    public static ColumnTable From(
        RecordBatch batch, IReadOnlySet<string>? columns = null, IReadOnlySet<string>? textColumns = null)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return From([batch], columns, textColumns);
    }

    /// <summary>Makes one table of record batches.</summary>
    /// <param name="batches">At least one, all of one schema; read once, their values copied.</param>
    /// <param name="columns">Names of the columns to keep, or null for all.</param>
    /// <param name="textColumns">Names of columns that are text whatever their type, or null for none.</param>
    /// <returns>The table, the rows of the batches one behind the other.</returns>
    /// <exception cref="InvalidModelDataException">There is no batch, they differ in their columns, or a column kept
    /// is of a type that has no place in a model.</exception>
    public static ColumnTable From(
        IEnumerable<RecordBatch> batches, IReadOnlySet<string>? columns = null,
        IReadOnlySet<string>? textColumns = null)
    {
        ArgumentNullException.ThrowIfNull(batches);
        ArrowColumns? collected = null;
        foreach (RecordBatch batch in batches)
        {
            collected ??= new ArrowColumns(batch.Schema, columns, textColumns);
            collected.Add(batch);
        }

        return collected?.ToTable()
            ?? throw new InvalidModelDataException("There is no record batch; a table needs at least one.");
    }

    private static ColumnTable ReadStream(
        string path, Stream stream, IReadOnlySet<string>? columns, IReadOnlySet<string>? textColumns)
    {
        Span<byte> start = stackalloc byte[FileMagic.Length];
        int length = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        stream.Position = 0;
        if (start[..length].StartsWith(FeatherOneMagic))
        {
            throw new InvalidModelDataException(
                $"'{path}' is a Feather file of version 1, which is no Arrow file; write it anew as version 2 (R: "
                + "arrow::write_feather(x, file); pandas: to_feather(file)).");
        }

        var codecs = new CompressionCodecFactory();
        using ArrowStreamReader reader = start[..length].SequenceEqual(FileMagic)
            ? new ArrowFileReader(stream, codecs)
            : new ArrowStreamReader(stream, codecs);
        RecordBatch? batch = reader.ReadNextRecordBatch();
        var collected = new ArrowColumns(reader.Schema, columns, textColumns);
        while (batch is not null)
        {
            using (batch) collected.Add(batch);
            batch = reader.ReadNextRecordBatch();
        }

        return collected.Rows > 0
            ? collected.ToTable()
            : throw new InvalidModelDataException(
                $"'{path}' has columns but no rows of data; a model needs at least some.");
    }

    /// <summary>The file, or a copy of what comes through a pipe.</summary>
    private static Stream Open(string path)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        if (file.CanSeek) return file;
        using (file)
        {
            var copy = new MemoryStream();
            file.CopyTo(copy);
            copy.Position = 0;
            return copy;
        }
    }
}

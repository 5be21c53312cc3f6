using System.Globalization;
using DuckDB.NET.Native;

namespace Glmm.Sparse.Data;

/// <summary>
/// An engine of its own within this process, with a database in memory. It never installs or loads an extension by
/// itself, so that reading needs no network.
/// </summary>
internal sealed class DuckDbSession : IDisposable
{
    private readonly DuckDBDatabase _database;
    private readonly string? _ownFolder;

    private DuckDbSession(DuckDBDatabase database, DuckDBNativeConnection connection, string? ownFolder)
    {
        _database = database;
        _ownFolder = ownFolder;
        Connection = connection;
    }

    public DuckDBNativeConnection Connection { get; }

    /// <exception cref="InvalidModelOptionException">The engine does not take an option.</exception>
    public static DuckDbSession Open(DuckDbOptions options)
    {
        if (options.Threads is < 1)
        {
            throw new InvalidModelOptionException(
                $"The number of threads must be at least 1, not {options.Threads}; leave it out for all processors.");
        }

        string? ownFolder = options.TempDirectory is null
            ? Path.Combine(Path.GetTempPath(), $"glmm-{Guid.NewGuid():N}")
            : null;
        NativeMethods.Configuration.DuckDBCreateConfig(out DuckDBConfig config);
        using (config)
        {
            Set(config, "autoinstall_known_extensions", "false");
            Set(config, "autoload_known_extensions", "false");
            Set(config, "preserve_insertion_order", "true");
            Set(config, "temp_directory", options.TempDirectory ?? ownFolder!);
            if (options.Threads is { } threads)
                Set(config, "threads", threads.ToString(CultureInfo.InvariantCulture));
            if (options.MemoryLimit is { } limit) Set(config, "memory_limit", limit);
            if (NativeMethods.Startup.DuckDBOpen(":memory:", out DuckDBDatabase database, config, out string error)
                != DuckDBState.Success)
            {
                database.Dispose();
                throw Refused(options, error);
            }

            NativeMethods.Startup.DuckDBConnect(database, out DuckDBNativeConnection connection);
            return new DuckDbSession(database, connection, ownFolder);
        }

        void Set(DuckDBConfig target, string option, string value)
        {
            if (NativeMethods.Configuration.DuckDBSetConfig(target, option, value) != DuckDBState.Success)
                throw Refused(options, option);
        }
    }

    /// <summary>Runs a statement that gives no rows.</summary>
    /// <exception cref="DuckDbFailure">The engine refuses.</exception>
    public void Execute(string sql)
    {
        DuckDBState state = NativeMethods.Query.DuckDBQuery(Connection, sql, out DuckDBResult result);
        try
        {
            if (state != DuckDBState.Success) throw Failure(ref result);
        }
        finally
        {
            NativeMethods.Query.DuckDBDestroyResult(ref result);
        }
    }

    /// <summary>Starts a query, whose rows are made while they are fetched.</summary>
    /// <exception cref="DuckDbFailure">The engine refuses.</exception>
    public DuckDbResult Query(string sql)
    {
        using DuckDBPreparedStatement statement = Prepare(sql);
        DuckDBState state =
            NativeMethods.PreparedStatements.DuckDBExecutePreparedStreaming(statement, out DuckDBResult result);
        if (state == DuckDBState.Success) return new DuckDbResult(result);
        DuckDbFailure failure = Failure(ref result);
        NativeMethods.Query.DuckDBDestroyResult(ref result);
        throw failure;
    }

    /// <summary>Parses and binds a statement.</summary>
    /// <exception cref="DuckDbFailure">It does not parse, or names what does not exist.</exception>
    public DuckDBPreparedStatement Prepare(string sql)
    {
        DuckDBState state = NativeMethods.PreparedStatements.DuckDBPrepare(
            Connection, sql, out DuckDBPreparedStatement statement);
        if (state == DuckDBState.Success) return statement;
        using (statement) throw new DuckDbFailure(NativeMethods.PreparedStatements.DuckDBPrepareError(statement));
    }

    /// <summary>Number of statements in a text.</summary>
    /// <exception cref="DuckDbFailure">It does not parse.</exception>
    public int CountStatements(string sql)
    {
        int count = NativeMethods.ExtractStatements.DuckDBExtractStatements(
            Connection, sql, out DuckDBExtractedStatements statements);
        using (statements)
        {
            if (count > 0) return count;
            string error = NativeMethods.ExtractStatements.DuckDBExtractStatementsError(statements);
            return string.IsNullOrEmpty(error) ? 0 : throw new DuckDbFailure(error);
        }
    }

    public void Dispose()
    {
        Connection.Dispose();
        _database.Dispose();
        if (_ownFolder is not null && Directory.Exists(_ownFolder)) Directory.Delete(_ownFolder, recursive: true);
    }

    internal static DuckDbFailure Failure(ref DuckDBResult result) => new(
        NativeMethods.Query.DuckDBResultError(ref result), NativeMethods.Query.DuckDBResultErrorType(ref result));

    private static InvalidModelOptionException Refused(DuckDbOptions options, string reason) => new(
        "The database engine does not start with "
        + $"{(options.MemoryLimit is null ? "these options" : $"the memory limit '{options.MemoryLimit}'")} "
        + $"({new DuckDbFailure(reason).Message}); write a limit such as 500MB or 4GB, and name a temporary folder "
        + "that can be written.");
}

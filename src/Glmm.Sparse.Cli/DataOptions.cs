using System.CommandLine;

namespace Glmm.Sparse.Cli;

/// <summary>The options that say where a command reads rows; the same for every command that does.</summary>
internal sealed class DataOptions
{
    /// <summary>The forms of files, for descriptions.</summary>
    public const string Forms =
        "CSV or TSV with a header (plain or .gz), Parquet (a file, or a pattern such as 'part-*.parquet'), Arrow or "
        + "Feather, or a DuckDB database";

    private readonly Option<string> _data;
    private readonly Option<string> _table = OptionKinds.Text(
        "--table", "NAME", "The table of a DuckDB database; need not be named when it is the only one");
    private readonly Option<string> _sql = OptionKinds.Text(
        "--sql", "QUERY",
        "Read the rows of a query in DuckDB's SQL, in which the file of --data is 'data'; --data may be left out when "
        + "the query names its files itself, as in \"SELECT * FROM 'visits.parquet' WHERE visit > 1\"");

    /// <param name="note">What else there is to say of the data of this command, or empty.</param>
    public DataOptions(string note = "") => _data = OptionKinds.Text("--data", "FILE", $"{Forms}{note}");

    /// <summary>The options, in the order of the help.</summary>
    public IEnumerable<Option> All => [_data, _table, _sql];

    /// <summary>The source that was asked for.</summary>
    /// <exception cref="InvalidModelOptionException">Neither a file nor a query is named, or a table of none.
    /// </exception>
    public DataSource Bind(ParseResult parsed)
    {
        string? path = parsed.GetValue(_data);
        string? sql = parsed.GetValue(_sql);
        string? table = parsed.GetValue(_table);
        if (path is null && table is not null)
        {
            throw new InvalidModelOptionException(
                "--table names a table of the database of --data, which is left out; name the file too.");
        }

        return path is null && sql is null
            ? throw new InvalidModelOptionException(
                $"Option '--data' is required; see 'glmm {parsed.CommandResult.Command.Name} --help'.")
            : new DataSource(path ?? DataSource.QueryAlone, sql, table);
    }
}

using System.CommandLine;

namespace Glmm.Sparse.Cli;

/// <summary>The options that say where a command reads rows; the same for every command that does.</summary>
internal sealed class DataOptions
{
    private readonly Option<string> _data;

    /// <param name="note">What else there is to say of the data of this command, or empty.</param>
    public DataOptions(string note = "") =>
        _data = OptionKinds.Text("--data", "FILE", $"CSV file with a header, plain or .gz{note}", required: true);

    /// <summary>The options, in the order of the help.</summary>
    public IEnumerable<Option> All => [_data];

    /// <summary>The source that was asked for.</summary>
    public DataSource Bind(ParseResult parsed) => new(parsed.GetRequiredValue(_data), Sql: null);
}

using System.CommandLine;

namespace Glmm.Sparse.Cli;

/// <summary>The options that say where a result goes; the same for every command that has one.</summary>
/// <param name="result">What is written, such as <c>the fit</c>.</param>
/// <param name="text">What a person gets without <c>--json</c>, such as <c>a summary</c>.</param>
internal sealed class OutputOptions(string result, string text)
{
    /// <summary><c>--json</c>.</summary>
    public Option<string> Json { get; } = OptionKinds.Text(
        "--json", "FILE|-", $"Write {result} as JSON instead of {text}; - for standard output");

    /// <summary><c>--quiet</c>.</summary>
    public Option<bool> Quiet { get; } = OptionKinds.Quiet;

    /// <summary>What was asked for.</summary>
    public OutputRequest Bind(ParseResult parsed) => new(parsed.GetValue(Json), parsed.GetValue(Quiet));
}

using System.CommandLine;
using System.CommandLine.Completions;

namespace Glmm.Sparse.Cli;

/// <summary>What a shell needs to know of a command.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it does.</param>
/// <param name="Values">What its arguments may be, where it has some.</param>
/// <param name="Options">Its options.</param>
internal sealed record CompletedCommand(
    string Name, string Description, IReadOnlyList<string> Values, IReadOnlyList<CompletedOption> Options)
{
    public static CompletedCommand Of(Command command) => new(
        command.Name, command.Description ?? "", Values: command switch
        {
            HelpCommand => [.. ((Command)command.Parents.Single()).Subcommands.Select(static c => c.Name)],
            _ => [.. command.Arguments.SelectMany(CompletedOption.Labels)],
        },
        [
            .. command.Options.Select(CompletedOption.Of),
            new CompletedOption("--help", "Show help", "", IsFile: false, [], Repeats: false),
        ]);
}

/// <summary>What a shell needs to know of an option.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it does, its first words.</param>
/// <param name="Value">What its value is called; empty where it has none.</param>
/// <param name="IsFile">Its value names a file.</param>
/// <param name="Choices">The values that there are, where they are known.</param>
/// <param name="Repeats">It may be given again.</param>
internal sealed record CompletedOption(
    string Name, string Description, string Value, bool IsFile, IReadOnlyList<string> Choices, bool Repeats)
{
    private const int LongestDescription = 60;

    public static CompletedOption Of(Option option)
    {
        bool hasValue = option.ValueType != typeof(bool);
        string value = hasValue ? option.HelpName ?? "VALUE" : "";
        return new CompletedOption(
            option.Name, FirstWords(option.Description ?? ""), value,
            value.Split('|').Any(static part => part is "FILE" or "MODEL" or "DIRECTORY"),
            hasValue ? Labels(option) : [], option.ValueType == typeof(string[]));
    }

    public static string[] Labels(Symbol symbol) =>
        [.. symbol.GetCompletions(CompletionContext.Empty).Select(static item => item.Label)];

    // Shells show one line; what follows the first sign that ends a thought is for the help.
    private static string FirstWords(string text)
    {
        int end = text.AsSpan().IndexOfAny(";:.(");
        if (end > 0) text = text[..end].TrimEnd();
        if (text.Length > LongestDescription) text = text[..text.LastIndexOf(' ', LongestDescription)].TrimEnd(',');
        return text;
    }
}

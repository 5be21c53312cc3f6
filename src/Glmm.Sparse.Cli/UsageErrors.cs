using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Cli;

/// <summary>Turns what the parser found wrong into one message that names the option at fault.</summary>
internal static class UsageErrors
{
    /// <exception cref="InvalidModelOptionException">The arguments do not parse.</exception>
    public static void ThrowIfAny(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        string help = command is RootCommand ? "glmm --help" : $"glmm {command.Name} --help";
        // Where help is asked for the parser minds nothing; a mistyped command is told all the same.
        if (parsed.Errors.Count == 0 && parsed.UnmatchedTokens.Count == 0)
        {
            if (WithoutValue(parsed.CommandResult) is not { } option) return;
            throw new InvalidModelOptionException($"Option '{option}' needs a value each time; see '{help}'.");
        }

        // A mistyped option also makes the one it was meant to be missing; the typing error is the one to tell.
        string message = parsed.UnmatchedTokens.Count == 0
            ? Explain(parsed.Errors[0])
            : Unmatched(parsed.UnmatchedTokens[0], command);
        throw new InvalidModelOptionException($"{message}; see '{help}'.");
    }

    /// <summary>An option that is named more often than it has values, which the parser lets pass.</summary>
    private static string? WithoutValue(CommandResult command) => command.Children
        .OfType<OptionResult>()
        .FirstOrDefault(static result =>
            result.Option.ValueType != typeof(bool) && result.Option is not (HelpOption or VersionOption)
            && result.IdentifierTokenCount > result.Tokens.Count)
        ?.Option.Name;

    private static string Explain(ParseError error) => error.SymbolResult switch
    {
        OptionResult { Implicit: true } option => $"Option '{option.Option.Name}' is required",
        OptionResult { Tokens.Count: 0 } option => $"Option '{option.Option.Name}' needs a value",
        OptionResult { Tokens.Count: > 1 } option =>
            $"Option '{option.Option.Name}' is given more than once; give it once",
        _ => error.Message.TrimEnd('.'),
    };

    private static string Unmatched(string token, Command command)
    {
        if (token.StartsWith("--", StringComparison.Ordinal))
        {
            string name = token.Split('=')[0];
            string option = NearestName.Suggestion(name, command.Options.Select(static o => o.Name));
            return $"There is no option '{name}'{option}";
        }

        if (command is not RootCommand) return $"'{token}' belongs to no option; quote a value that has blanks";
        string meant = NearestName.Suggestion(token, command.Subcommands.Select(static c => c.Name));
        return $"There is no command '{token}'{meant}";
    }
}

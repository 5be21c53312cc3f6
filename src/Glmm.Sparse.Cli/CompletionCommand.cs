using System.CommandLine;

namespace Glmm.Sparse.Cli;

/// <summary><c>glmm completion SHELL</c>: prints a script that teaches a shell the commands and options.</summary>
internal sealed class CompletionCommand : Command
{
    private static readonly (string Name, Func<IReadOnlyList<CompletedCommand>, string> Script)[] s_shells =
    [
        ("bash", CompletionScripts.Bash), ("zsh", CompletionScripts.Zsh), ("fish", CompletionScripts.Fish),
        ("pwsh", CompletionScripts.Pwsh),
    ];

    private readonly Argument<string> _shell = new("shell") { Description = "bash, zsh, fish or pwsh" };

    public CompletionCommand(CommandConsole console)
        : base("completion", "Prints a script that completes commands, options and their values in a shell.")
    {
        string[] names = [.. s_shells.Select(static shell => shell.Name)];
        _shell.CompletionSources.Add(names);
        Arguments.Add(_shell);
        SetAction(parsed =>
        {
            string asked = parsed.GetRequiredValue(_shell);
            Func<IReadOnlyList<CompletedCommand>, string>? script =
                s_shells.FirstOrDefault(shell => shell.Name == asked).Script;
            if (script is null) throw OptionText.NoChoice("The shell", asked, names);
            IEnumerable<Command> commands = ((Command)Parents.Single()).Subcommands;
            console.Output.Write(script([.. commands.Select(CompletedCommand.Of)]));
            return ExitCode.Success;
        });
    }
}

using System.CommandLine;

namespace Glmm.Sparse.Cli;

/// <summary><c>glmm help COMMAND</c>, the same as <c>glmm COMMAND --help</c>.</summary>
internal sealed class HelpCommand : Command
{
    private readonly Argument<string[]> _command = new("command")
    {
        Description = "The command; all of them when left out",
        Arity = ArgumentArity.ZeroOrMore,
    };

    /// <param name="run">Runs the program with other arguments.</param>
    public HelpCommand(Func<string[], int> run)
        : base("help", "Shows the help of a command.")
    {
        Arguments.Add(_command);
        SetAction(parsed => run([.. parsed.GetValue(_command) ?? [], "--help"]));
    }
}

using Glmm.Sparse.Cli;

namespace Glmm.Sparse.Data.Tests;

/// <summary>What a run of the command left behind.</summary>
internal sealed record CommandResult(int ExitCode, string Output, string Error)
{
    /// <summary>Nothing that only a programmer can read.</summary>
    public bool ShowsStackTrace => (Output + Error).Contains("   at ", StringComparison.Ordinal);
}

/// <summary>Runs the command within this process.</summary>
internal static class GlmmCommand
{
    public static CommandResult Run(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int exitCode = CommandLine.Run(args, output, error);
        return new CommandResult(exitCode, output.ToString(), error.ToString());
    }
}

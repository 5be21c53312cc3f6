using System.CommandLine;
using System.CommandLine.Help;
using System.Reflection;

namespace Glmm.Sparse.Cli;

/// <summary>The <c>glmm</c> command: arguments in, exit code out.</summary>
internal static class CommandLine
{
    /// <summary>The version, as <c>--version</c> and the fit document give it.</summary>
    public static string Version { get; } = typeof(CommandLine).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>Runs the command with plain writers: nobody watches, nobody interrupts.</summary>
    internal static int Run(string[] args, TextWriter output, TextWriter error) =>
        Run(args, new CommandConsole(output, error));

    /// <summary>Runs the command. Never throws: every failure is a message and an exit code.</summary>
    internal static int Run(string[] args, CommandConsole console)
    {
        int exitCode;
        try
        {
            exitCode = Invoke(args, console);
            console.Output.Flush();
        }
        catch (Exception failure)
        {
            exitCode = FailureReport.Write(failure, console);
        }

        return exitCode;
    }

    private static int Invoke(string[] args, CommandConsole console)
    {
        // Formulas and file names are taken literally: no bundles of short options, no @response files.
        var configuration = new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null };
        ParseResult parsed = CreateRoot(console).Parse(args.Length == 0 ? ["--help"] : args, configuration);
        UsageErrors.ThrowIfAny(parsed);
        return parsed.Invoke(new InvocationConfiguration
        {
            Output = console.Output,
            Error = console.Error,
            EnableDefaultExceptionHandler = false,
        });
    }

    private static RootCommand CreateRoot(CommandConsole console)
    {
        var root = new RootCommand("Fits generalized linear mixed models by quasi-likelihood or by maximum likelihood.")
        {
            new FitCommand(console),
            new SimulateCommand(console),
            new PredictCommand(console),
            new PowerCommand(console),
            new ReportCommand(console),
        };
        root.Options.OfType<VersionOption>().Single().Action = new TextAction(Version);
        HelpOption help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
        return root;
    }
}

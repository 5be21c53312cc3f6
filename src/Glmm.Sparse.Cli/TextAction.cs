using System.CommandLine;
using System.CommandLine.Invocation;

namespace Glmm.Sparse.Cli;

/// <summary>Prints a line and ends, as <c>--version</c> does.</summary>
internal sealed class TextAction(string text) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.WriteLine(text);
        return ExitCode.Success;
    }
}

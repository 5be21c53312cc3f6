using System.CommandLine;

namespace Glmm.Sparse.Cli;

/// <summary><c>glmm predict</c> has its name reserved; asked for, it says what to use instead.</summary>
internal sealed class PredictCommand : Command
{
    public PredictCommand()
        : base("predict", "Not available in this version.")
    {
        Hidden = true;
        TreatUnmatchedTokensAsErrors = false;
        SetAction(int (_) => throw new InvalidModelOptionException(
            $"command 'predict' is not available in this version ({CommandLine.Version}); "
            + "'glmm fit --fitted FILE' writes the fitted values of the data."));
    }
}

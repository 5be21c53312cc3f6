using System.CommandLine;

namespace Glmm.Sparse.Cli;

/// <summary><c>glmm predict</c> has its name reserved; asked for, it says what to use instead.</summary>
internal sealed class PredictCommand : Command
{
    public const string Notice =
        "'predict' is not available in this version; 'glmm fit --fitted FILE' writes the fitted values of the data.";

    public PredictCommand()
        : base("predict", "Not available in this version.")
    {
        Hidden = true;
        TreatUnmatchedTokensAsErrors = false;
        SetAction(int (_) => throw new InvalidModelOptionException(Notice));
    }
}

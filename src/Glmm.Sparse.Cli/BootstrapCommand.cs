using System.CommandLine;
using Glmm.Sparse.Resampling;

namespace Glmm.Sparse.Cli;

/// <summary><c>glmm bootstrap</c>: the options and how they become a request.</summary>
internal sealed class BootstrapCommand : Command
{
    private readonly DataOptions _data = new();
    private readonly ModelOptions _model = new();
    private readonly ReplicateOptions _replicates = new(
        "Data sets simulated and refitted, 20 or more; "
        + $"{BootstrapIntervalOptions.Default.Replicates} when left out");
    private readonly Option<string> _level = OptionKinds.Level;
    private readonly OutputOptions _output = new("the intervals", "a table");

    public BootstrapCommand(CommandConsole console)
        : base("bootstrap", "Finds intervals and bias by refitting data simulated from the model (pql, mql).")
    {
        Option[] options =
        [
            .. _data.All, .. _model.All, .. _replicates.All, _level, _output.Json, _output.Quiet,
        ];
        foreach (Option option in options) Options.Add(option);
        SetAction(parsed => BootstrapRun.Execute(Bind(parsed), console));
    }

    private BootstrapRequest Bind(ParseResult parsed)
    {
        ModelRequest model = _model.Bind(parsed);
        if (MethodRules.HasLikelihood(model.Method))
        {
            throw new InvalidModelOptionException(
                $"--method {ContractNames.Of(model.Method)} cannot be bootstrapped, for only pql and mql refit fast "
                + "enough; use one of them, with --order 2 where their bias matters (glmm bootstrap shows it).");
        }

        return new BootstrapRequest
        {
            Data = _data.Bind(parsed),
            Model = model,
            Output = _output.Bind(parsed),
            Options = new BootstrapIntervalOptions
            {
                Method = model.Method,
                Replicates = _replicates.Count(parsed, least: 20) ?? BootstrapIntervalOptions.Default.Replicates,
                Seed = _replicates.Seed(parsed) ?? BootstrapIntervalOptions.Default.Seed,
                Level = OptionText.Level(parsed.GetValue(_level)) ?? BootstrapIntervalOptions.Default.Level,
            },
        };
    }
}

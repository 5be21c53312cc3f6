using System.CommandLine;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Cli;

/// <summary><c>glmm fit</c>: the options and how they become a request.</summary>
internal sealed class FitCommand : Command
{
    private readonly DataOptions _data = new();
    private readonly ModelOptions _model = new();
    private readonly OutputOptions _output = new("the fit", "a summary");
    private readonly Option<string> _randomEffects = OptionKinds.Text(
        "--random-effects", "FILE", "Write the random effects with standard errors as CSV (not for mql)");
    private readonly Option<string> _fitted = OptionKinds.Text(
        "--fitted", "FILE", "Write fitted values and residuals as CSV");
    private readonly Option<string> _save = OptionKinds.Text(
        "--save", "MODEL", "Write the model, without rows of the data, to a file that glmm predict reads");
    private readonly Option<bool> _saveWithoutClusters = new("--save-without-clusters")
    {
        Description = "Leave the clusters, labels and random effects, out of the model that is saved",
    };

    public FitCommand(CommandConsole console)
        : base("fit", "Fits a model and prints a summary, or writes it as JSON.")
    {
        Option[] options =
        [
            .. _data.All, .. _model.All, _output.Json, _randomEffects, _fitted, _save, _saveWithoutClusters,
            _output.Quiet,
        ];
        foreach (Option option in options) Options.Add(option);
        SetAction(parsed => FitRun.Execute(Bind(parsed), console));
    }

    private FitRequest Bind(ParseResult parsed)
    {
        string? save = parsed.GetValue(_save);
        if (save is not null && save.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
        {
            throw new InvalidModelOptionException(
                $"--save does not compress, and glmm predict could not read '{save}'; name a file that does not end in "
                + ".gz.");
        }

        ModelRequest model = _model.Bind(parsed);
        string? randomEffects = parsed.GetValue(_randomEffects);
        if (randomEffects is not null && model.Method == EstimationMethod.Mql)
        {
            throw new InvalidModelOptionException(
                "--random-effects cannot be had with method mql, which predicts none; use another --method or leave "
                + "it out.");
        }

        return new FitRequest
        {
            Data = _data.Bind(parsed),
            Model = model,
            Output = _output.Bind(parsed),
            RandomEffectsPath = randomEffects,
            FittedPath = parsed.GetValue(_fitted),
            SavePath = save,
            SaveWithoutClusters = parsed.GetValue(_saveWithoutClusters),
        };
    }
}

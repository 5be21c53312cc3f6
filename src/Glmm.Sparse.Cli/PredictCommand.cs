using System.CommandLine;
using Glmm.Sparse.Formula;
using Glmm.Sparse.Persistence;
using Glmm.Sparse.Prediction;

namespace Glmm.Sparse.Cli;

/// <summary><c>glmm predict</c>: the options and how they become a request.</summary>
internal sealed class PredictCommand : Command
{
    private readonly Option<string> _model = OptionKinds.Text(
        "--model", "MODEL", "Model file that glmm fit --save wrote", required: true);
    private readonly DataOptions _data = new("; the response need not be there");
    private readonly Option<string> _type = OptionKinds.Choice(
        "--type", "response|link", "Predict the mean of the response (the default) or the linear predictor",
        ["response", "link"]);
    private readonly Option<bool> _population = new("--population")
    {
        Description = "Predict the population instead of each row's own cluster: on the response's scale the mean over "
            + "all clusters, the random effects integrated out; on the scale of the link at random effects of zero",
    };
    private readonly Option<string> _interval = OptionKinds.Choice(
        "--interval", "KIND",
        "confidence (the default), of what is predicted, whose standard error is std_error; prediction, of a new "
        + "response; or none",
        ["confidence", "prediction", "none"]);
    private readonly Option<string> _level = OptionKinds.Level;
    private readonly Option<string> _unseenLevels = OptionKinds.Choice(
        "--unseen-levels", "error|population",
        "Levels of factors that the model never met: an error (the default), or the average over those it knows",
        ["error", "population"]);
    private readonly Option<string> _unseenClusters = OptionKinds.Choice(
        "--unseen-clusters", "population|error",
        "Clusters that the model never met: at random effects of zero (the default), or an error",
        ["population", "error"]);
    private readonly Option<string> _foldIn = OptionKinds.Text(
        "--fold-in", "FILE",
        "File of rows with responses, in any form that --data takes, from which clusters are learnt first, the model's "
        + "estimates held: known ones are updated, new ones added; rows that the model was fitted to must not be given "
        + "again, and each counts once");
    private readonly Option<string> _out = OptionKinds.Text(
        "--out", "FILE", "Write the predictions as CSV to a file, compressed when it ends in .gz");
    private readonly Option<string> _json = OptionKinds.Text(
        "--json", "FILE|-", "Write the predictions as JSON; - for standard output");

    private readonly Option<bool> _quiet = OptionKinds.Quiet;

    public PredictCommand(CommandConsole console)
        : base("predict", "Predicts new rows by a model that was saved, as CSV on standard output.")
    {
        Option[] options =
        [
            _model, .. _data.All, _type, _population, _interval, _level, _unseenLevels, _unseenClusters, _foldIn, _out,
            _json, _quiet,
        ];
        foreach (Option option in options) Options.Add(option);
        SetAction(parsed => PredictRun.Execute(Bind(parsed), console));
    }

    private PredictRequest Bind(ParseResult parsed)
    {
        bool population = parsed.GetValue(_population);
        bool isLink = OptionText.Choice(
            "--type", parsed.GetValue(_type) ?? "response", ("response", false), ("link", true));
        IntervalKind interval = OptionText.Choice(
            "--interval", parsed.GetValue(_interval) ?? "confidence", ("confidence", IntervalKind.Confidence),
            ("prediction", IntervalKind.Prediction), ("none", IntervalKind.None));
        if (isLink && interval == IntervalKind.Prediction)
        {
            throw new InvalidModelOptionException(
                "--interval prediction is for a new response, which --type link does not predict; leave one of them "
                + "out.");
        }

        string? foldIn = parsed.GetValue(_foldIn);
        if (foldIn is not null && population)
        {
            throw new InvalidModelOptionException(
                "--fold-in learns clusters, which --population leaves out of account; leave one of them out.");
        }

        return new PredictRequest
        {
            ModelPath = parsed.GetRequiredValue(_model),
            Data = _data.Bind(parsed),
            FoldIn = foldIn is null ? null : new DataSource(foldIn, Sql: null) { HasTableOption = false },
            OutPath = parsed.GetValue(_out),
            JsonPath = parsed.GetValue(_json),
            Quiet = parsed.GetValue(_quiet),
            Options = new TablePredictionOptions
            {
                Target = isLink ? PredictionTarget.LinearPredictor
                    : population ? PredictionTarget.PopulationMean
                    : PredictionTarget.ConditionalMean,
                ByCluster = !population,
                Interval = interval,
                Level = OptionText.Level(parsed.GetValue(_level)) ?? TablePredictionOptions.Default.Level,
                UnseenLevels = OptionText.Choice(
                    "--unseen-levels", parsed.GetValue(_unseenLevels) ?? "error", ("error", UnseenLevels.Error),
                    ("population", UnseenLevels.Population)),
                UnseenClusters = OptionText.Choice(
                    "--unseen-clusters", parsed.GetValue(_unseenClusters) ?? "population",
                    ("population", UnseenClusters.Population), ("error", UnseenClusters.Error)),
            },
        };
    }
}

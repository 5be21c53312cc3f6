using System.CommandLine;
using System.Globalization;
using Glmm.Sparse.Estimation;
using Glmm.Sparse.Resampling;
using Glmm.Sparse.Results;
using Glmm.Sparse.Simulation;

namespace Glmm.Sparse.Cli;

/// <summary><c>glmm power</c>: the power of a test for designs with so many clusters of such sizes, by
/// simulation.</summary>
internal sealed class PowerCommand : Command
{
    private const int MostClusters = 10_000_000;

    private readonly SimulationModelOptions _model = new();
    private readonly Option<string> _clusters = OptionKinds.Text(
        "--clusters", "K[,K...]", "Numbers of clusters to compare", required: true);
    private readonly Option<string> _clusterSize = OptionKinds.Text(
        "--cluster-size", "N[,N...]", "Mean rows in a cluster to compare: Poisson, but at least 2", required: true);
    private readonly Option<string> _test = OptionKinds.Choice(
        "--test", "TEST", "wald, of one fixed effect (the default), or variance, the score test of no variance between "
        + "clusters",
        ["wald", "variance"]);
    private readonly Option<string> _effect = OptionKinds.Text(
        "--effect", "NAME", "The fixed effect that the Wald test is of: (Intercept), x1, x2, ..., time");
    private readonly Option<string> _alpha = OptionKinds.Text(
        "--alpha", "LEVEL", "The level of the test; 0.05 when left out");
    private readonly ReplicateOptions _replicates = new("Data sets simulated for each design; 1000 when left out");
    private readonly Option<string> _threads = OptionKinds.Text(
        "--threads", "T", "Threads; 0, the default, for all processors");
    private readonly OutputOptions _output = new("the result", "a table");

    public PowerCommand(CommandConsole console)
        : base("power", "Finds the power of a test by simulation, for numbers and sizes of clusters.")
    {
        Option[] options =
        [
            .. _model.With(_clusters, _clusterSize), _test, _effect, _alpha, .. _replicates.All, _threads,
            _output.Json, _output.Quiet,
        ];
        foreach (Option option in options) Options.Add(option);
        SetAction(parsed => Execute(parsed, console));
    }

    private int Execute(ParseResult parsed, CommandConsole console)
    {
        int[] clusters = WholeNumbers("--clusters", parsed.GetRequiredValue(_clusters), 2, MostClusters);
        int[] sizes = WholeNumbers("--cluster-size", parsed.GetRequiredValue(_clusterSize), 1, MostClusters);
        PowerOptions options = Bind(parsed, console.Cancellation);
        SimulationOptions model = _model.Bind(parsed, clusters[0], sizes[0], seed: 0);
        OutputRequest output = _output.Bind(parsed);
        using var outputs = new OutputSet();
        Stream? file = output.Open(outputs);
        using var progress = new ProgressLine(console, output.Quiet);
        options = options with
        {
            Progress = progress.OfCount("data set", options.Replicates, clusters.Length * sizes.Length),
        };
        IReadOnlyList<PowerResult> results = PowerAnalysis.Run(model, clusters, sizes, options);
        progress.Wipe();
        output.Write(
            outputs, file, console, () => Document(results, options).ToJson(),
            text => WriteTable(results, options, text));
        return ExitCode.Success;
    }

    private PowerOptions Bind(ParseResult parsed, CancellationToken cancellation)
    {
        PowerTest test = parsed.GetValue(_test) is { } name
            ? OptionText.Choice("--test", name, ("wald", PowerTest.Wald), ("variance", PowerTest.VarianceScore))
            : PowerTest.Wald;
        string? effect = parsed.GetValue(_effect);
        if (test == PowerTest.Wald && effect is null)
        {
            throw new InvalidModelOptionException(
                "--effect must name the fixed effect to test, as in --effect x1; or choose --test variance.");
        }

        if (test == PowerTest.VarianceScore && effect is not null)
        {
            throw new InvalidModelOptionException(
                "--effect belongs to --test wald; leave it out, for --test variance is of the random effects.");
        }

        int threads = parsed.GetValue(_threads) is { } t ? OptionText.WholeNumber("--threads", t, 0) : 0;
        return new PowerOptions
        {
            Test = test,
            Effect = effect,
            Alpha = parsed.GetValue(_alpha) is { } alpha ? OptionText.Number("--alpha", alpha) : 0.05,
            Replicates = _replicates.Count(parsed, least: 20) ?? 1_000,
            Seed = _replicates.Seed(parsed) ?? 1,
            Fit = new FitOptions { Threads = threads, CancellationToken = cancellation },
        };
    }

    private static void WriteTable(IReadOnlyList<PowerResult> results, PowerOptions options, TextWriter output)
    {
        string what = options.Test == PowerTest.Wald
            ? $"the Wald test of {options.Effect}"
            : "the score test of no variance between clusters";
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"Power of {what} at level {options.Alpha:0.######}, ") +
            string.Create(
                CultureInfo.InvariantCulture, $"{options.Replicates} data sets for each design, seed {options.Seed}"));
        output.WriteLine();
        var table = new TextTable();
        table.Add(["clusters", "rows", "power", $"lower {Percent(options.Level)}", "upper", "failed", "mean estimate"]);
        foreach (PowerResult row in results)
        {
            table.Add(
            [
                row.Clusters.ToString(CultureInfo.InvariantCulture),
                row.ClusterSize.ToString("0.##", CultureInfo.InvariantCulture), NumberFormat.Fixed(row.Power, 3),
                NumberFormat.Fixed(row.Lower, 3), NumberFormat.Fixed(row.Upper, 3),
                row.Failures.ToString(CultureInfo.InvariantCulture),
                NumberFormat.Significant(double.IsNaN(row.MeanEstimate) ? null : row.MeanEstimate, 4),
            ]);
        }

        table.Write(output);
    }

    private static PowerDocument Document(IReadOnlyList<PowerResult> results, PowerOptions options) => new(
        "glmm.power/1", CommandLine.Version, options.Test == PowerTest.Wald ? "wald" : "variance", options.Effect,
        options.Alpha, options.Replicates, options.Seed, options.Level,
        [
            .. results.Select(row => new PowerRow(
                row.Clusters, row.ClusterSize, row.Power, row.Lower, row.Upper, row.Rejections, row.Failures,
                double.IsNaN(row.MeanEstimate) ? null : row.MeanEstimate)),
        ]);

    private static string Percent(double level) => string.Create(CultureInfo.InvariantCulture, $"{100 * level:0.##} %");

    private static int[] WholeNumbers(string option, string text, int least, int most) =>
        [.. text.Split(',').Select(part => OptionText.WholeNumber(option, part.Trim(), least, most))];
}

using System.CommandLine;
using System.Globalization;
using Glmm.Sparse.Simulation;

namespace Glmm.Sparse.Cli;

/// <summary><c>glmm simulate</c>: draws a data set from a model with known parameters.</summary>
internal sealed class SimulateCommand : Command
{
    private readonly Option<string> _family = OptionKinds.Text(
        "--family", "FAMILY",
        "gaussian, binomial, poisson, gamma, inverse-gaussian or negative-binomial", required: true);
    private readonly Option<string> _link = OptionKinds.Text(
        "--link", "LINK", $"{OptionKinds.Links}; when left out {OptionKinds.DefaultLinks}");
    private readonly Option<string> _clusters = OptionKinds.Text(
        "--clusters", "K", "Number of clusters", required: true);
    private readonly Option<string> _clusterSize = OptionKinds.Text(
        "--cluster-size", "N", "Mean rows in a cluster: Poisson, but at least 2", required: true);
    private readonly Option<bool> _fixedSize = new("--fixed-size") { Description = "Exactly N rows in every cluster" };
    private readonly Option<string> _fixed = OptionKinds.Text(
        "--fixed", "B0,B1,...", "Fixed effects: the intercept, x1, x2, ..., and time last", required: true);
    private readonly Option<string> _sd = OptionKinds.Text(
        "--sd", "S0[,S1]",
        "Standard deviation of the random intercept and of the random slope of time", required: true);
    private readonly Option<string> _correlation = OptionKinds.Text(
        "--correlation", "R", "Of random intercept and slope; 0 when left out");
    private readonly Option<string> _dispersion = OptionKinds.Text(
        "--dispersion", "PHI", "For gaussian the residual variance; 1 when left out");
    private readonly Option<string> _theta = OptionKinds.Text("--theta", "NUMBER", "The size of the negative binomial");
    private readonly Option<string> _seed = OptionKinds.Text(
        "--seed", "S", "A whole number of 0 or more; the same seed gives the same data on any machine", required: true);
    private readonly Option<string> _out = OptionKinds.Text(
        "--out", "FILE", "CSV file to write, compressed when it ends in .gz", required: true);

    public SimulateCommand(CommandConsole console)
        : base("simulate", "Simulates a data set with the columns y, x1, x2, ..., time, id.")
    {
        Option[] options =
        [
            _family, _link, _clusters, _clusterSize, _fixedSize, _fixed, _sd, _correlation, _dispersion, _theta, _seed,
            _out,
        ];
        foreach (Option option in options) Options.Add(option);
        SetAction(parsed => Execute(Bind(parsed), parsed.GetRequiredValue(_out), console.Cancellation));
    }

    private SimulationOptions Bind(ParseResult parsed) => new()
    {
        Family = parsed.GetRequiredValue(_family),
        Link = parsed.GetValue(_link),
        Clusters = OptionText.WholeNumber("--clusters", parsed.GetRequiredValue(_clusters), 1),
        ClusterSize = OptionText.WholeNumber("--cluster-size", parsed.GetRequiredValue(_clusterSize), 1, 100_000_000),
        FixedSize = parsed.GetValue(_fixedSize),
        FixedEffects = OptionText.Numbers("--fixed", parsed.GetRequiredValue(_fixed)),
        RandomEffectDeviations = OptionText.Numbers("--sd", parsed.GetRequiredValue(_sd)),
        Correlation = parsed.GetValue(_correlation) is { } r ? OptionText.Number("--correlation", r) : 0,
        Dispersion = parsed.GetValue(_dispersion) is { } phi ? OptionText.Number("--dispersion", phi) : null,
        Theta = parsed.GetValue(_theta) is { } theta ? OptionText.Number("--theta", theta) : null,
        Seed = Seed(parsed.GetRequiredValue(_seed)),
    };

    private static int Execute(SimulationOptions options, string path, CancellationToken cancellation)
    {
        var simulator = new DatasetSimulator(options);
        using var outputs = new OutputSet();
        WriteCsv(simulator, outputs.Open("--out", path), cancellation);
        outputs.Commit();
        return ExitCode.Success;
    }

    private static void WriteCsv(DatasetSimulator simulator, Stream stream, CancellationToken cancellation)
    {
        using var csv = new CsvWriter(stream);
        csv.WriteRow(simulator.ColumnNames);
        SimulatedCluster cluster = simulator.CreateCluster();
        for (int i = 0; i < simulator.Clusters; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            simulator.Draw(i, cluster);
            for (int j = 0; j < cluster.Size; j++)
            {
                csv.Write(cluster.Response[j]);
                for (int c = 0; c < simulator.CovariateCount; c++) csv.Write(cluster.Covariate(c)[j]);
                csv.Write(cluster.Time[j]);
                csv.Write(i + 1);
                csv.EndRow();
            }
        }
    }

    private static ulong Seed(string text) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed)
            ? seed
            : throw new InvalidModelOptionException($"--seed must be a whole number of 0 or more, not '{text}'.");
}

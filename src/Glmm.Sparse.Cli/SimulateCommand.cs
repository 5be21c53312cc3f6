using System.CommandLine;
using Glmm.Sparse.Simulation;

namespace Glmm.Sparse.Cli;

/// <summary><c>glmm simulate</c>: draws a data set from a model with known parameters.</summary>
internal sealed class SimulateCommand : Command
{
    private const int ClustersBetweenProgress = 1_000;

    private readonly SimulationModelOptions _model = new();
    private readonly Option<string> _clusters = OptionKinds.Text(
        "--clusters", "K", "Number of clusters", required: true);
    private readonly Option<string> _clusterSize = OptionKinds.Text(
        "--cluster-size", "N", "Mean rows in a cluster: Poisson, but at least 2", required: true);
    private readonly Option<string> _seed = OptionKinds.Text(
        "--seed", "S", "A whole number of 0 or more; the same seed gives the same data on any machine", required: true);
    private readonly Option<string> _out = OptionKinds.Text(
        "--out", "FILE", "CSV file to write, compressed when it ends in .gz", required: true);

    private readonly Option<bool> _quiet = OptionKinds.Quiet;

    public SimulateCommand(CommandConsole console)
        : base("simulate", "Simulates a data set with the columns y, x1, x2, ..., time, id.")
    {
        Option[] options = [.. _model.With(_clusters, _clusterSize), _seed, _out, _quiet];
        foreach (Option option in options) Options.Add(option);
        SetAction(parsed => Execute(
            Bind(parsed), parsed.GetRequiredValue(_out), parsed.GetValue(_quiet), console));
    }

    private SimulationOptions Bind(ParseResult parsed) => _model.Bind(
        parsed, OptionText.WholeNumber("--clusters", parsed.GetRequiredValue(_clusters), 1),
        OptionText.WholeNumber("--cluster-size", parsed.GetRequiredValue(_clusterSize), 1, 100_000_000),
        ReplicateOptions.SeedOf(parsed.GetRequiredValue(_seed)));

    private static int Execute(SimulationOptions options, string path, bool quiet, CommandConsole console)
    {
        var simulator = new DatasetSimulator(options);
        using var outputs = new OutputSet();
        using var progress = new ProgressLine(console, quiet);
        WriteCsv(
            simulator, outputs.Open("--out", path), progress.OfCount("cluster", simulator.Clusters),
            console.Cancellation);
        outputs.Commit();
        return ExitCode.Success;
    }

    private static void WriteCsv(
        DatasetSimulator simulator, Stream stream, IProgress<int>? progress, CancellationToken cancellation)
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

            if ((i + 1) % ClustersBetweenProgress == 0) progress?.Report(i + 1);
        }
    }
}

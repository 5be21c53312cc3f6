using System.Globalization;
using System.Runtime.InteropServices;

namespace Glmm.Sparse.Benchmarks;

/// <summary>Two tables for one file: what it cost, and what came out.</summary>
/// <param name="question">What is compared.</param>
/// <param name="data">The file.</param>
/// <param name="ours">Our runs; the first two are what the others are compared with.</param>
/// <param name="peers">The runs of the peers.</param>
internal sealed class PeerTable(
    PeerQuestion question, PeerData data, IReadOnlyList<PeerRun> ours, IReadOnlyList<PeerRun> peers)
{
    private const string Unknown = "n/a";

    /// <summary>Says on what machine, and how to read what follows.</summary>
    public static void WriteHead(PeerQuestion question, TextWriter output)
    {
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{DateTime.Today:yyyy-MM-dd}: {Processor()}, processors used: {Environment.ProcessorCount}, "
            + $"{RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}."));
        output.WriteLine();
        output.WriteLine(
            $"Differences are from ours, {question.Reference.Name}: of fixed effects in its standard errors, of standard "
            + "deviations relative to it. " + question.Note);
    }

    public void Write(TextWriter output)
    {
        output.WriteLine();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"### {data.Family}, {data.Clusters:N0} clusters, {Rows():N0} rows"));
        output.WriteLine();
        WriteCosts(output);
        output.WriteLine();
        WriteEstimates(output);
        output.WriteLine();
        string[] versions = [.. ours.Concat(peers).Select(static run => run.Version).OfType<string>().Distinct()];
        output.WriteLine($"Versions: {string.Join(", ", versions)}.");
        foreach (PeerRun run in peers)
        {
            foreach (string warning in run.Warnings)
                output.WriteLine($"{run.Name} says: {warning}");
        }
    }

    private static string Processor()
    {
        const string Description = "/proc/cpuinfo"; // on Linux
        const string Model = "model name";
        IEnumerable<string> lines = File.Exists(Description) ? File.ReadLines(Description) : [];
        string? line = lines.FirstOrDefault(static line => line.StartsWith(Model, StringComparison.Ordinal));
        return line?[(line.IndexOf(':') + 1)..].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
    }

    private int Rows() => File.ReadLines(data.Path).Count() - 1;

    private void WriteCosts(TextWriter output)
    {
        output.WriteLine("| | fit | ÷ first row | ÷ second row | peak memory | data passes |");
        output.WriteLine("|---|--:|--:|--:|--:|--:|");
        foreach (PeerRun run in ours.Concat(peers))
        {
            string[] cells = run.Missing is null
                ? [Format.Seconds(run.Seconds), Ratio(run, ours[0]), Ratio(run, ours[1])]
                : [run.Missing, "", ""];
            string memory = run.PeakBytes is long bytes ? Format.Bytes(bytes) : run.Missing is null ? Unknown : "";
            string passes = run.DataPasses?.ToString(CultureInfo.InvariantCulture) ?? "";
            output.WriteLine($"| {run.Name} | {string.Join(" | ", cells)} | {memory} | {passes} |");
        }
    }

    private static string Ratio(PeerRun run, PeerRun reference) => Format.Digits(run.Seconds / reference.Seconds) + "×";

    private void WriteEstimates(TextWriter output)
    {
        PeerEstimates reference = ours[0].Estimates!;
        PeerRun byDefault = ours.First(run => !run.Estimates!.IsSameAs(reference));
        IEnumerable<string> names =
        [
            .. reference.Fixed.Select(static effect => effect.Name),
            .. reference.StandardDeviations.Select(static effect => $"sd {effect.Name}"),
            .. reference.Correlation is null ? (string[])[] : ["correlation"],
        ];
        output.WriteLine($"| | {string.Join(" | ", names)} | φ | fixed differ, SE | sd differ |");
        output.WriteLine("|---" + string.Concat(Enumerable.Repeat("|--:", names.Count() + 3)) + "|");
        WriteEstimates(output, $"ours, {question.Reference.Name}", reference, reference);
        WriteEstimates(output, $"ours, {question.Beside.Name}", byDefault.Estimates!, reference);
        foreach (PeerRun run in peers.Where(static run => run.Estimates is not null))
            WriteEstimates(output, run.Name, run.Estimates!, reference);
    }

    private static void WriteEstimates(TextWriter output, string name, PeerEstimates estimates, PeerEstimates reference)
    {
        IEnumerable<double> values =
        [
            .. estimates.Fixed.Select(static effect => effect.Value),
            .. estimates.StandardDeviations.Select(static effect => effect.Value),
            .. estimates.Correlation is { } correlation ? (double[])[correlation] : [],
            estimates.Dispersion,
        ];
        string cells = string.Join(
            " | ", values.Select(static value => value.ToString("F5", CultureInfo.InvariantCulture)));
        string differences = estimates == reference
            ? " | "
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{estimates.LargestDifference(reference):G2} | {estimates.LargestRelativeDifference(reference):G2}");
        output.WriteLine($"| {name} | {cells} | {differences} |");
    }
}

namespace Glmm.Sparse.Benchmarks;

/// <summary>
/// Ours and the mixed-model packages of R on the same simulated files, one after the other.
/// </summary>
internal sealed class PeerComparison(
    PeerRequest request, TextWriter output, TextWriter log, CancellationToken cancellation)
{
    private const int WrongRequest = 2;

    private const int Cancelled = 130;

    private readonly PeerCommand _command = new(request.Timeout, cancellation);

    /// <summary>Prints the tables of the request.</summary>
    /// <returns>The exit code.</returns>
    public static int Run(ReadOnlySpan<string> arguments, TextWriter output, TextWriter log)
    {
        PeerRequest request;
        try
        {
            request = PeerRequest.Parse(arguments);
        }
        catch (ArgumentException wrong)
        {
            log.WriteLine(wrong.Message);
            return WrongRequest;
        }

        using var cancellation = new CancellationTokenSource();
        Console.CancelKeyPress += (_, pressed) =>
        {
            pressed.Cancel = true; // the processes end and the folder goes before we do
            cancellation.Cancel();
        };
        try
        {
            new PeerComparison(request, output, log, cancellation.Token).Run();
            return 0;
        }
        catch (OperationCanceledException)
        {
            return Cancelled;
        }
    }

    private void Run()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("glmm-peers-");
        try
        {
            PeerTable.WriteHead(request.Question, output);
            foreach (int rows in request.Rows)
            {
                foreach (string family in request.Families)
                {
                    var data = new PeerData(
                        family, rows / PeerData.RowsPerCluster, request.Question.RandomEffects,
                        Path.Combine(folder.FullName, "simulated.csv"));
                    _command.Simulate(data);
                    new PeerTable(request.Question, data, Ours(data), Peers(data)).Write(output);
                }
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>
    /// First the reference of the ratios, as a command and as a library; then the other settings, each in both ways.
    /// </summary>
    private List<PeerRun> Ours(PeerData data)
    {
        int processors = Environment.ProcessorCount;
        PeerEstimator reference = request.Question.Reference;
        PeerSetting[] settings =
        [
            new(reference, processors),
            .. processors == 1 ? (PeerSetting[])[] : [new(reference, 1)],
            new(request.Question.Beside, processors),
        ];
        var library = new PeerLibrary(data);
        var runs = new List<PeerRun>();
        foreach (PeerSetting setting in settings)
        {
            Report(data, $"ours, {setting}");
            PeerRun command = _command.Fit($"`glmm fit`, {setting}", data, setting);
            PeerRun warm = library.Fit($"library, warm, {setting}", setting);
            PeerRun same = setting.Estimator == reference && runs.Count > 0 ? runs[0] : command;
            if (!command.Estimates!.IsSameAs(same.Estimates!) || !warm.Estimates!.IsSameAs(same.Estimates!))
                throw new InvalidOperationException($"Ours gives two answers to one question: {setting}.");
            runs.Add(command);
            runs.Add(warm);
        }

        return runs;
    }

    private List<PeerRun> Peers(PeerData data)
    {
        var runs = new List<PeerRun>();
        foreach (PeerScript peer in request.Peers)
        {
            Report(data, peer.Name);
            runs.Add(peer.Fit(data, request.Timeout, cancellation));
        }

        return runs;
    }

    private void Report(PeerData data, string what) =>
        log.WriteLine($"{DateTime.Now:HH:mm:ss} {data.Family}, {data.Clusters} clusters: {what}");
}

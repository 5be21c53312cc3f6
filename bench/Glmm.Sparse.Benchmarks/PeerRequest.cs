using System.Globalization;

namespace Glmm.Sparse.Benchmarks;

/// <summary>What the command line asks of the comparison.</summary>
internal sealed record PeerRequest
{
    private const int FewestRows = 20 * PeerData.RowsPerCluster;

    public IReadOnlyList<int> Rows { get; private init; } = [10_000, 100_000];

    public IReadOnlyList<string> Families { get; private init; } = ["poisson", "binomial"];

    public PeerQuestion Question { get; private init; } = PeerQuestion.All[0];

    /// <summary>The peers asked for; those of the question when null.</summary>
    private PeerScript[]? PeersAskedFor { get; init; }

    public IReadOnlyList<PeerScript> Peers => PeersAskedFor ?? [.. Question.PeerKeys.Select(Peer)];

    /// <summary>The most time for one process.</summary>
    public TimeSpan Timeout { get; private init; } = TimeSpan.FromSeconds(600);

    /// <summary>Reads `--method`, `--rows`, `--families`, `--peers` and `--timeout`, each followed by its values.</summary>
    /// <exception cref="ArgumentException">Something else is asked for; the message says what.</exception>
    public static PeerRequest Parse(ReadOnlySpan<string> arguments)
    {
        var request = new PeerRequest();
        for (int i = 0; i < arguments.Length; i += 2)
        {
            if (i + 1 == arguments.Length)
                throw new ArgumentException($"{arguments[i]} needs a value.");
            string value = arguments[i + 1];
            request = arguments[i] switch
            {
                "--method" => request with { Question = QuestionOf(value) },
                "--rows" => request with { Rows = Each(value, static text => Number(text, FewestRows)) },
                "--families" => request with
                {
                    Families = Each(value, static text => text is "poisson" or "binomial"
                        ? text
                        : throw new ArgumentException($"There is no family '{text}'; use poisson or binomial.")),
                },
                "--peers" => request with { PeersAskedFor = Each(value, Peer) },
                "--timeout" => request with { Timeout = TimeSpan.FromSeconds(Number(value, 1)) },
                _ => throw new ArgumentException(
                    $"There is no option '{arguments[i]}'; use --method, --rows, --families, --peers or --timeout."),
            };
        }

        return request;
    }

    private static T[] Each<T>(string values, Func<string, T> parse) =>
        [.. values.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(parse)];

    private static int Number(string text, int least) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least
            ? number
            : throw new ArgumentException($"'{text}' is not a whole number of at least {least}.");

    private static PeerQuestion QuestionOf(string key) =>
        PeerQuestion.All.FirstOrDefault(question => question.Key == key) ?? throw new ArgumentException(
            $"There is no method '{key}'; use {string.Join(", ", PeerQuestion.All.Select(static question => question.Key))}.");

    private static PeerScript Peer(string key) =>
        PeerScript.All.FirstOrDefault(peer => peer.Key == key) ?? throw new ArgumentException(
            $"There is no peer '{key}'; use {string.Join(", ", PeerScript.All.Select(static peer => peer.Key))}.");
}

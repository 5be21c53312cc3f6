using System.CommandLine;
using System.Globalization;

namespace Glmm.Sparse.Cli;

/// <summary>The options of work that is done over and over with chance; the same for every command that does.</summary>
/// <param name="what">What is made, such as <c>Data sets simulated and refitted; 2000 when left out</c>.</param>
internal sealed class ReplicateOptions(string what)
{
    private const int Most = 100_000_000;

    private readonly Option<string> _replicates = OptionKinds.Text("--replicates", "R", what);
    private readonly Option<string> _seed = OptionKinds.Text(
        "--seed", "S", "A whole number of 0 or more; 1 when left out. The same seed gives the same result");

    /// <summary>The options, in the order of the help.</summary>
    public IReadOnlyList<Option> All => [_replicates, _seed];

    /// <summary>The number of replicates, or null where it was left out.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="least">The fewest.</param>
    public int? Count(ParseResult parsed, int least) => parsed.GetValue(_replicates) is { } count
        ? OptionText.WholeNumber("--replicates", count, least, Most)
        : null;

    /// <summary>The seed, or null where it was left out.</summary>
    public ulong? Seed(ParseResult parsed) => parsed.GetValue(_seed) is { } seed ? SeedOf(seed) : null;

    /// <summary>A seed.</summary>
    /// <param name="text">Its text.</param>
    /// <exception cref="InvalidModelOptionException">It is no whole number of 0 or more.</exception>
    public static ulong SeedOf(string text) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed)
            ? seed
            : throw new InvalidModelOptionException($"--seed must be a whole number of 0 or more, not '{text}'.");
}

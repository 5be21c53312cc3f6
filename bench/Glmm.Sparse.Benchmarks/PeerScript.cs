using System.ComponentModel;
using System.Globalization;

namespace Glmm.Sparse.Benchmarks;

/// <summary>A peer in R: a script of bench/peers, run in a process of its own.</summary>
/// <param name="Key">Its name on the command line.</param>
/// <param name="Name">Its name in the table.</param>
/// <param name="FileName">The script.</param>
/// <param name="Variant">The script's last argument, if any.</param>
internal sealed record PeerScript(string Key, string Name, string FileName, params string[] Variant)
{
    private const string Missing = "not installed";

    public static IReadOnlyList<PeerScript> All { get; } =
    [
        new("glmmPQL", "MASS::glmmPQL", "glmmPQL.R"),
        new("glmmPQL-tight", "MASS::glmmPQL, tightened", "glmmPQL.R", "tight"),
        new("glmer0", "lme4::glmer, nAGQ = 0", "glmer.R", "0"),
        new("glmer1", "lme4::glmer, nAGQ = 1", "glmer.R", "1"),
        new("glmer7", "lme4::glmer, nAGQ = 7", "glmer.R", "7"),
        new("glmmTMB", "glmmTMB", "glmmTMB.R"),
    ];

    /// <summary>Fits, once.</summary>
    public PeerRun Fit(PeerData data, TimeSpan timeout, CancellationToken cancellation)
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "peers");
        PeerProcess process;
        try
        {
            process = PeerProcess.Run(
                "Rscript", [FileName, data.Path, data.Family, data.RandomEffects, .. Variant], folder, timeout, cancellation);
        }
        catch (Win32Exception)
        {
            return new PeerRun(Name) { Missing = Missing }; // R itself
        }

        if (process.TimedOut)
        {
            string limit = string.Create(CultureInfo.InvariantCulture, $"> {timeout.TotalSeconds} s");
            return new PeerRun(Name) { Missing = limit, PeakBytes = process.PeakBytes };
        }

        return process.ExitCode == 0
            ? Parse(process)
            : new PeerRun(Name) { Missing = "failed", PeakBytes = process.PeakBytes, Warnings = [process.Errors.ReplaceLineEndings(" ").Trim()] };
    }

    /// <summary>Lines of `key TAB value`; keys of named values are `fixed:name` and `sd:name`.</summary>
    private PeerRun Parse(PeerProcess process)
    {
        ILookup<string, string> values = process.Output.Split('\n')
            .Select(static line => line.Split('\t', 2))
            .Where(static pair => pair.Length == 2)
            .ToLookup(static pair => pair[0], static pair => pair[1].TrimEnd());
        if (values.Contains("missing"))
            return new PeerRun(Name) { Missing = Missing };

        return new PeerRun(Name)
        {
            Seconds = Number(values["seconds"].Single()),
            PeakBytes = process.PeakBytes,
            Version = $"{values["version"].Single()} on R {values["R"].Single()}",
            Warnings = [.. values["warning"]],
            Estimates = new PeerEstimates
            {
                Fixed = Named("fixed:"),
                StandardDeviations = Named("sd:"),
                Correlation = values["correlation"].Select(static text => (double?)Number(text)).SingleOrDefault(),
                Dispersion = Number(values["dispersion"].Single()),
            },
        };

        (string Name, double Value)[] Named(string prefix) =>
        [
            .. values.Where(group => group.Key.StartsWith(prefix, StringComparison.Ordinal))
                .Select(group => (group.Key[prefix.Length..], Number(group.Single()))),
        ];
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}

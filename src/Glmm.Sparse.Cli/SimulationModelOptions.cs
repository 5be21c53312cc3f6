using System.CommandLine;
using Glmm.Sparse.Simulation;

namespace Glmm.Sparse.Cli;

/// <summary>The options of a model with known parameters, which <c>simulate</c> and <c>power</c> share.</summary>
internal sealed class SimulationModelOptions
{
    private readonly Option<string> _family = OptionKinds.Choice(
        "--family", "FAMILY",
        "gaussian, binomial, poisson, gamma, inverse-gaussian or negative-binomial",
        ["gaussian", "binomial", "poisson", "gamma", "inverse-gaussian", "negative-binomial"], required: true);
    private readonly Option<string> _link = OptionKinds.Choice(
        "--link", "LINK", $"{OptionKinds.Links}; when left out {OptionKinds.DefaultLinks}",
        OptionKinds.LinkNames);
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

    /// <summary>The options, with those of numbers and sizes of clusters in their place.</summary>
    /// <param name="clusters">Of the number of clusters.</param>
    /// <param name="clusterSize">Of their size.</param>
    public Option[] With(Option clusters, Option clusterSize) =>
        [_family, _link, clusters, clusterSize, _fixedSize, _fixed, _sd, _correlation, _dispersion, _theta];

    /// <summary>The model.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="clusters">Number of clusters.</param>
    /// <param name="size">Their size.</param>
    /// <param name="seed">The seed.</param>
    /// <exception cref="InvalidModelOptionException">A value is wrong.</exception>
    public SimulationOptions Bind(ParseResult parsed, int clusters, int size, ulong seed) => new()
    {
        Family = parsed.GetRequiredValue(_family),
        Link = parsed.GetValue(_link),
        Clusters = clusters,
        ClusterSize = size,
        FixedSize = parsed.GetValue(_fixedSize),
        FixedEffects = OptionText.Numbers("--fixed", parsed.GetRequiredValue(_fixed)),
        RandomEffectDeviations = OptionText.Numbers("--sd", parsed.GetRequiredValue(_sd)),
        Correlation = parsed.GetValue(_correlation) is { } r ? OptionText.Number("--correlation", r) : 0,
        Dispersion = parsed.GetValue(_dispersion) is { } phi ? OptionText.Number("--dispersion", phi) : null,
        Theta = parsed.GetValue(_theta) is { } theta ? OptionText.Number("--theta", theta) : null,
        Seed = seed,
    };
}

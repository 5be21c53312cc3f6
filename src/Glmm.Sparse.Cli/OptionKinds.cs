using System.CommandLine;

namespace Glmm.Sparse.Cli;

/// <summary>Makes the options of the commands. All are text to the parser, so that each message is ours.</summary>
internal static class OptionKinds
{
    /// <summary>The families.</summary>
    public static readonly string[] Families =
    [
        "gaussian", "binomial", "poisson", "gamma", "inverse-gaussian", "negative-binomial", "negative-binomial-1",
        "beta", "quasi", "quasibinomial", "quasipoisson",
    ];

    /// <summary>The links.</summary>
    public static readonly string[] LinkNames =
        ["identity", "log", "logit", "probit", "cloglog", "cauchit", "inverse", "sqrt", "inverse-square"];

    /// <summary>The names of the links, for descriptions.</summary>
    public const string Links = "identity, log, logit, probit, cloglog, cauchit, inverse, sqrt or inverse-square";

    /// <summary>The families' default links, for descriptions.</summary>
    public const string DefaultLinks =
        "identity (gaussian, quasi), logit (binomial, quasibinomial, beta), log (poisson, quasipoisson, "
        + "negative-binomial, negative-binomial-1), inverse (gamma) or inverse-square (inverse-gaussian)";

    /// <summary>The coverage of intervals, made anew for each command.</summary>
    public static Option<string> Level =>
        Text("--level", "P", "Probability that an interval covers, 0.95 when left out");

    /// <summary>Whether progress is shown, made anew for each command.</summary>
    public static Option<bool> Quiet => new("--quiet") { Description = "Show no progress" };

    /// <summary>An option with one value.</summary>
    public static Option<string> Text(string name, string value, string description, bool required = false) =>
        new(name) { HelpName = value, Description = description, Required = required };

    /// <summary>An option whose value is one of some names, which the shell completes.</summary>
    public static Option<string> Choice(
        string name, string value, string description, string[] choices, bool required = false)
    {
        Option<string> option = Text(name, value, description, required);
        option.CompletionSources.Add(choices);
        return option;
    }

    /// <summary>An option that may be given again and again, with one value each time.</summary>
    public static Option<string[]> Repeated(string name, string value, string description) => new(name)
    {
        HelpName = value,
        Description = description,
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
    };
}

using System.CommandLine;
using System.Globalization;
using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Formula;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Cli;

/// <summary>The options that say which model is fitted and how; the same for every command that fits one.</summary>
internal sealed class ModelOptions
{
    private readonly Option<string> _formula = OptionKinds.Text(
        "--formula", "FORMULA", "The model in lme4's notation, such as \"y ~ x + (1 + t | id)\"", required: true);
    private readonly Option<string> _family = OptionKinds.Text(
        "--family", "FAMILY", "gaussian, binomial, poisson, gamma, inverse-gaussian, negative-binomial, "
        + "negative-binomial-1, beta, quasi, quasibinomial or quasipoisson", required: true);
    private readonly Option<string> _link = OptionKinds.Text(
        "--link", "LINK", $"{OptionKinds.Links}; when left out {OptionKinds.DefaultLinks}");
    private readonly Option<string> _method = OptionKinds.Text(
        "--method", "METHOD",
        "pql (penalised quasi-likelihood, the default), mql (marginal quasi-likelihood), laplace (maximum likelihood "
        + "by the Laplace approximation) or aghq (maximum likelihood by adaptive Gauss-Hermite quadrature)");
    private readonly Option<string> _criterion = OptionKinds.Text(
        "--criterion", "CRITERION", "reml (the default of pql and mql) or ml (the only one of laplace and aghq)");
    private readonly Option<string> _dispersion = OptionKinds.Text(
        "--dispersion", "fixed|estimated|NUMBER",
        "The dispersion: fixed at 1, estimated, or held at a number; when left out fixed "
        + "for binomial, poisson, the negative binomials and beta, which laplace and aghq fit with no other, and "
        + "estimated for all others");
    private readonly Option<string> _weights = OptionKinds.Text(
        "--weights", "COLUMN", "Prior weights; for a binomial proportion its number of trials");
    private readonly Option<string> _frequencies = OptionKinds.Text(
        "--frequency-weights", "COLUMN", "How many equal rows each row stands for");
    private readonly Option<string> _sampling = OptionKinds.Text(
        "--sampling-weights", "COLUMN",
        "Reciprocal of each row's probability to be sampled within its cluster, whose weights are scaled to add up to "
        + "its rows; gives sandwich standard errors (pql, mql)");
    private readonly Option<string> _offset = OptionKinds.Text("--offset", "COLUMN", "Added to the linear predictor");
    private readonly Option<string[]> _reference = OptionKinds.Repeated(
        "--reference", "FACTOR=LEVEL", "The level that a factor's others are compared with; may be repeated");
    private readonly Option<string[]> _levels = OptionKinds.Repeated(
        "--levels", "FACTOR=A,B,C", "All levels of a factor, the reference first (makes a numeric column a factor); a "
        + "level with a comma goes in double quotes; may be repeated");
    private readonly Option<string> _covariance = OptionKinds.Text(
        "--covariance", "STRUCTURE", "Of each random-effect term: unstructured (the default), diagonal, identity or "
        + "compound-symmetry");
    private readonly Option<string> _theta = OptionKinds.Text(
        "--theta", "NUMBER|estimated",
        "The shape of the family: the size theta of negative-binomial, variance mu + mu^2/theta; phi of "
        + "negative-binomial-1, variance mu (1 + phi); the precision of beta, variance mu (1 - mu)/(1 + precision). "
        + "Estimated when left out, by laplace or aghq; pql and mql need a number and fit negative-binomial only");
    private readonly Option<string> _nodes = OptionKinds.Text(
        "--nodes", "Q", "Quadrature nodes for each random effect, aghq only; "
        + $"{FitOptions.Default.Nodes} when left out");
    private readonly Option<string> _order = OptionKinds.Text(
        "--order", "1|2",
        "Order of pql and mql: the second removes most of their bias and takes several times as long; it needs a "
        + "dispersion that is held. 1 when left out");
    private readonly Option<string> _curvature = OptionKinds.Text(
        "--curvature", "expected|observed",
        "The information that laplace takes for the curvature at the modes, and aghq for the spread of its nodes: "
        + "expected as in lme4, or observed as in glmmTMB; the same for a canonical link. When left out observed where "
        + "a dispersion or shape is estimated, else expected");
    private readonly Option<string> _threads = OptionKinds.Text(
        "--threads", "N", "Threads to use, all processors when left out; the result is the same for any number");
    private readonly Option<string> _maxIterations = OptionKinds.Text(
        "--max-iterations", "N", "Most iterations tried");
    private readonly Option<string> _tolerance = OptionKinds.Text(
        "--tolerance", "T", "Converged when the next step, in standard errors, is below T");

    /// <summary>The options, in the order of the help.</summary>
    public IReadOnlyList<Option> All =>
    [
        _formula, _family, _link, _method, _criterion, _dispersion, _weights, _frequencies, _sampling, _offset,
        _reference, _levels, _covariance, _theta, _order, _nodes, _curvature, _threads, _maxIterations, _tolerance,
    ];

    /// <summary>The model that was asked for, checked as far as it can be without the data.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="method">The method where none is named.</param>
    /// <exception cref="InvalidModelOptionException">An option is wrong, or two do not go together.</exception>
    public ModelRequest Bind(ParseResult parsed, EstimationMethod method = EstimationMethod.Pql)
    {
        if (parsed.GetValue(_method) is { } name)
        {
            method = OptionText.Choice(
                "--method", name, ("pql", EstimationMethod.Pql), ("mql", EstimationMethod.Mql),
                ("laplace", EstimationMethod.Laplace), ("aghq", EstimationMethod.Aghq));
        }

        FitOptions options = BindOptions(parsed, method);
        ModelFrameOptions frameOptions = BindFrameOptions(parsed);
        Family family = FamilyChoice.Make(parsed.GetRequiredValue(_family), parsed.GetValue(_theta));
        MethodRules.Require(method, family, options);
        string? link = parsed.GetValue(_link);
        return new ModelRequest
        {
            Formula = parsed.GetRequiredValue(_formula),
            Family = family,
            Link = link is null ? null : FamilyChoice.LinkOf(link),
            Method = method,
            Options = options,
            FrameOptions = frameOptions,
        };
    }

    private FitOptions BindOptions(ParseResult parsed, EstimationMethod method)
    {
        FitOptions options = FitOptions.Default;
        if (parsed.GetValue(_criterion) is { } criterion)
        {
            options = options with
            {
                Criterion = OptionText.Choice(
                    "--criterion", criterion, ("reml", EstimationCriterion.Reml), ("ml", EstimationCriterion.Ml)),
            };
        }

        if (parsed.GetValue(_dispersion) is { } dispersion)
            options = options with { Dispersion = Dispersion(dispersion) };
        if (parsed.GetValue(_order) is { } order)
            options = options with { Order = Order(order, method) };
        if (parsed.GetValue(_nodes) is { } nodes)
            options = options with { Nodes = Nodes(nodes, method) };
        if (parsed.GetValue(_curvature) is { } curvature)
            options = options with { Curvature = CurvatureOf(curvature, method) };
        if (parsed.GetValue(_threads) is { } threads)
            options = options with { Threads = OptionText.WholeNumber("--threads", threads, 1, 1024) };
        if (parsed.GetValue(_maxIterations) is { } most)
            options = options with { MaxIterations = OptionText.WholeNumber("--max-iterations", most, 1) };
        if (parsed.GetValue(_tolerance) is { } tolerance)
            options = options with { Tolerance = Tolerance(tolerance) };
        return options;
    }

    private ModelFrameOptions BindFrameOptions(ParseResult parsed) => new()
    {
        Weights = parsed.GetValue(_weights),
        Frequencies = parsed.GetValue(_frequencies),
        SamplingWeights = parsed.GetValue(_sampling),
        Offset = parsed.GetValue(_offset),
        References = OptionText.Pairs("--reference", parsed.GetValue(_reference) ?? []),
        Levels = OptionText.Pairs("--levels", parsed.GetValue(_levels) ?? []).ToDictionary(
            static pair => pair.Key, static pair => OptionText.Levels("--levels", pair.Key, pair.Value)),
        Covariance = OptionText.Choice(
            "--covariance",
            parsed.GetValue(_covariance) ?? "unstructured",
            ("unstructured", CovarianceKind.Unstructured),
            ("diagonal", CovarianceKind.Diagonal),
            ("identity", CovarianceKind.Identity),
            ("compound-symmetry", CovarianceKind.CompoundSymmetry)),
        RowOrder = RowOrder.Canonical,
    };

    private static int Order(string text, EstimationMethod method) => MethodRules.HasLikelihood(method)
        ? throw new InvalidModelOptionException(
            "--order belongs to methods pql and mql; use one of them or leave it out.")
        : OptionText.WholeNumber("--order", text, 1, 2);

    private static int Nodes(string text, EstimationMethod method) => method == EstimationMethod.Aghq
        ? OptionText.WholeNumber("--nodes", text, 1, 100)
        : throw new InvalidModelOptionException("--nodes belongs to method aghq; use --method aghq or leave it out.");

    private static Curvature CurvatureOf(string text, EstimationMethod method) => MethodRules.HasLikelihood(method)
        ? OptionText.Choice(
            "--curvature", text, ("expected", Curvature.Expected), ("observed", Curvature.Observed))
        : throw new InvalidModelOptionException(
            "--curvature belongs to methods laplace and aghq; use one of them or leave it out.");

    private static DispersionOption Dispersion(string text) => text switch
    {
        "fixed" => DispersionOption.Fixed(),
        "estimated" => DispersionOption.Estimated,
        _ when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _) =>
            DispersionOption.Fixed(OptionText.Number("--dispersion", text)),
        _ => throw new InvalidModelOptionException(
            $"--dispersion cannot be '{text}'; use fixed, estimated or a number above 0."),
    };

    private static double Tolerance(string text)
    {
        double tolerance = OptionText.Number("--tolerance", text);
        return tolerance is > 0 and < 1
            ? tolerance
            : throw new InvalidModelOptionException($"--tolerance must lie between 0 and 1, not '{text}'.");
    }
}

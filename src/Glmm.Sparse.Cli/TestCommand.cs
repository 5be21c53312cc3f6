using System.CommandLine;
using Glmm.Sparse.Resampling;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Cli;

/// <summary><c>glmm test</c>: the options and how they become one of its tests.</summary>
internal sealed class TestCommand : Command
{
    private readonly Option<string> _saved = OptionKinds.Text(
        "--model", "MODEL", "A model that glmm fit --save wrote (laplace or aghq), to compare with --against");
    private readonly Option<string> _against = OptionKinds.Text(
        "--against", "MODEL|FORMULA",
        "The other model of a likelihood-ratio test, one of the two being a special case of the other: a file beside "
        + "--model, a formula beside --formula");
    private readonly DataOptions _data = new();
    private readonly ModelOptions _model = new();
    private readonly Option<string> _component = OptionKinds.Text(
        "--component", "NAME", "Show this variance component alone");
    private readonly Option<string[]> _add = OptionKinds.Repeated(
        "--add", "TERM", "Score test of a fixed effect that the formula has not, its model not fitted (pql); may be "
        + "repeated");
    private readonly ReplicateOptions _replicates = new(
        "Simulate the distribution of the likelihood ratio by so many data sets, 19 or more, too: for few clusters");
    private readonly OutputOptions _output = new("the test", "a table");

    public TestCommand(CommandConsole console)
        : base("test", "Tests random effects and fixed effects: score tests, and likelihood ratios of two models.")
    {
        Option[] options =
        [
            _saved, _against, .. _data.All, .. _model.All, _component, _add, .. _replicates.All, _output.Json,
            _output.Quiet,
        ];
        foreach (Option option in options)
        {
            // What is needed depends on the test.
            option.Required = false;
            Options.Add(option);
        }

        SetAction(parsed => Execute(parsed, console));
    }

    private int Execute(ParseResult parsed, CommandConsole console)
    {
        OutputRequest output = _output.Bind(parsed);
        string? against = parsed.GetValue(_against);
        if (parsed.GetValue(_saved) is { } saved)
        {
            Require(against is not null, "--against", "it names the model that --model is compared with");
            RefuseBesideModel(parsed);
            return TestRun.CompareSaved(saved, against!, output, console);
        }

        foreach (Option option in _data.All.Take(1).Concat(_model.All.Take(1)).Concat([_model.All[1]]))
        {
            Require(
                parsed.GetResult(option) is not null, option.Name,
                "or compare two saved models with --model and --against");
        }

        TestRequest request = Bind(parsed, against, output);
        return against is not null ? TestRun.CompareFormulas(request, against, console)
            : request.Added.Count > 0 ? TestRun.TestAdded(request, console)
            : TestRun.TestVariance(request, console);
    }

    private TestRequest Bind(ParseResult parsed, string? against, OutputRequest output)
    {
        string[] added = parsed.GetValue(_add) ?? [];
        string? component = parsed.GetValue(_component);
        int? replicates = _replicates.Count(parsed, least: 19);
        RefuseTogether(against is not null && added.Length > 0, "--add", "--against");
        RefuseTogether(against is not null && component is not null, "--component", "--against");
        RefuseTogether(component is not null && added.Length > 0, "--component", "--add");
        bool simulates = replicates is not null || _replicates.Seed(parsed) is not null;
        if (simulates && against is null)
        {
            throw new InvalidModelOptionException(
                "--replicates and --seed belong to a likelihood-ratio test; name the other model with --against, or "
                + "leave them out.");
        }

        ModelRequest model = _model.Bind(
            parsed, against is null ? EstimationMethod.Pql : EstimationMethod.Laplace);
        RequireMethod(model, against is not null);
        return new TestRequest
        {
            Data = _data.Bind(parsed),
            Model = model,
            Component = component,
            Added = added,
            Simulation = replicates is { } count
                ? new BootstrapLikelihoodRatioOptions { Replicates = count, Seed = _replicates.Seed(parsed) ?? 1 }
                : null,
            Output = output,
        };
    }

    private static void RequireMethod(ModelRequest model, bool isRatio)
    {
        string name = ContractNames.Of(model.Method);
        if (isRatio && !MethodRules.HasLikelihood(model.Method))
        {
            throw new InvalidModelOptionException(
                $"--method {name} maximises no likelihood, so there is no ratio to test; use --method laplace or aghq, "
                + "or leave --method out.");
        }

        if (!isRatio && (model.Method != EstimationMethod.Pql || model.Options.Order != 1))
        {
            throw new InvalidModelOptionException(
                "A score test rests on first-order pql or on no mixed model at all; leave --method and --order out, "
                + "or compare two models with --against.");
        }
    }

    private void RefuseBesideModel(ParseResult parsed)
    {
        IEnumerable<Option> others = [.. _data.All, .. _model.All, _component, _add, .. _replicates.All];
        if (others.FirstOrDefault(option => parsed.GetResult(option) is not null) is { } other)
        {
            throw new InvalidModelOptionException(
                $"{other.Name} does not go with --model, whose file says all that is compared; leave one of them out.");
        }
    }

    private static void RefuseTogether(bool both, string one, string other)
    {
        if (both)
        {
            throw new InvalidModelOptionException(
                $"{one} and {other} ask for different tests; leave one of them out.");
        }
    }

    private static void Require(bool isGiven, string option, string why)
    {
        if (!isGiven)
            throw new InvalidModelOptionException($"Option '{option}' is required: {why}; see 'glmm test --help'.");
    }
}

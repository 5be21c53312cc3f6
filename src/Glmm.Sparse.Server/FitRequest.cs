using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Formula;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Server;

/// <summary>A request for a fit, checked as far as it can be without the data. Immutable.</summary>
internal sealed record FitRequest
{
    public required string ModelName { get; init; }
    public required ModelFormula Formula { get; init; }
    public required Family Family { get; init; }
    public required Link? Link { get; init; }
    public required EstimationMethod Method { get; init; }
    public required FitOptions Options { get; init; }
    public required ModelFrameOptions FrameOptions { get; init; }
    public required FitData Data { get; init; }
    public required bool WithoutClusters { get; init; }

    /// <summary>Checks a body.</summary>
    /// <exception cref="RequestException">A choice is none.</exception>
    /// <exception cref="GlmmException">The formula, family or link is wrong.</exception>
    public static FitRequest Of(FitBody body, ServerSettings settings)
    {
        int threads = body.Threads ?? settings.ThreadsPerFit;
        bool most = settings.ThreadsPerFit == 0;
        if (threads < 0 || (!most && (threads == 0 || threads > settings.ThreadsPerFit)))
        {
            throw RequestException.Bad(
                $"The option 'threads' must be from 1 to {settings.ThreadsPerFit} on this server.");
        }

        FitOptions options = FitOptions.Default with
        {
            Criterion = body.Criterion is { } criterion
                ? Choice("criterion", criterion, ("reml", EstimationCriterion.Reml), ("ml", EstimationCriterion.Ml))
                : null,
            Dispersion = body.Dispersion is { } held ? DispersionOption.Fixed(held) : DispersionOption.FamilyDefault,
            Order = body.Order ?? FitOptions.Default.Order,
            Nodes = body.Nodes ?? FitOptions.Default.Nodes,
            MaxIterations = body.MaxIterations ?? FitOptions.Default.MaxIterations,
            Tolerance = body.Tolerance ?? FitOptions.Default.Tolerance,
            Threads = threads,
        };
        return new FitRequest
        {
            ModelName = Server.ModelName.Check(body.Name),
            Formula = ModelFormula.Parse(body.Formula),
            Family = MakeFamily(body.Family, body.Theta),
            Link = body.Link is { } link ? Link.Parse(link) : null,
            Method = Choice(
                "method", body.Method ?? "pql", ("pql", EstimationMethod.Pql), ("mql", EstimationMethod.Mql),
                ("laplace", EstimationMethod.Laplace), ("aghq", EstimationMethod.Aghq)),
            Options = options,
            FrameOptions = new ModelFrameOptions
            {
                Weights = body.Weights,
                Frequencies = body.FrequencyWeights,
                Offset = body.Offset,
                References = body.References ?? [],
                RowOrder = RowOrder.Canonical,
                Levels = body.Levels?.ToDictionary(
                    static pair => pair.Key, static pair => (IReadOnlyList<string>)pair.Value) ?? [],
                Covariance = Choice(
                    "covariance", body.Covariance ?? "unstructured", ("unstructured", CovarianceKind.Unstructured),
                    ("diagonal", CovarianceKind.Diagonal), ("identity", CovarianceKind.Identity),
                    ("compound-symmetry", CovarianceKind.CompoundSymmetry)),
            },
            Data = FitData.Of(body.Data, settings),
            WithoutClusters = body.WithoutClusters,
        };
    }

    /// <summary>The family with its one parameter beyond mean and dispersion, whatever the family calls it.</summary>
    private static Family MakeFamily(string name, double? theta)
    {
        var family = Family.Parse(name);
        if (theta is not { } shape) return family;
        if (family.Shape is null)
            throw RequestException.Bad($"Family {name} has no theta; leave it out.");
        if (!double.IsFinite(shape) || shape <= 0) throw RequestException.Bad("The option 'theta' must be above 0.");
        return name switch
        {
            "negative-binomial-1" => Family.NegativeBinomial1(shape),
            "beta" => Family.Beta(shape),
            _ => Family.Parse(name, shape),
        };
    }

    private static T Choice<T>(string option, string word, params ReadOnlySpan<(string Word, T Value)> choices)
    {
        var words = new List<string>();
        foreach ((string choice, T value) in choices)
        {
            if (choice == word) return value;
            words.Add(choice);
        }

        throw RequestException.Bad($"The option '{option}' is one of {string.Join(", ", words)}, not '{word}'.");
    }
}

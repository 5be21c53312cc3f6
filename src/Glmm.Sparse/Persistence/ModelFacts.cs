using Glmm.Sparse.Model;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Persistence;

/// <summary>How a model came about, for people: nothing is computed from it. Immutable.</summary>
public sealed record ModelFacts
{
    /// <summary>What fitted the model, such as <c>Glmm.Sparse 0.1.0</c>.</summary>
    public required string Producer { get; init; }

    /// <summary>REML or ML.</summary>
    public required EstimationCriterion Criterion { get; init; }

    /// <summary>Rows that it was fitted to.</summary>
    public required int Observations { get; init; }

    /// <summary>Clusters among them.</summary>
    public required int Clusters { get; init; }

    /// <summary>How the fit ended.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>What went wrong and what to do, or null.</summary>
    public required string? Message { get; init; }

    /// <summary>The structure of D, such as <c>unstructured</c>.</summary>
    public required string Structure { get; init; }

    /// <summary>D̂ is singular.</summary>
    public required bool Singular { get; init; }

    /// <summary>φ was estimated.</summary>
    public required bool DispersionEstimated { get; init; }

    /// <summary>Σ d, not divided by φ.</summary>
    public required double Deviance { get; init; }

    /// <summary>The log-likelihood, or null where the method maximises none.</summary>
    public required double? LogLikelihood { get; init; }

    /// <summary>Parameters that it counts, or null.</summary>
    public required int? Parameters { get; init; }

    /// <summary>Quadrature nodes for each random effect, 1 for the Laplace approximation; null where the method has
    /// none, and in files that do not say.</summary>
    public int? Nodes { get; init; }

    /// <summary>Order of the approximation of PQL and MQL, 1 for the others.</summary>
    public int Order { get; init; } = 1;

    /// <summary>The curvature at the modes was the observed information, not the expected.</summary>
    public bool ObservedCurvature { get; init; }

    /// <summary>The column of frequencies; null for none, and in files that do not say.</summary>
    public string? FrequencyWeights { get; init; }

    /// <summary>The column of sampling weights; null for none, and in files that do not say.</summary>
    public string? SamplingWeights { get; init; }

    /// <summary>The fit has converged; on the boundary, too.</summary>
    public bool Converged => Verdict is Verdict.Converged or Verdict.Boundary;

    internal static ModelFacts Of(GlmmFit fit, ClusteredDesign design)
    {
        var likelihood = fit as LikelihoodFit;
        return new ModelFacts
        {
            Producer = $"Glmm.Sparse {typeof(ModelFacts).Assembly.GetName().Version!.ToString(3)}",
            Criterion = fit.Criterion,
            Observations = fit.Observations,
            Clusters = fit.GroupCount,
            Verdict = fit.Verdict,
            Message = fit.Message,
            Structure = design.Covariance.Name,
            Singular = fit.Singular,
            DispersionEstimated = fit.DispersionEstimated,
            Deviance = fit.Deviance,
            LogLikelihood = likelihood?.LogLikelihood,
            Parameters = likelihood?.ParameterCount,
            Order = fit.Order,
            Nodes = likelihood?.Nodes,
            ObservedCurvature = likelihood is { HasObservedCurvature: true },
            FrequencyWeights = design.Frequencies?.Name,
            SamplingWeights = design.HasSamplingWeights ? design.Counts!.Column.Name : null,
        };
    }
}

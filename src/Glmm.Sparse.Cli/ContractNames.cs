using Glmm.Sparse.Formula;
using Glmm.Sparse.Prediction;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Cli;

/// <summary>What the choices and verdicts are called on the command line and in the fit document.</summary>
internal static class ContractNames
{
    public static string Of(EstimationMethod method) => method switch
    {
        EstimationMethod.Pql => "pql",
        EstimationMethod.Mql => "mql",
        EstimationMethod.Laplace => "laplace",
        EstimationMethod.Aghq => "aghq",
        _ => throw NoName(nameof(method), method),
    };

    public static string Of(EstimationCriterion criterion) => criterion switch
    {
        EstimationCriterion.Reml => "reml",
        EstimationCriterion.Ml => "ml",
        _ => throw NoName(nameof(criterion), criterion),
    };

    /// <summary>The information in the curvature of a likelihood.</summary>
    public static string OfCurvature(bool observed) => observed ? "observed" : "expected";

    public static string Of(CovarianceKind structure) => structure switch
    {
        CovarianceKind.Unstructured => "unstructured",
        CovarianceKind.Diagonal => "diagonal",
        CovarianceKind.Identity => "identity",
        CovarianceKind.CompoundSymmetry => "compound-symmetry",
        _ => throw NoName(nameof(structure), structure),
    };

    public static string Of(Verdict verdict) => verdict switch
    {
        Verdict.Converged => "converged",
        Verdict.Boundary => "boundary",
        Verdict.Separated => "separated",
        Verdict.NotIdentified => "not-identified",
        Verdict.Diverged => "diverged",
        Verdict.Stalled => "stalled",
        _ => throw NoName(nameof(verdict), verdict),
    };

    public static string Of(RiskLevel level) => level switch
    {
        RiskLevel.Low => "low",
        RiskLevel.Moderate => "moderate",
        RiskLevel.High => "high",
        _ => throw NoName(nameof(level), level),
    };

    public static string Of(PredictionTarget target) => target switch
    {
        PredictionTarget.LinearPredictor => "linear-predictor",
        PredictionTarget.ConditionalMean => "conditional-mean",
        PredictionTarget.PopulationMean => "population-mean",
        _ => throw NoName(nameof(target), target),
    };

    public static string Of(IntervalKind interval) => interval switch
    {
        IntervalKind.Confidence => "confidence",
        IntervalKind.Prediction => "prediction",
        IntervalKind.None => "none",
        _ => throw NoName(nameof(interval), interval),
    };

    public static string Of(ProfileKind kind) => kind switch
    {
        ProfileKind.FixedEffect => "fixed-effect",
        ProfileKind.StandardDeviation => "standard-deviation",
        ProfileKind.Correlation => "correlation",
        ProfileKind.Dispersion => "dispersion",
        ProfileKind.Shape => "shape",
        _ => throw NoName(nameof(kind), kind),
    };

    private static ArgumentOutOfRangeException NoName<T>(string parameter, T value) =>
        new(parameter, value, $"This {typeof(T).Name} has no name.");
}

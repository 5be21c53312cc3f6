using Glmm.Sparse.Estimation;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Benchmarks;

/// <summary>One of our estimators, as the library and as the command name it.</summary>
/// <param name="Name">Its name in the table.</param>
/// <param name="Method">The method.</param>
/// <param name="Options">The library's options.</param>
/// <param name="Arguments">The same for the command.</param>
internal sealed record PeerEstimator(
    string Name, EstimationMethod Method, FitOptions Options, params string[] Arguments)
{
    /// <summary>What MASS::glmmPQL maximises.</summary>
    public static PeerEstimator LikeGlmmPql { get; } = new(
        "like glmmPQL",
        EstimationMethod.Pql,
        new FitOptions { Criterion = EstimationCriterion.Ml, Dispersion = DispersionOption.Estimated },
        "--criterion", "ml", "--dispersion", "estimated");

    /// <summary>PQL by REML with φ = 1.</summary>
    public static PeerEstimator Pql { get; } = new("PQL, defaults", EstimationMethod.Pql, FitOptions.Default);

    /// <summary>What glmmTMB and glmer with one node maximise.</summary>
    public static PeerEstimator Laplace { get; } = new(
        "Laplace", EstimationMethod.Laplace, FitOptions.Default, "--method", "laplace");

    /// <summary>What glmer with seven nodes maximises.</summary>
    public static PeerEstimator Quadrature { get; } = new(
        "AGHQ, 7 nodes", EstimationMethod.Aghq, new FitOptions { Nodes = 7 }, "--method", "aghq", "--nodes", "7");
}

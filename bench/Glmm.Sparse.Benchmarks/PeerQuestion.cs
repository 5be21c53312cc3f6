namespace Glmm.Sparse.Benchmarks;

/// <summary>What is compared: an estimator of ours with the peers that estimate the same.</summary>
/// <param name="Key">Its name on the command line.</param>
/// <param name="RandomEffects">The random effects of the model, as a formula says it.</param>
/// <param name="Reference">Our estimator; the ratios and differences of the table are from it.</param>
/// <param name="Beside">Another of ours, for comparison.</param>
/// <param name="PeerKeys">The peers.</param>
/// <param name="Note">How to read the peers' differences.</param>
internal sealed record PeerQuestion(
    string Key, string RandomEffects, PeerEstimator Reference, PeerEstimator Beside, string[] PeerKeys, string Note)
{
    public static IReadOnlyList<PeerQuestion> All { get; } =
    [
        new(
            "pql", "1 + time", PeerEstimator.LikeGlmmPql, PeerEstimator.Pql,
            ["glmmPQL", "glmmPQL-tight", "glmer0", "glmer1", "glmmTMB"],
            "glmmPQL stops once a step changes the linear predictor by less than 1e-3 of its length, tightened once by "
            + "less than 1e-8; all others estimate something else."),
        new(
            "laplace", "1 + time", PeerEstimator.Laplace, PeerEstimator.Pql, ["glmmTMB", "glmer1"],
            "All peers maximise the same likelihood; PQL does not."),
        new(
            "aghq", "1", PeerEstimator.Quadrature, PeerEstimator.Pql, ["glmer7"],
            "All peers maximise the same likelihood; PQL does not."),
    ];
}

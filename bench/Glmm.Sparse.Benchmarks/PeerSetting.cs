namespace Glmm.Sparse.Benchmarks;

/// <summary>How ours is run.</summary>
/// <param name="LikeGlmmPql">By ML with the dispersion estimated, as glmmPQL does; else with the defaults.</param>
/// <param name="Threads">Threads to use.</param>
internal sealed record PeerSetting(bool LikeGlmmPql, int Threads)
{
    public override string ToString() =>
        $"{(LikeGlmmPql ? "like glmmPQL" : "defaults")}, {Threads} thread{(Threads == 1 ? "" : "s")}";
}

namespace Glmm.Sparse.Benchmarks;

/// <summary>How ours is run.</summary>
/// <param name="Estimator">The estimator.</param>
/// <param name="Threads">Threads to use.</param>
internal sealed record PeerSetting(PeerEstimator Estimator, int Threads)
{
    public override string ToString() => $"{Estimator.Name}, {Threads} thread{(Threads == 1 ? "" : "s")}";
}

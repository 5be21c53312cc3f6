namespace Glmm.Sparse.Benchmarks;

/// <summary>What a load was answered like.</summary>
/// <param name="Seconds">From the first request to the last answer.</param>
/// <param name="Times">The seconds of every request, in order of size.</param>
internal sealed record LoadResult(double Seconds, double[] Times)
{
    public int Requests => Times.Length;

    /// <summary>The time within which a share of the requests was answered.</summary>
    public double Milliseconds(double share) =>
        1e3 * Times[Math.Clamp((int)Math.Ceiling(share * Times.Length) - 1, 0, Times.Length - 1)];
}

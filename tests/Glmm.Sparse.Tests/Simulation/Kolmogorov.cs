namespace Glmm.Sparse.Tests.Simulation;

/// <summary>The Kolmogorov–Smirnov distance between draws and the distribution they should follow.</summary>
internal static class Kolmogorov
{
    /// <summary>A distance that true draws exceed once in a thousand samples.</summary>
    public static double Bound(int draws) => 1.95 / Math.Sqrt(draws);

    public static double Distance(IEnumerable<double> draws, Func<double, double> distribution)
    {
        double[] sorted = [.. draws.Order()];
        return sorted.Index().Max(draw =>
        {
            double p = distribution(draw.Item);
            return Math.Max(p - (double)draw.Index / sorted.Length, (draw.Index + 1.0) / sorted.Length - p);
        });
    }
}

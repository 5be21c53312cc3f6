using System.Globalization;

namespace Glmm.Sparse.Benchmarks;

/// <summary>A simulated file and the model fitted to it: p = 6 fixed effects, q = 2 random ones.</summary>
/// <param name="Family">poisson or binomial.</param>
/// <param name="Clusters">Number of clusters; rows are about ten times as many.</param>
/// <param name="Path">Where the file is.</param>
internal sealed record PeerData(string Family, int Clusters, string Path)
{
    public const int RowsPerCluster = 10;

    public const string Formula = "y ~ x1 + x2 + x3 + x4 + time + (1 + time | id)";

    /// <summary>The arguments of the command that makes the file.</summary>
    public string[] SimulateArguments =>
    [
        "simulate", "--family", Family, "--clusters", Clusters.ToString(CultureInfo.InvariantCulture),
        "--cluster-size", RowsPerCluster.ToString(CultureInfo.InvariantCulture),
        "--fixed", "0.2,0.3,-0.2,0.1,0.25,-0.4", "--sd", "0.7,0.3", "--correlation", "-0.3", "--seed", "1",
        "--out", Path,
    ];
}

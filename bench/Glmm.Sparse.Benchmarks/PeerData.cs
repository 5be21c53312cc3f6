using System.Globalization;

namespace Glmm.Sparse.Benchmarks;

/// <summary>
/// A simulated file and the model fitted to it: p = 6 fixed effects, random intercepts and, if asked for, slopes of time.
/// </summary>
/// <param name="Family">poisson or binomial.</param>
/// <param name="Clusters">Number of clusters; rows are about ten times as many.</param>
/// <param name="RandomEffects">The random effects as a formula says it, <c>1</c> or <c>1 + time</c>.</param>
/// <param name="Path">Where the file is.</param>
internal sealed record PeerData(string Family, int Clusters, string RandomEffects, string Path)
{
    public const int RowsPerCluster = 10;

    public string Formula => $"y ~ x1 + x2 + x3 + x4 + time + ({RandomEffects} | id)";

    /// <summary>The arguments of the command that makes the file.</summary>
    public string[] SimulateArguments =>
    [
        "simulate", "--family", Family, "--clusters", Clusters.ToString(CultureInfo.InvariantCulture),
        "--cluster-size", RowsPerCluster.ToString(CultureInfo.InvariantCulture),
        "--fixed", "0.2,0.3,-0.2,0.1,0.25,-0.4",
        .. RandomEffects == "1" ? (string[])["--sd", "0.7"] : ["--sd", "0.7,0.3", "--correlation", "-0.3"],
        "--seed", "1", "--out", Path,
    ];
}

using System.Text.Json;
using Glmm.Sparse.Families;
using Glmm.Sparse.Model;

namespace Glmm.Sparse.Tests.Reference;

/// <summary>
/// A maximum of the Laplace log-likelihood (observed curvature) with a parameter beyond the mean, by glmmTMB; made by
/// Reference/peers/fit.R.
/// </summary>
/// <param name="Name">The fit's name.</param>
internal sealed record PeerLikelihood(string Name)
{
    /// <summary>negative-binomial, negative-binomial-1, beta or gamma.</summary>
    internal required string Family { get; init; }

    internal required Link Link { get; init; }

    internal required ClusteredDesign Design { get; init; }

    internal required double[] Alpha { get; init; }

    internal required double[] StandardErrors { get; init; }

    internal required double[,] Covariance { get; init; }

    /// <summary>Standard errors of the elements of D.</summary>
    internal required double[,] CovarianceErrors { get; init; }

    /// <summary>θ, φ or the precision; for gamma the dispersion, 1 over the gamma distribution's shape.</summary>
    internal required double Shape { get; init; }

    internal required double ShapeError { get; init; }

    internal required double LogLikelihood { get; init; }

    public override string ToString() => Name;

    internal static IEnumerable<PeerLikelihood> All() =>
        Directory.GetFiles(Repository.Reference("peers"), "*.json").Order(StringComparer.Ordinal).Select(Read);

    private static PeerLikelihood Read(string path)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path));
        JsonElement fit = document.RootElement;
        string Text(string key) => fit.GetProperty(key).GetString()!;
        return new PeerLikelihood(Text("name"))
        {
            Family = Text("family") switch
            {
                "nbinom2" => "negative-binomial",
                "nbinom1" => "negative-binomial-1",
                "Gamma" => "gamma",
                string name => name,
            },
            Link = Link.Parse(Text("link")),
            Design = ReferenceDesign.Read(Text("design"), Text("structure"), Text("folder")),
            Alpha = JsonNumbers.Array(fit.GetProperty("alpha")),
            StandardErrors = JsonNumbers.Array(fit.GetProperty("se")),
            Covariance = JsonNumbers.Matrix(fit.GetProperty("D")),
            CovarianceErrors = JsonNumbers.Matrix(fit.GetProperty("D_se")),
            Shape = fit.GetProperty("shape").GetDouble(),
            ShapeError = fit.GetProperty("shape_se").GetDouble(),
            LogLikelihood = fit.GetProperty("loglik").GetDouble(),
        };
    }
}

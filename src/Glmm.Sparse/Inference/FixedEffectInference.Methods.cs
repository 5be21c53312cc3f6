using Glmm.Sparse.Model;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Inference;

/// <content>The methods by name: defaults, degrees of freedom, words.</content>
public sealed partial class FixedEffectInference
{
    /// <summary>The table of coefficients, under a line that says where its numbers come from.</summary>
    public override string ToString() => $"Fixed effects: {Description}\n" +
        FixedEffectText.Table(Coefficients, Method == DegreesOfFreedomMethod.Infinite, Level);

    /// <summary>The reference distribution and the covariance in words.</summary>
    internal string Description
    {
        get
        {
            string covariance = Robust is { } kind ? $"cluster-robust {kind}"
                : Method == DegreesOfFreedomMethod.KenwardRoger ? "adjusted" : "of the model";
            string degrees = Method switch
            {
                DegreesOfFreedomMethod.Infinite => "Wald z",
                DegreesOfFreedomMethod.Residual => "t with residual degrees of freedom",
                DegreesOfFreedomMethod.BetweenWithin => "t with between-within degrees of freedom",
                DegreesOfFreedomMethod.Clusters => "t with clusters - 1 degrees of freedom",
                DegreesOfFreedomMethod.Satterthwaite => "t with Satterthwaite's degrees of freedom",
                _ => "t with Kenward-Roger degrees of freedom",
            };
            return $"{degrees}, covariance {covariance}";
        }
    }

    private static DegreesOfFreedomMethod Default(GlmmFit fit, ClusteredDesign design, ClusterRobust? robust) =>
        robust is not null || design.HasSamplingWeights ? DegreesOfFreedomMethod.Clusters
        : fit is not LikelihoodFit && fit.DispersionEstimated ? DegreesOfFreedomMethod.Satterthwaite
        : DegreesOfFreedomMethod.Infinite;

    private static double Degrees(GlmmFit fit, ClusteredDesign design, DegreesOfFreedomMethod method)
    {
        double clusters = RowsIn(design.Clusters).Count(seen => seen), degrees = method switch
        {
            DegreesOfFreedomMethod.Infinite => double.PositiveInfinity,
            DegreesOfFreedomMethod.Residual => fit.Observations - fit.FixedEffects.Count,
            DegreesOfFreedomMethod.Clusters => clusters - 1,
            _ => throw new InvalidModelOptionException($"There is no method {method} for degrees of freedom."),
        };
        if (degrees > 0) return degrees;
        throw new InvalidModelOptionException(
            $"{fit.Observations} rows in {clusters} clusters leave no degrees of freedom by the method {method} " +
            $"with {fit.FixedEffects.Count} fixed effects; use fewer of them.");
    }

    // Codes may have gaps.
    private static bool[] RowsIn(ClusterIndex clusters)
    {
        var seen = new bool[clusters.Count];
        foreach (int code in clusters.Codes.Span) seen[code] = true;
        return seen;
    }
}

using System.Globalization;

namespace Glmm.Sparse.Diagnostics;

/// <summary>What one cluster does to the fixed effects; see <see cref="ClusterInfluence"/>.</summary>
/// <param name="Cluster">Zero-based code of the cluster.</param>
/// <param name="Group">Its label.</param>
/// <param name="Rows">n_i.</param>
/// <param name="Leverage">Σ of its rows' leverages: the parameters that it spends, its random effects among
/// them.</param>
/// <param name="FixedLeverage">tr S⁻¹G_i, its share of the information on the fixed effects; they add up to p.</param>
/// <param name="CooksDistance">(Δα)ᵀS(Δα)/p; infinite where the rest does not determine the fixed effects.</param>
/// <param name="Change">Δα = α̂ without the cluster, less α̂; p.</param>
/// <param name="Dfbetas">(α̂_j − α̂_j without the cluster) over the standard error of α̂_j, p; NaN where the rest does
/// not determine them.</param>
public sealed record ClusterInfluenceRow(
    int Cluster, string Group, int Rows, double Leverage, double FixedLeverage, double CooksDistance,
    IReadOnlyList<double> Change, IReadOnlyList<double> Dfbetas)
{
    /// <summary>The cluster on one line.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Group}: {Rows} rows, leverage {Leverage:G4}, Cook's distance {CooksDistance:G4}");
}

namespace Glmm.Sparse.Inference;

/// <summary>One predicted random effect of one cluster; see <see cref="RandomEffectTable"/>.</summary>
/// <param name="Group">The cluster's label.</param>
/// <param name="Term">The random effect's name.</param>
/// <param name="Estimate">β̂, the conditional mode.</param>
/// <param name="StandardError">Prediction standard error, √Var(β̂ − β): the fixed effects' uncertainty is in.</param>
/// <param name="Lower">Lower end of the interval.</param>
/// <param name="Upper">Upper end of the interval.</param>
/// <param name="Rank">Place among all clusters of the term, 1 for the largest estimate; ties by the clusters'
/// order.</param>
public readonly record struct RandomEffectRow(
    string Group, string Term, double Estimate, double StandardError, double Lower, double Upper, int Rank);

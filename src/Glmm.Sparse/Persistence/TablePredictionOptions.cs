using Glmm.Sparse.Formula;
using Glmm.Sparse.Prediction;

namespace Glmm.Sparse.Persistence;

/// <summary>What to predict for the rows of a table. Immutable; change a copy with <c>with</c>.</summary>
public sealed record TablePredictionOptions
{
    /// <summary>The defaults: conditional means, by the clusters that the model knows, with confidence intervals of
    /// 95 %.</summary>
    public static TablePredictionOptions Default { get; } = new();

    /// <inheritdoc cref="PredictionOptions.Target"/>
    public PredictionTarget Target { get; init; } = PredictionOptions.Default.Target;

    /// <summary>
    /// Take the random effects of clusters that the model knows. If not, every row is one of a cluster never seen, and
    /// the columns of the grouping factor need not be there; population means never need them.
    /// </summary>
    public bool ByCluster { get; init; } = true;

    /// <inheritdoc cref="PredictionOptions.Interval"/>
    public IntervalKind Interval { get; init; } = PredictionOptions.Default.Interval;

    /// <inheritdoc cref="PredictionOptions.Level"/>
    public double Level { get; init; } = PredictionOptions.Default.Level;

    /// <inheritdoc cref="PredictionOptions.NewClusters"/>
    public bool NewClusters { get; init; } = PredictionOptions.Default.NewClusters;

    /// <summary>What becomes of levels of factors that the model never met.</summary>
    public UnseenLevels UnseenLevels { get; init; } = UnseenLevels.Error;

    /// <summary>What becomes of clusters that the model does not know.</summary>
    public UnseenClusters UnseenClusters { get; init; } = UnseenClusters.Population;

    /// <summary>What they ask of each row.</summary>
    internal PredictionOptions Rows => new()
    {
        Target = Target,
        Interval = Interval,
        Level = Level,
        NewClusters = NewClusters,
    };
}

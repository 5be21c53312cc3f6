namespace Glmm.Sparse.Working;

/// <summary>Σ u_iu_iᵀ over the scores of clusters, the meat of a sandwich; additive. Not thread-safe.</summary>
/// <param name="count">Length of a score.</param>
internal sealed class ScoreProducts(int count)
{
    /// <summary>The sum, row by row.</summary>
    internal double[] Sum { get; } = new double[count * count];

    /// <summary>How many scores.</summary>
    internal int Clusters { get; private set; }

    /// <summary>Adds a cluster's score.</summary>
    internal void Add(ReadOnlySpan<double> score)
    {
        Clusters++;
        for (int i = 0; i < score.Length; i++)
        {
            for (int j = 0; j < score.Length; j++) Sum[(i * score.Length) + j] += score[i] * score[j];
        }
    }

    /// <summary>Adds those of other clusters.</summary>
    internal void Add(ScoreProducts other)
    {
        Clusters += other.Clusters;
        for (int e = 0; e < Sum.Length; e++) Sum[e] += other.Sum[e];
    }
}

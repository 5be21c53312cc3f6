using System.Globalization;
using Glmm.Sparse.Model.Covariance;

namespace Glmm.Sparse.Model;

/// <summary>
/// The data of a model on the user's scale: y (n), X (n×p), Z (n×q per cluster), clusters, prior weights ω and offset
/// o. Rows come in any order; they need not be sorted by cluster. Immutable and thread-safe.
/// </summary>
public sealed class ClusteredDesign
{
    private ClusteredDesign(
        DesignColumn response, IReadOnlyList<DesignColumn> fixedEffects, IReadOnlyList<DesignColumn> randomEffects,
        ClusterIndex clusters, DesignColumn? priorWeights, DesignColumn? offset, CovarianceStructure covariance,
        Func<int, string>? rowLabel)
    {
        RowLabel = rowLabel ?? (static row => string.Create(CultureInfo.InvariantCulture, $"row {row + 1}"));
        Response = response;
        FixedEffects = fixedEffects;
        RandomEffects = randomEffects;
        Clusters = clusters;
        PriorWeights = priorWeights;
        Offset = offset;
        Covariance = covariance;
    }

    /// <summary>y; for the binomial family the proportion of successes, its trials being the prior weight.</summary>
    public DesignColumn Response { get; }

    /// <summary>The p columns of X.</summary>
    public IReadOnlyList<DesignColumn> FixedEffects { get; }

    /// <summary>The q columns of Z.</summary>
    public IReadOnlyList<DesignColumn> RandomEffects { get; }

    /// <summary>The k clusters.</summary>
    public ClusterIndex Clusters { get; }

    /// <summary>ω > 0, or null when every weight is 1.</summary>
    public DesignColumn? PriorWeights { get; }

    /// <summary>o, a part of η with coefficient 1, or null when it is 0 everywhere.</summary>
    public DesignColumn? Offset { get; }

    /// <summary>The structure of D = Cov(β_i), q×q.</summary>
    public CovarianceStructure Covariance { get; }

    /// <summary>Says where a row came from, such as <c>row 17</c>, for messages.</summary>
    public Func<int, string> RowLabel { get; }

    /// <summary>Number of rows, n.</summary>
    public int Observations => Response.Length;

    /// <summary>Puts a design together; checks only that the shapes agree.</summary>
    /// <param name="response">y.</param>
    /// <param name="fixedEffects">The columns of X; at least one.</param>
    /// <param name="randomEffects">The columns of Z; at least one.</param>
    /// <param name="clusters">The cluster of each row.</param>
    /// <param name="priorWeights">ω, or null for 1 everywhere.</param>
    /// <param name="offset">o, or null for 0 everywhere.</param>
    /// <param name="covariance">The structure of D; unstructured when null.</param>
    /// <param name="rowLabel">Says where a zero-based row came from, for messages; <c>row 1</c> and so on when
    /// null.</param>
    /// <returns>The design.</returns>
    /// <exception cref="InvalidModelDataException">A column's length differs, or X or Z has no column.</exception>
    public static ClusteredDesign Create(
        DesignColumn response, IReadOnlyList<DesignColumn> fixedEffects, IReadOnlyList<DesignColumn> randomEffects,
        ClusterIndex clusters, DesignColumn? priorWeights = null, DesignColumn? offset = null,
        CovarianceStructure? covariance = null, Func<int, string>? rowLabel = null)
    {
        ArgumentNullException.ThrowIfNull(response);
        ArgumentNullException.ThrowIfNull(fixedEffects);
        ArgumentNullException.ThrowIfNull(randomEffects);
        ArgumentNullException.ThrowIfNull(clusters);
        int n = response.Length;
        if (fixedEffects.Count == 0)
            throw new InvalidModelDataException("The model has no fixed effect; give X at least an intercept.");
        if (randomEffects.Count == 0)
            throw new InvalidModelDataException("The model has no random effect; give Z at least an intercept.");
        if (clusters.Codes.Length != n)
        {
            throw new InvalidModelDataException(
                $"The grouping factor '{clusters.Name}' has {clusters.Codes.Length} rows, the response has {n}.");
        }

        DesignColumn?[] columns = [.. fixedEffects, .. randomEffects, priorWeights, offset];
        foreach (DesignColumn? column in columns)
        {
            if (column is not null && column.Length != n)
            {
                throw new InvalidModelDataException(
                    $"Column '{column.Name}' has {column.Length} rows, the response has {n}.");
            }
        }

        covariance ??= CovarianceStructure.Unstructured(randomEffects.Count);
        if (covariance.Dimension != randomEffects.Count)
        {
            throw new InvalidModelDataException(
                $"The covariance structure is for {covariance.Dimension} random effects, Z has " +
                $"{randomEffects.Count} columns.");
        }

        return new ClusteredDesign(
            response, fixedEffects, randomEffects, clusters, priorWeights, offset, covariance, rowLabel);
    }

    /// <summary>The same rows with another response, whose values are not copied.</summary>
    internal ClusteredDesign WithResponse(double[] response) => Create(
        DesignColumn.FromValues(Response.Name, response), FixedEffects, RandomEffects, Clusters, PriorWeights, Offset,
        Covariance, RowLabel);
}

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
        PriorWeights = RowWeights = priorWeights;
        Offset = offset;
        Covariance = covariance;
    }

    private ClusteredDesign(ClusteredDesign other, RowCounts? counts)
        : this(
            other.Response, other.FixedEffects, other.RandomEffects, other.Clusters, other.PriorWeights, other.Offset,
            other.Covariance, other.RowLabel)
    {
        Counts = counts;
        RowWeights = (PriorWeights, counts) switch
        {
            (_, null) => PriorWeights,
            (null, _) => counts.Column,
            _ => new ProductColumn(PriorWeights, counts.Column),
        };
    }

    /// <summary>y; for the binomial family the proportion of successes, its trials being the prior weight.</summary>
    public DesignColumn Response { get; }

    /// <summary>The p columns of X.</summary>
    public IReadOnlyList<DesignColumn> FixedEffects { get; }

    /// <summary>The q columns of Z.</summary>
    public IReadOnlyList<DesignColumn> RandomEffects { get; }

    /// <summary>The k clusters.</summary>
    public ClusterIndex Clusters { get; }

    /// <summary>ω > 0, or null when every weight is 1: precision weights, Var(y|β) = φV(μ)/ω, for a binomial proportion
    /// its trials. Rows that stand for several, or for a share of a population, are
    /// <see cref="WithFrequencies"/> and <see cref="WithSamplingWeights"/>.</summary>
    public DesignColumn? PriorWeights { get; }

    /// <summary>How many times each row stands in the data, or null when every row stands once.</summary>
    public DesignColumn? Frequencies => Counts?.Frequencies;

    /// <summary>Whether rows have sampling weights.</summary>
    public bool HasSamplingWeights => Counts is { IsSampled: true };

    /// <summary>Frequencies times scaled sampling weights, or null when every row counts once.</summary>
    internal RowCounts? Counts { get; }

    /// <summary>What the engine weights a row by: ω times how often the row counts.</summary>
    internal DesignColumn? RowWeights { get; }

    /// <summary>Number of observations: the rows, each as often as its frequency says.</summary>
    internal int FrequencyTotal => Counts is null ? Observations : (int)Counts.FrequencyTotal;

    /// <summary>What stands for n in divisors and log-densities: the sum of how often rows count.</summary>
    internal double CountTotal => Counts?.Total ?? Observations;

    /// <summary>o, a part of η with coefficient 1, or null when it is 0 everywhere.</summary>
    public DesignColumn? Offset { get; }

    /// <summary>The structure of D = Cov(β_i), q×q.</summary>
    public CovarianceStructure Covariance { get; }

    /// <summary>Says where a row came from, such as <c>row 17</c>, for messages.</summary>
    public Func<int, string> RowLabel { get; }

    /// <summary>Number of rows, n.</summary>
    public int Observations => Response.Length;

    /// <summary>The same data with frequency weights: a row of frequency f stands for f equal rows of its cluster, in
    /// everything: estimates, standard errors, dispersion, log-likelihood and number of observations.</summary>
    /// <param name="frequencies">n whole numbers of 1 or more.</param>
    /// <returns>The design.</returns>
    /// <exception cref="InvalidModelDataException">The column's length differs, or a value is no such
    /// number.</exception>
    public ClusteredDesign WithFrequencies(DesignColumn frequencies)
    {
        ArgumentNullException.ThrowIfNull(frequencies);
        if (HasSamplingWeights)
            throw new InvalidModelDataException("Give the frequencies before the sampling weights, which they scale.");
        return new ClusteredDesign(this, RowCounts.Of(this, frequencies, null, SamplingWeightScaling.None));
    }

    /// <summary>The same data with sampling weights: a row stands for as many of its cluster's population as its
    /// weight, the reciprocal of its probability to be sampled, says. Estimates maximise the weighted pseudo-likelihood
    /// and standard errors are the sandwich's over clusters, so the level of the weights adds no information. PQL and
    /// MQL take them.</summary>
    /// <param name="weights">n finite weights above 0.</param>
    /// <param name="scaling">What becomes of the weights of a cluster first.</param>
    /// <returns>The design.</returns>
    /// <exception cref="InvalidModelDataException">The column's length differs, or a value is no such
    /// number.</exception>
    /// <remarks>Weights of whole clusters, which were sampled with unequal probabilities themselves, are not
    /// modelled.</remarks>
    public ClusteredDesign WithSamplingWeights(
        DesignColumn weights, SamplingWeightScaling scaling = SamplingWeightScaling.ClusterSize)
    {
        ArgumentNullException.ThrowIfNull(weights);
        return new ClusteredDesign(this, RowCounts.Of(this, Frequencies, weights, scaling));
    }

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
    internal ClusteredDesign WithResponse(double[] response)
    {
        ClusteredDesign same = Create(
            DesignColumn.FromValues(Response.Name, response), FixedEffects, RandomEffects, Clusters, PriorWeights,
            Offset, Covariance, RowLabel);
        return Counts is null ? same : new ClusteredDesign(same, Counts);
    }
}

using Glmm.Sparse.Model.Covariance;

namespace Glmm.Sparse.Model;

/// <summary>A design to be, of records. Immutable; every call gives a new one.</summary>
/// <typeparam name="T">The records' type.</typeparam>
public sealed record DesignBuilder<T>
{
    private readonly IReadOnlyList<T> _records;

    internal DesignBuilder(IReadOnlyList<T> records) => _records = records;

    private (string Name, Func<T, double> Value)? ResponseColumn { get; init; }

    private (string Name, Func<T, double> Value)? WeightColumn { get; init; }

    private (string Name, Func<T, double> Value)? OffsetColumn { get; init; }

    private IReadOnlyList<(string Name, Func<T, double>? Value)> FixedColumns { get; init; } = [];

    private IReadOnlyList<(string Name, Func<T, double>? Value)> RandomColumns { get; init; } = [];

    private Func<ClusterIndex>? ClusterColumn { get; init; }

    private CovarianceStructure? Structure { get; init; }

    /// <summary>The response; for the binomial family the proportion of successes, its trials being the weight.</summary>
    /// <param name="name">Its name in results and messages.</param>
    /// <param name="value">Reads it off a record.</param>
    /// <returns>The design with the response.</returns>
    public DesignBuilder<T> Response(string name, Func<T, double> value) => this with { ResponseColumn = (name, value) };

    /// <summary>A fixed effect of 1 in every row.</summary>
    /// <returns>The design with the effect.</returns>
    public DesignBuilder<T> Intercept() => this with { FixedColumns = [.. FixedColumns, ("(Intercept)", null)] };

    /// <summary>A fixed effect.</summary>
    /// <param name="name">Its name in results and messages.</param>
    /// <param name="value">Reads its covariate off a record.</param>
    /// <returns>The design with the effect.</returns>
    public DesignBuilder<T> Fixed(string name, Func<T, double> value) =>
        this with { FixedColumns = [.. FixedColumns, (name, value)] };

    /// <summary>A random effect of 1 in every row.</summary>
    /// <returns>The design with the effect.</returns>
    public DesignBuilder<T> RandomIntercept() => this with { RandomColumns = [.. RandomColumns, ("(Intercept)", null)] };

    /// <summary>A random effect.</summary>
    /// <param name="name">Its name in results and messages.</param>
    /// <param name="value">Reads its covariate off a record.</param>
    /// <returns>The design with the effect.</returns>
    public DesignBuilder<T> Random(string name, Func<T, double> value) =>
        this with { RandomColumns = [.. RandomColumns, (name, value)] };

    /// <summary>The clusters, numbered in order of first appearance.</summary>
    /// <typeparam name="TKey">What tells clusters apart; its text is the cluster's label.</typeparam>
    /// <param name="name">The grouping factor's name.</param>
    /// <param name="key">Reads it off a record.</param>
    /// <returns>The design with the clusters.</returns>
    public DesignBuilder<T> Clusters<TKey>(string name, Func<T, TKey> key)
        where TKey : notnull => this with { ClusterColumn = () => Index(name, key) };

    /// <summary>Prior weights above 0.</summary>
    /// <param name="name">Their name in messages.</param>
    /// <param name="value">Reads one off a record.</param>
    /// <returns>The design with the weights.</returns>
    public DesignBuilder<T> Weights(string name, Func<T, double> value) => this with { WeightColumn = (name, value) };

    /// <summary>A part of the linear predictor with coefficient 1.</summary>
    /// <param name="name">Its name in messages.</param>
    /// <param name="value">Reads it off a record.</param>
    /// <returns>The design with the offset.</returns>
    public DesignBuilder<T> Offset(string name, Func<T, double> value) => this with { OffsetColumn = (name, value) };

    /// <summary>The structure of the covariance of the random effects.</summary>
    /// <param name="structure">The structure; unstructured when none is named.</param>
    /// <returns>The design with the structure.</returns>
    public DesignBuilder<T> Covariance(CovarianceStructure structure) => this with { Structure = structure };

    /// <summary>Reads the records and makes the design.</summary>
    /// <returns>The design.</returns>
    /// <exception cref="InvalidModelDataException">It has no response, clusters, fixed or random effect.</exception>
    public ClusteredDesign Build()
    {
        (string Name, Func<T, double> Value) response = ResponseColumn ?? throw Missing("response", "Response");
        Func<ClusterIndex> clusters = ClusterColumn ?? throw Missing("clusters", "Clusters");
        return ClusteredDesign.Create(
            Column(response.Name, response.Value),
            [.. FixedColumns.Select(column => Column(column.Name, column.Value))],
            [.. RandomColumns.Select(column => Column(column.Name, column.Value))],
            clusters(),
            WeightColumn is var (weight, weightOf) ? Column(weight, weightOf) : null,
            OffsetColumn is var (offset, offsetOf) ? Column(offset, offsetOf) : null,
            Structure);
    }

    private DesignColumn Column(string name, Func<T, double>? value)
    {
        if (value is null) return DesignColumn.Constant(name, 1, _records.Count);
        var values = new double[_records.Count];
        for (int row = 0; row < values.Length; row++) values[row] = value(_records[row]);
        return DesignColumn.FromValues(name, values);
    }

    private ClusterIndex Index<TKey>(string name, Func<T, TKey> key)
        where TKey : notnull
    {
        var codeOf = new Dictionary<TKey, int>();
        var labels = new List<string>();
        int[] codes = new int[_records.Count];
        for (int row = 0; row < codes.Length; row++)
        {
            TKey cluster = key(_records[row]);
            if (!codeOf.TryGetValue(cluster, out codes[row]))
            {
                codes[row] = labels.Count;
                codeOf.Add(cluster, codes[row]);
                labels.Add(cluster.ToString() ?? "");
            }
        }

        return new ClusterIndex(name, codes, labels.Count, code => labels[code]);
    }

    private static InvalidModelDataException Missing(string what, string call) =>
        new($"The design has no {what}; name it with {call}(...).");
}

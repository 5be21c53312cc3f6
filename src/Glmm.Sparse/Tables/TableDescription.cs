namespace Glmm.Sparse.Tables;

/// <summary>What a table looks like to someone who is about to model it: its columns, and which of them may say what
/// belongs together. Immutable.</summary>
public sealed class TableDescription
{
    private const int FewestClusters = 5;

    private static readonly string[] s_groupNames =
        ["id", "subject", "patient", "person", "cluster", "group", "site", "center", "centre", "school", "plate"];

    private readonly Dictionary<string, ColumnCodes> _codes;

    private TableDescription(
        int rows, IReadOnlyList<ColumnDescription> columns, Dictionary<string, ColumnCodes> codes)
    {
        RowCount = rows;
        Columns = columns;
        _codes = codes;
        (string Name, double Rank)[] ranked =
        [
            .. columns.Select(column => (column.Name, Rank: Rank(column))).Where(static c => c.Rank > 0)
                .OrderByDescending(static c => c.Rank),
        ];
        // Other whole numbers may be times or doses: they are labels only where nothing better is, or where what is
        // better lies within them.
        string? best = ranked.FirstOrDefault(candidate => candidate.Rank > rows).Name;
        GroupingCandidates =
        [
            .. ranked.Where(c => c.Rank > rows || best is null || codes[best].Determines(codes[c.Name]))
                .Select(static c => c.Name),
        ];
    }

    /// <summary>Number of rows.</summary>
    public int RowCount { get; }

    /// <summary>The columns, in order.</summary>
    public IReadOnlyList<ColumnDescription> Columns { get; }

    /// <summary>Names of the columns that may be grouping factors, the likeliest first: labels or whole numbers that
    /// come again, five or more of them.</summary>
    public IReadOnlyList<string> GroupingCandidates { get; }

    /// <summary>The column of a name, or null.</summary>
    public ColumnDescription? this[string name] => Columns.FirstOrDefault(column => column.Name == name);

    /// <summary>Looks at a table.</summary>
    /// <param name="table">The table.</param>
    /// <returns>What it looks like.</returns>
    public static TableDescription Of(ColumnTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        var codes = table.Columns.ToDictionary(static column => column.Name, ColumnCodes.Of);
        return new TableDescription(
            table.RowCount,
            [.. table.Columns.Select(column => ColumnDescription.Of(column, codes[column.Name]))],
            codes);
    }

    /// <summary>What the clusters of a column look like.</summary>
    /// <param name="name">The grouping column.</param>
    /// <returns>Its clusters.</returns>
    /// <exception cref="InvalidModelDataException">There is no such column.</exception>
    public ClusterDescription Clusters(string name) => _codes.ContainsKey(name)
        ? ClusterDescription.Of(name, _codes, GroupingCandidates)
        : throw new InvalidModelDataException(
            $"There is no column '{name}'; the columns are {string.Join(", ", Columns.Select(static c => c.Name))}.");

    /// <summary>
    /// The pooled variance within clusters over the mean, of a column of counts: about 1 where they are Poisson, given
    /// the cluster; NaN where no cluster has two rows.
    /// </summary>
    /// <param name="counts">The counts, of this table.</param>
    /// <param name="group">The grouping column, or null for all rows together.</param>
    public double DispersionIndex(NumericColumn counts, string? group)
    {
        ArgumentNullException.ThrowIfNull(counts);
        int[] codes = group is null ? new int[counts.Length] : _codes[group].Codes;
        int k = group is null ? 1 : _codes[group].Count;
        double[] sum = new double[k], squares = new double[k];
        var rows = new int[k];
        for (int row = 0; row < codes.Length; row++)
        {
            if (codes[row] is not (>= 0 and var cluster) || counts.IsMissing(row)) continue;
            sum[cluster] += counts[row];
            squares[cluster] += counts[row] * counts[row];
            rows[cluster]++;
        }

        double scaled = 0;
        int freedom = 0;
        for (int cluster = 0; cluster < k; cluster++)
        {
            if (rows[cluster] < 2 || !(sum[cluster] > 0)) continue;
            double mean = sum[cluster] / rows[cluster];
            scaled += (squares[cluster] / mean) - sum[cluster];
            freedom += rows[cluster] - 1;
        }

        return freedom > 0 ? scaled / freedom : double.NaN;
    }

    // How likely a column says what belongs together; 0 for not at all.
    private double Rank(ColumnDescription column)
    {
        bool isLabel = column.Kind is "text" || (column is { Kind: "numeric", IsWhole: true });
        int known = RowCount - column.Missing;
        bool comesAgain = column.Distinct >= FewestClusters && 2 * column.Distinct <= known;
        if (!isLabel || !comesAgain || column.NotANumber is not null) return 0;
        bool isNamed = s_groupNames.Any(name => column.Name.EndsWith(name, StringComparison.OrdinalIgnoreCase));
        // Whole numbers are labels where they are named so, number their clusters through, or carry facts of theirs:
        // another column is constant in each.
        bool isThrough = column.Minimum is 0 or 1 && column.Maximum - column.Minimum == column.Distinct - 1;
        bool isCarrier = Columns.Any(other => other.Distinct > 1 && other.Distinct < column.Distinct
            && _codes[column.Name].Determines(_codes[other.Name]));
        if (column.Kind == "numeric" && !isNamed && !isCarrier && !(isThrough && column.Distinct >= 10)) return 0;
        return column.Distinct + (isNamed ? 2.0 * RowCount : 0)
            + (isCarrier || column.Kind == "text" ? RowCount : 0);
    }
}

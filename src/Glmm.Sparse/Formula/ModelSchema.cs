using Glmm.Sparse.Families;
using Glmm.Sparse.Results;
using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Formula;

/// <summary>
/// A formula with everything of the data it was fitted to that it needs to make the same columns of new rows: the
/// levels of factors, the constants of <c>scale()</c>, <c>poly()</c> and splines, which columns the fit dropped. It holds no rows. Immutable and
/// thread-safe.
/// </summary>
public sealed class ModelSchema
{
    private readonly ModelFormula _formula;
    private readonly Dictionary<string, SchemaColumn> _byName;
    private readonly IReadOnlyList<BuiltTerm> _built;
    private readonly int[] _kept;

    private ModelSchema(ModelFormula formula, Family family, Parts parts, int[]? kept)
    {
        _formula = formula;
        Family = family;
        Columns = parts.Columns;
        Constants = parts.Constants;
        Weights = parts.Weights;
        Offset = parts.Offset;
        _byName = parts.Columns.ToDictionary(column => column.Name, StringComparer.Ordinal);
        var compiler = new SchemaCompiler(this, HeldColumns.Empty(parts.Columns), RowMap.All(0), default, []);
        _built = compiler.FixedTerms();
        RandomTerms = [.. compiler.RandomEffects().Select(column => column.Name)];
        AllFixedNames = [.. _built.SelectMany(term => term.Columns).Select(built => built.Column.Name)];
        _kept = kept ?? [.. Enumerable.Range(0, AllFixedNames.Count)];
        FixedNames = [.. _kept.Select(column => AllFixedNames[column])];
        Terms = SchemaTerms.Of(_built, _kept);
    }

    /// <summary>The formula as written.</summary>
    public string Formula => _formula.Text;

    /// <summary>The family, which decides how a text, boolean or <c>cbind</c> response becomes numbers.</summary>
    public Family Family { get; }

    /// <summary>Every column of data that the model uses, the response and the grouping factor included.</summary>
    public IReadOnlyList<SchemaColumn> Columns { get; }

    /// <summary>What calls such as <c>scale()</c>, <c>poly()</c> and <c>ns()</c> took from the data.</summary>
    public IReadOnlyList<DataConstant> Constants { get; }

    /// <summary>The column of prior weights, or null.</summary>
    public string? Weights { get; }

    /// <summary>The column added to the linear predictor besides any <c>offset()</c> of the formula, or null.</summary>
    public string? Offset { get; }

    /// <summary>The columns whose combination is the grouping factor.</summary>
    public IReadOnlyList<string> GroupColumns => _formula.Group;

    /// <summary>The names of the p fixed effects.</summary>
    public IReadOnlyList<string> FixedNames { get; }

    /// <summary>The indices of the p fixed effects among all columns that the formula makes; those that the fit dropped
    /// as collinear are left out.</summary>
    public IReadOnlyList<int> FixedColumns => _kept;

    /// <summary>The names of the q random effects.</summary>
    public IReadOnlyList<string> RandomTerms { get; }

    /// <summary>The terms of the fixed effects in order, the intercept first where there is one.</summary>
    public IReadOnlyList<SchemaTerm> Terms { get; }

    /// <summary>The names of all columns that the formula makes for X.</summary>
    internal IReadOnlyList<string> AllFixedNames { get; }

    internal ModelFormula Parsed => _formula;

    /// <summary>The names of the columns of data that new rows must have.</summary>
    /// <param name="options">What is made of them; the defaults when null.</param>
    /// <returns>The names.</returns>
    public IReadOnlySet<string> ColumnsNeeded(PredictionFrameOptions? options = null) =>
        Needed(options ?? PredictionFrameOptions.Default).Select(need => need.Column.Name).ToHashSet();

    /// <summary>The names of the columns that held text: a reader that guesses kinds must not make numbers of them.
    /// </summary>
    public IReadOnlySet<string> TextColumns => Columns
        .Where(static column => column.Kind == SchemaColumn.Text)
        .Select(static column => column.Name)
        .ToHashSet();

    /// <summary>The schema of a fit: without the columns that it dropped as collinear.</summary>
    /// <param name="fit">A fit of the frame that this schema is of.</param>
    /// <returns>The schema.</returns>
    /// <exception cref="InvalidModelDataException">The fit is of other columns.</exception>
    public ModelSchema For(GlmmFit fit)
    {
        ArgumentNullException.ThrowIfNull(fit);
        int[] kept = fit.Outcome.FixedColumns;
        bool same = kept.All(column => column < AllFixedNames.Count)
            && kept.Select(column => AllFixedNames[column]).SequenceEqual(fit.FixedEffects.Select(e => e.Name))
            && RandomTerms.SequenceEqual(fit.RandomTerms);
        return same
            ? new ModelSchema(_formula, fit.Family, new Parts(Columns, Constants, Weights, Offset), kept)
            : throw new InvalidModelDataException(
                "The fit is not one of this frame: its fixed or random effects have other names. Give the frame whose "
                + "design was fitted.");
    }

    /// <summary>Makes X, Z, the offset and the clusters of new rows.</summary>
    /// <param name="rows">The rows; columns that the model does not use do no harm.</param>
    /// <param name="options">What to make; the defaults when null.</param>
    /// <returns>The rows as the model sees them, in order; of those that it was fitted to the same bits.</returns>
    /// <exception cref="InvalidModelDataException">
    /// A column is missing or of another kind, a level is unknown, or a number is not finite.
    /// </exception>
    public PredictionFrame Apply(ColumnTable rows, PredictionFrameOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return new PredictionFrameBuilder(this, rows, options ?? PredictionFrameOptions.Default).Build();
    }

    /// <summary>
    /// The rows at which marginal means are estimated: all combinations of factor levels, numbers at their means.
    /// </summary>
    /// <param name="options">Other values; the defaults when null.</param>
    /// <returns>The grid.</returns>
    /// <exception cref="GlmmException">A value is wrong, or the grid has too many rows.</exception>
    public ReferenceGrid Grid(ReferenceGridOptions? options = null) =>
        new ReferenceGridBuilder(this, options ?? new ReferenceGridOptions()).Build();

    /// <summary>Puts a schema together and checks that its parts agree.</summary>
    /// <param name="formula">The formula.</param>
    /// <param name="family">The family.</param>
    /// <param name="columns">Every column that the model uses.</param>
    /// <param name="constants">What calls took from the data.</param>
    /// <param name="weights">The column of weights, or null.</param>
    /// <param name="offset">The column of offsets, or null.</param>
    /// <param name="kept">Indices of the columns of X that the fit kept; all when null.</param>
    /// <exception cref="GlmmException">They do not agree.</exception>
    internal static ModelSchema Create(
        ModelFormula formula, Family family, IReadOnlyList<SchemaColumn> columns, IReadOnlyList<DataConstant> constants,
        string? weights, string? offset, int[]? kept = null)
    {
        var parts = new Parts(columns, constants, weights, offset);
        SchemaChecks.Check(formula, parts.Columns, constants, weights, offset);
        var schema = new ModelSchema(formula, family, parts, null);
        return kept is null ? schema : schema.Keep(kept);
    }

    /// <summary>The columns of data that the fixed effects and the offset use.</summary>
    internal static IEnumerable<string> FixedColumnsOf(ModelFormula formula, string? offset) =>
        formula.FixedTerms.Terms.SelectMany(term => term.Variables).Concat(formula.FixedTerms.Offsets)
            .SelectMany(expression => expression.Columns)
            .Concat(offset is null ? [] : [offset])
            .Distinct(StringComparer.Ordinal);

    /// <summary>The column of a name.</summary>
    internal SchemaColumn Column(string name) => _byName[name];

    /// <summary>The columns by name.</summary>
    internal IReadOnlyDictionary<string, SchemaColumn> ByName => _byName;

    /// <summary>The columns that new rows must have, with who names them.</summary>
    internal IEnumerable<(SchemaColumn Column, string User)> Needed(PredictionFrameOptions options)
    {
        IEnumerable<(string Name, string User)> names =
            FixedColumnsOf(_formula, null).Select(name => (name, "the model's formula"));
        if (Offset is not null) names = names.Append((Offset, "the model's offset"));
        if (options.RandomEffects) names = names.Concat(RandomColumns.Select(name => (name, "the model's formula")));
        if (options.Clusters) names = names.Concat(GroupColumns.Select(name => (name, "the model's grouping factor")));
        if (options.Response || (options.Weights && HasTrials))
            names = names.Concat(_formula.Response.Columns.Select(name => (name, "the model's response")));
        if (Weights is not null && (options.Response || options.Weights))
            names = names.Append((Weights, "the model's weights"));
        return names.DistinctBy(pair => pair.Name).Select(pair => (_byName[pair.Name], pair.User));
    }

    /// <summary>The columns of data that the random effects use.</summary>
    internal IEnumerable<string> RandomColumns =>
        _formula.RandomTerms.SelectMany(term => term.Terms.Terms).SelectMany(term => term.Variables)
            .SelectMany(expression => expression.Columns);

    /// <summary>The response is a <c>cbind()</c>, which has its own trials.</summary>
    internal bool HasTrials => _formula.Response is Expression.FunctionCall { Function: "cbind" };

    private ModelSchema Keep(int[] kept)
    {
        for (int j = 0; j < kept.Length; j++)
        {
            if (kept[j] >= AllFixedNames.Count || kept[j] <= (j == 0 ? -1 : kept[j - 1]))
                throw new InvalidModelDataException("The columns that the fit kept are not those of its formula.");
        }

        return new ModelSchema(_formula, Family, new Parts(Columns, Constants, Weights, Offset), kept);
    }

    private sealed record Parts(
        IReadOnlyList<SchemaColumn> Columns, IReadOnlyList<DataConstant> Constants, string? Weights, string? Offset);
}

namespace Glmm.Sparse.Formula;

/// <summary>
/// The contrasts of a type III hypothesis: differences to the first level, for each factor of the term, of the means
/// over the levels of all other factors; they do not depend on how the factors are coded.
/// </summary>
/// <remarks>
/// The predictor at a cell of levels f is Σ_N c_N(f) Π_{x ∈ N} x over the sets N of covariates that occur together in a
/// term. A term with the covariates N is about c_N, whose columns are those of all terms with just these. A covariate of
/// several columns, such as poly(x, 2), makes a c_N for each combination of them.
/// </remarks>
internal sealed class TermContrasts
{
    private readonly SchemaTerm _term;
    private readonly SchemaTerm[] _terms;
    private readonly int _columns;

    /// <param name="terms">All terms.</param>
    /// <param name="term">The term that is tested.</param>
    /// <param name="columns">Columns of X.</param>
    internal TermContrasts(IReadOnlyList<SchemaTerm> terms, SchemaTerm term, int columns)
    {
        (_term, _columns) = (term, columns);
        HashSet<string> numbers = Numbers(term);
        _terms = [.. terms.Where(other => Numbers(other).SetEquals(numbers))];
    }

    /// <summary>L, as many rows as the term's factors have contrasts, 1 where it has no factor, for each combination of
    /// the columns of its covariates.</summary>
    internal double[][] Rows()
    {
        SchemaVariable[] own = [.. _term.Variables.Where(v => v.IsFactor)];
        if (own.Any(v => v.Levels!.Count < 2)) return [new double[_columns]];
        var rows = new List<double[]>();
        foreach (string pieces in _term.Columns.Select(column => Pieces(_term, column)).Distinct())
        {
            var chosen = new int[own.Length];
            Array.Fill(chosen, 1);
            do rows.Add(Row(own, chosen, pieces));
            while (Advance(chosen, own, 1));
        }

        return rows.Count == 0 ? [new double[_columns]] : [.. rows];
    }

    // Σ over the corners of the levels chosen and the first ones, signs alternating, of the means over the other
    // factors.
    private double[] Row(SchemaVariable[] own, int[] chosen, string pieces)
    {
        var row = new double[_columns];
        var levels = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int corner = 0; corner < 1 << own.Length; corner++)
        {
            double sign = 1;
            for (int a = 0; a < own.Length; a++)
            {
                bool first = ((corner >> a) & 1) != 0;
                if (first) sign = -sign;
                levels[own[a].Name] = first ? 0 : chosen[a];
            }

            AddMean(levels, sign, pieces, row);
        }

        return row;
    }

    // A column is the product of the codes of its factors: the mean over the factors left is the product of theirs.
    private void AddMean(Dictionary<string, int> levels, double sign, string pieces, double[] row)
    {
        foreach (SchemaTerm term in _terms)
        {
            foreach (SchemaTermColumn column in term.Columns.Where(column => Pieces(term, column) == pieces))
            {
                double value = sign;
                for (int v = 0; v < term.Variables.Count; v++)
                {
                    SchemaVariable variable = term.Variables[v];
                    if (!variable.IsFactor) continue;
                    value *= levels.TryGetValue(variable.Name, out int level)
                        ? column.Codes[v].At(level)
                        : column.Codes[v].Mean(variable.Levels!.Count);
                }

                row[column.Index] += value;
            }
        }
    }

    /// <summary>Which columns of its covariates a column is the product of.</summary>
    private static string Pieces(SchemaTerm term, SchemaTermColumn column) => string.Join(
        '\n',
        term.Variables.Zip(column.Codes).Where(static pair => !pair.First.IsFactor)
            .Select(static pair => $"{pair.First.Name}#{pair.Second.Piece}").Order(StringComparer.Ordinal));

    private static bool Advance(int[] index, SchemaVariable[] factors, int start)
    {
        for (int a = 0; a < index.Length; a++)
        {
            if (++index[a] < factors[a].Levels!.Count) return true;
            index[a] = start;
        }

        return false;
    }

    private static HashSet<string> Numbers(SchemaTerm term) =>
        [.. term.Variables.Where(v => !v.IsFactor).Select(v => v.Name)];
}

namespace Glmm.Sparse.Formula;

/// <summary>Numbers the columns of terms as a fit does.</summary>
internal static class SchemaTerms
{
    /// <summary>The terms, with the columns that a fit kept.</summary>
    /// <param name="built">The terms with all their columns.</param>
    /// <param name="kept">The indices of the columns kept, in order.</param>
    public static IReadOnlyList<SchemaTerm> Of(IReadOnlyList<BuiltTerm> built, ReadOnlySpan<int> kept)
    {
        var terms = new List<SchemaTerm>(built.Count);
        int all = 0;
        int index = 0;
        foreach (BuiltTerm term in built)
        {
            var columns = new List<SchemaTermColumn>();
            foreach (BuiltColumn column in term.Columns)
            {
                bool isKept = index < kept.Length && kept[index] == all++;
                if (!isKept) continue;
                columns.Add(new SchemaTermColumn(index++, column.Column.Name, column.Levels) { Codes = column.Codes });
            }

            terms.Add(new SchemaTerm(term.Name, term.Variables, columns));
        }

        return terms;
    }
}

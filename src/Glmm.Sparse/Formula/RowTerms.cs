using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Formula;

/// <summary>What enters a row beside X and Z: its offset and its weight.</summary>
/// <param name="table">The table.</param>
/// <param name="map">The rows used.</param>
/// <param name="compiler">Compiles expressions over the table.</param>
internal sealed class RowTerms(ColumnTable table, RowMap map, ExpressionCompiler compiler)
{
    /// <summary>A column that must hold numbers.</summary>
    /// <param name="table">The table.</param>
    /// <param name="name">The column's name, or null for none.</param>
    /// <param name="user">Who asks for it, such as <c>--weights</c>.</param>
    /// <exception cref="InvalidModelDataException">There is none, or it does not.</exception>
    public static NumericColumn? FindNumber(ColumnTable table, string? name, string user)
    {
        if (name is null) return null;
        TableColumn column = ColumnLookup.Find(table, name, user);
        if (column is TextColumn text) ColumnChecks.RefuseBadNumbers(text);
        return column as NumericColumn ?? throw new InvalidModelDataException(
            $"Column '{name}', which {user} names, is {ColumnChecks.WhyNotNumeric(column)}; it must be numeric.");
    }

    /// <summary>The sum of the arguments of <c>offset()</c> and of a column.</summary>
    /// <param name="terms">The arguments.</param>
    /// <param name="column">The column, or null.</param>
    /// <returns>Its evaluator and name; null where there is neither.</returns>
    /// <exception cref="InvalidModelDataException">An argument is not finite in some row.</exception>
    public (RowEvaluator Evaluator, string Name)? Offset(IEnumerable<Expression> terms, NumericColumn? column)
    {
        var names = new List<string>();
        RowEvaluator? sum = null;
        foreach (Expression term in terms)
        {
            RowEvaluator evaluator = compiler.Compile(term).Evaluator;
            ColumnChecks.RefuseNonFinite(term, evaluator, map, table);
            Add($"offset({term})", evaluator);
        }

        if (column is not null) Add(column.Name, new NumericEvaluator(column));
        return sum is null ? null : (sum, string.Join(" + ", names));

        void Add(string name, RowEvaluator evaluator)
        {
            names.Add(name);
            sum = sum is null ? evaluator : new BinaryEvaluator(sum, evaluator, static (a, b) => a + b);
        }
    }

    /// <summary>The product of a weight and a number of trials.</summary>
    /// <param name="response">The response as R spells it.</param>
    /// <param name="weights">The column of weights, or null.</param>
    /// <param name="trials">The trials of a <c>cbind()</c>, or null.</param>
    /// <returns>Its evaluator and name; null where there is neither.</returns>
    public static (RowEvaluator Evaluator, string Name)? Weight(
        Expression response, NumericColumn? weights, RowEvaluator? trials)
    {
        RowEvaluator? values = weights is null ? null : new NumericEvaluator(weights);
        if (trials is null) return values is null ? null : (values, weights!.Name);
        string name = $"trials of {response}";
        return values is null
            ? (trials, name)
            : (new ProductEvaluator([trials, values]), $"{name} times {weights!.Name}");
    }
}

namespace Glmm.Sparse.Formula;

/// <summary>Writes expanded terms as a sum that expands to the same terms again.</summary>
internal static class CanonicalSum
{
    /// <summary>The summands of a design without its offsets: <c>0</c> or <c>1</c> where it must be said, the terms in
    /// their order.</summary>
    /// <param name="list">The terms.</param>
    /// <param name="saysIntercept">An intercept is written, too.</param>
    public static string Of(TermList list, bool saysIntercept)
    {
        var words = new List<string>();
        if (!list.HasIntercept)
            words.Add("0");
        else if (saysIntercept || (list.Terms.Count == 0 && list.Offsets.Count == 0))
            words.Add("1");
        words.AddRange(list.Terms.Select(static term => term.ToString()));
        if (IsReproduced(list)) return string.Join(" + ", words);

        // Variables interact in order of first appearance: their product, if it is no term, is named first and taken out
        // again.
        var product = new FormulaTerm(VariablesInOrder(list));
        words.Insert(0, product.ToString());
        string sum = string.Join(" + ", words.Distinct(StringComparer.Ordinal));
        bool isTerm = list.Terms.Any(term => term.ToString() == product.ToString());
        return isTerm ? sum : $"{sum} - {product}";
    }

    /// <summary>Whether the variables of each term stand in the order in which the sum of the terms names them.</summary>
    private static bool IsReproduced(TermList list)
    {
        var place = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (FormulaTerm term in list.Terms)
        {
            int before = -1;
            foreach (Expression variable in term.Variables)
            {
                string name = variable.ToString();
                place.TryAdd(name, place.Count);
                if (place[name] < before) return false;
                before = place[name];
            }
        }

        return true;
    }

    /// <summary>All variables in an order that agrees with that of each term.</summary>
    private static List<Expression> VariablesInOrder(TermList list)
    {
        string[][] terms =
            [.. list.Terms.Select(static term => term.Variables.Select(static v => v.ToString()).ToArray())];
        var left = list.Terms.SelectMany(static term => term.Variables).DistinctBy(static v => v.ToString()).ToList();
        var ordered = new List<Expression>();
        var done = new HashSet<string>(StringComparer.Ordinal);
        while (left.Count > 0)
        {
            Expression next = left.First(variable => terms.All(term =>
                Array.IndexOf(term, variable.ToString()) is var at && term.Take(Math.Max(at, 0)).All(done.Contains)));
            ordered.Add(next);
            done.Add(next.ToString());
            left.Remove(next);
        }

        return ordered;
    }
}

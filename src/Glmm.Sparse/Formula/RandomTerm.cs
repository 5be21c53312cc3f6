namespace Glmm.Sparse.Formula;

/// <summary>A random-effect term, <c>(effects | group)</c>. Immutable.</summary>
/// <param name="Effects">What is left of the bar.</param>
/// <param name="Terms">The effects, expanded.</param>
/// <param name="Uncorrelated">Written with <c>||</c>: its terms are independent of each other.</param>
/// <param name="Group">The columns whose combination is the grouping factor.</param>
/// <param name="Position">Zero-based index of its first character in the formula.</param>
public sealed record RandomTerm(
    Expression Effects, TermList Terms, bool Uncorrelated, IReadOnlyList<string> Group, int Position)
{
    /// <summary>The grouping factor as written, such as <c>center:id</c>.</summary>
    public string GroupName => string.Join(":", Group);

    /// <summary>The term with its effects expanded, such as <c>(1 + a + b + a:b | id)</c>.</summary>
    internal string Canonical => Spelled(CanonicalSum.Of(Terms, saysIntercept: true));

    /// <summary>The term as R spells it, such as <c>(1 + t | id)</c>.</summary>
    public override string ToString() => Spelled(Effects.ToString());

    private string Spelled(string effects) =>
        $"({effects} {(Uncorrelated ? "||" : "|")} {string.Join(":", Group.Select(RSpelling.Name))})";
}

namespace Glmm.Sparse.Formula;

/// <summary>A term of the fixed effects, with its columns of X. Immutable.</summary>
/// <param name="Name">The term as R spells it: <c>(Intercept)</c>, <c>trt</c>, <c>lbase:trt</c>.</param>
/// <param name="Variables">Its variables in order; none for the intercept, several for an interaction.</param>
/// <param name="Columns">Its columns, those that the fit dropped as collinear left out; there may be none.</param>
public sealed record SchemaTerm(
    string Name, IReadOnlyList<SchemaVariable> Variables, IReadOnlyList<SchemaTermColumn> Columns)
{
    /// <summary>How many variables interact; 0 for the intercept.</summary>
    public int Degree => Variables.Count;

    /// <summary>Whether every variable of this term is one of another term, as <c>a</c> is of <c>a:b</c>; the intercept
    /// is contained in all.</summary>
    /// <param name="other">The other term.</param>
    /// <returns>True for the term itself, too.</returns>
    public bool IsContainedIn(SchemaTerm other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Variables.All(variable => other.Variables.Any(candidate => candidate.Name == variable.Name));
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}

using Glmm.Sparse.Model;

namespace Glmm.Sparse.Formula;

/// <summary>A term with its columns.</summary>
/// <param name="Name">The term as R spells it.</param>
/// <param name="Variables">Its variables; none for the intercept.</param>
/// <param name="Columns">Its columns, at least one.</param>
internal sealed record BuiltTerm(
    string Name, IReadOnlyList<SchemaVariable> Variables, IReadOnlyList<BuiltColumn> Columns);

/// <summary>A column of a term.</summary>
/// <param name="Column">The values.</param>
/// <param name="Levels">For each variable of the term its level, null for a number or a contrast.</param>
/// <param name="Codes">For each variable of the term what the column is of it.</param>
internal sealed record BuiltColumn(
    DesignColumn Column, IReadOnlyList<string?> Levels, IReadOnlyList<ColumnCode> Codes);

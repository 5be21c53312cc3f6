namespace Glmm.Sparse.Formula;

/// <summary>What a call that makes several columns becomes on a table.</summary>
/// <param name="Columns">The columns: what R appends to the call's name where there are several, and the values.</param>
/// <param name="Operands">The variables that they are made of.</param>
internal sealed record CompiledBasis(
    IReadOnlyList<(string Suffix, RowEvaluator Evaluator)> Columns,
    IReadOnlyList<(Expression Expression, RowEvaluator Evaluator)> Operands);

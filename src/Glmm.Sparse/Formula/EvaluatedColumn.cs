using Glmm.Sparse.Model;

namespace Glmm.Sparse.Formula;

/// <summary>A column of a design that is computed when it is asked for, and so needs no memory of its own.</summary>
internal sealed class EvaluatedColumn(string name, RowMap map, RowEvaluator evaluator) : DesignColumn(name, map.Count)
{
    public override void Gather(ReadOnlySpan<int> rows, Span<double> destination) =>
        map.Gather(evaluator, rows, destination);

    /// <summary>A column; constants become columns that say so.</summary>
    public static DesignColumn Create(string name, RowMap map, RowEvaluator evaluator) =>
        evaluator is ConstantEvaluator constant
            ? Constant(name, constant.Value, map.Count)
            : new EvaluatedColumn(name, map, evaluator);
}

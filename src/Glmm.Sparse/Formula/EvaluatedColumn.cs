using Glmm.Sparse.Model;

namespace Glmm.Sparse.Formula;

/// <summary>A column of a design that is computed when it is asked for, and so needs no memory of its own.</summary>
internal sealed class EvaluatedColumn(string name, RowMap map, RowEvaluator evaluator) : DesignColumn(name, map.Count)
{
    public override void Gather(ReadOnlySpan<int> rows, Span<double> destination) =>
        map.Gather(evaluator, rows, destination);

    /// <inheritdoc/>
    internal override bool IsInMemory => map.IsIdentity && evaluator is NumericEvaluator;

    /// <inheritdoc/>
    internal override bool TryGetRun(int start, int count, out ReadOnlySpan<double> values)
    {
        if (map.IsIdentity && evaluator is NumericEvaluator numbers) return numbers.TryGetRun(start, count, out values);
        return base.TryGetRun(start, count, out values);
    }

    /// <summary>A column; constants become columns that say so.</summary>
    public static DesignColumn Create(string name, RowMap map, RowEvaluator evaluator) =>
        evaluator is ConstantEvaluator constant
            ? Constant(name, constant.Value, map.Count)
            : new EvaluatedColumn(name, map, evaluator);
}

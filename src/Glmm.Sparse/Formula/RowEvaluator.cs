using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Formula;

/// <summary>
/// Computes a number for each of some rows of a table; truth values are 1 and 0. Value by value, so that a number does
/// not depend on which rows it is computed with. Immutable and thread-safe.
/// </summary>
internal abstract class RowEvaluator
{
    /// <summary>Most rows per call: temporaries of this length live on the stack.</summary>
    public const int BlockSize = 256;

    /// <summary>Evaluates at some rows, none of whose used values is missing.</summary>
    /// <param name="rows">Rows of the table, at most <see cref="BlockSize"/>.</param>
    /// <param name="values">Overwritten; as long as <paramref name="rows"/>.</param>
    public abstract void Evaluate(ReadOnlySpan<int> rows, Span<double> values);
}

/// <summary>The same value in every row.</summary>
internal sealed class ConstantEvaluator(double value) : RowEvaluator
{
    public double Value { get; } = value;

    public override void Evaluate(ReadOnlySpan<int> rows, Span<double> values) => values.Fill(Value);
}

/// <summary>The values of a numeric column.</summary>
internal sealed class NumericEvaluator(NumericColumn column) : RowEvaluator
{
    public override void Evaluate(ReadOnlySpan<int> rows, Span<double> values) => column.Gather(rows, values);

    /// <summary>Consecutive values where they lie in memory one behind the other.</summary>
    public bool TryGetRun(int start, int count, out ReadOnlySpan<double> values) =>
        column.TryGetRun(start, count, out values);
}

/// <summary>The truth values of a boolean column.</summary>
internal sealed class BooleanEvaluator(BooleanColumn column) : RowEvaluator
{
    public override void Evaluate(ReadOnlySpan<int> rows, Span<double> values)
    {
        for (int i = 0; i < rows.Length; i++) values[i] = column[rows[i]];
    }
}

/// <summary>1 where a text column holds a text, else 0.</summary>
/// <param name="column">The column.</param>
/// <param name="code">The text's code; one that the column does not have never occurs.</param>
internal sealed class TextEvaluator(TextColumn column, int code) : RowEvaluator
{
    public override void Evaluate(ReadOnlySpan<int> rows, Span<double> values)
    {
        Span<int> codes = stackalloc int[BlockSize];
        column.Gather(rows, codes);
        for (int i = 0; i < rows.Length; i++) values[i] = codes[i] == code ? 1 : 0;
    }
}

/// <summary>1 where two text columns hold the same text, else 0.</summary>
/// <param name="left">One column.</param>
/// <param name="right">The other column.</param>
/// <param name="rightOfLeft">For each code of the left column, the right column's code of the same text, or −1.</param>
internal sealed class SameTextEvaluator(TextColumn left, TextColumn right, int[] rightOfLeft) : RowEvaluator
{
    public override void Evaluate(ReadOnlySpan<int> rows, Span<double> values)
    {
        for (int i = 0; i < rows.Length; i++) values[i] = rightOfLeft[left[rows[i]]] == right[rows[i]] ? 1 : 0;
    }
}

/// <summary>A function of one operand.</summary>
internal sealed class UnaryEvaluator(RowEvaluator operand, Func<double, double> function) : RowEvaluator
{
    public override void Evaluate(ReadOnlySpan<int> rows, Span<double> values)
    {
        operand.Evaluate(rows, values);
        foreach (ref double value in values) value = function(value);
    }
}

/// <summary>A function of two operands.</summary>
internal sealed class BinaryEvaluator(RowEvaluator left, RowEvaluator right, Func<double, double, double> function)
    : RowEvaluator
{
    public override void Evaluate(ReadOnlySpan<int> rows, Span<double> values)
    {
        Span<double> rightValues = stackalloc double[BlockSize];
        rightValues = rightValues[..rows.Length];
        left.Evaluate(rows, values);
        right.Evaluate(rows, rightValues);
        for (int i = 0; i < values.Length; i++) values[i] = function(values[i], rightValues[i]);
    }
}

/// <summary>The product of some factors, at least one.</summary>
internal sealed class ProductEvaluator(IReadOnlyList<RowEvaluator> factors) : RowEvaluator
{
    public override void Evaluate(ReadOnlySpan<int> rows, Span<double> values)
    {
        Span<double> factor = stackalloc double[BlockSize];
        factor = factor[..rows.Length];
        factors[0].Evaluate(rows, values);
        for (int f = 1; f < factors.Count; f++)
        {
            factors[f].Evaluate(rows, factor);
            for (int i = 0; i < values.Length; i++) values[i] *= factor[i];
        }
    }
}

/// <summary>1 where a row has a level, else 0; where its level is unknown, a share of 1.</summary>
/// <param name="levelOfRow">The level of each row of the table, −1 where it is unknown.</param>
/// <param name="level">The level.</param>
/// <param name="unknown">The share.</param>
internal sealed class LevelEvaluator(int[] levelOfRow, int level, double unknown) : RowEvaluator
{
    public override void Evaluate(ReadOnlySpan<int> rows, Span<double> values)
    {
        for (int i = 0; i < rows.Length; i++)
        {
            int found = levelOfRow[rows[i]];
            values[i] = found == level ? 1 : found < 0 ? unknown : 0;
        }
    }
}

/// <summary>A weighted sum of some numbers.</summary>
/// <param name="parts">The numbers.</param>
/// <param name="weights">Their weights; parts without weight take no time.</param>
internal sealed class CombinationEvaluator(IReadOnlyList<RowEvaluator> parts, double[] weights) : RowEvaluator
{
    public override void Evaluate(ReadOnlySpan<int> rows, Span<double> values)
    {
        Span<double> part = stackalloc double[BlockSize];
        part = part[..rows.Length];
        values.Clear();
        for (int p = 0; p < parts.Count; p++)
        {
            if (weights[p] == 0) continue;
            parts[p].Evaluate(rows, part);
            for (int i = 0; i < values.Length; i++) values[i] += weights[p] * part[i];
        }
    }
}

/// <summary>The number of the level that a row has, −1 where it has none.</summary>
/// <param name="levels">Indicators of the levels.</param>
internal sealed class LevelCodeEvaluator(IReadOnlyList<RowEvaluator> levels) : RowEvaluator
{
    public override void Evaluate(ReadOnlySpan<int> rows, Span<double> values)
    {
        Span<double> indicator = stackalloc double[BlockSize];
        indicator = indicator[..rows.Length];
        values.Fill(-1);
        for (int level = 0; level < levels.Count; level++)
        {
            levels[level].Evaluate(rows, indicator);
            for (int i = 0; i < values.Length; i++)
            {
                if (indicator[i] == 1) values[i] = level;
            }
        }
    }
}

/// <summary>One of two numbers, by a truth value.</summary>
internal sealed class ChoiceEvaluator(RowEvaluator test, RowEvaluator yes, RowEvaluator no) : RowEvaluator
{
    public override void Evaluate(ReadOnlySpan<int> rows, Span<double> values)
    {
        Span<double> truth = stackalloc double[BlockSize], other = stackalloc double[BlockSize];
        truth = truth[..rows.Length];
        other = other[..rows.Length];
        test.Evaluate(rows, truth);
        yes.Evaluate(rows, values);
        no.Evaluate(rows, other);
        for (int i = 0; i < values.Length; i++)
        {
            if (truth[i] == 0) values[i] = other[i];
        }
    }
}

/// <summary>The place of a number in a list, −1 where it is not in it.</summary>
internal sealed class NumberCodeEvaluator(RowEvaluator number, IReadOnlyDictionary<double, int> codes) : RowEvaluator
{
    public override void Evaluate(ReadOnlySpan<int> rows, Span<double> values)
    {
        number.Evaluate(rows, values);
        foreach (ref double value in values) value = codes.TryGetValue(value, out int code) ? code : -1;
    }
}

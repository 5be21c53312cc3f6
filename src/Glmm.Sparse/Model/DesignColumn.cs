namespace Glmm.Sparse.Model;

/// <summary>
/// One named column of a design: the response, a fixed-effect or random-effect covariate, weights or an offset.
/// The core never asks where its values live; it asks for the values of some rows.
/// </summary>
/// <remarks>Implementations are immutable and safe to read from many threads.</remarks>
public abstract class DesignColumn
{
    /// <summary>Names the column.</summary>
    /// <param name="name">The name that results and messages use.</param>
    /// <param name="length">Number of rows, n.</param>
    protected DesignColumn(string name, int length)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Name = name;
        Length = length;
    }

    /// <summary>The name that results and messages use, such as <c>trtdrug</c>.</summary>
    public string Name { get; }

    /// <summary>Number of rows, n.</summary>
    public int Length { get; }

    /// <summary>Writes the values of some rows.</summary>
    /// <param name="rows">Zero-based row numbers, each below <see cref="Length"/>.</param>
    /// <param name="destination">Overwritten; at least as long as <paramref name="rows"/>.</param>
    public abstract void Gather(ReadOnlySpan<int> rows, Span<double> destination);

    /// <summary>Whether the column is known to hold one value in every row.</summary>
    internal virtual bool IsConstant => false;

    /// <summary>Whether consecutive values mostly lie in memory, so that <see cref="TryGetRun"/> mostly finds
    /// them.</summary>
    internal virtual bool IsInMemory => false;

    /// <summary>Consecutive values where they lie in memory one behind the other.</summary>
    /// <param name="start">First row.</param>
    /// <param name="count">Number of rows; 0 rows are always found.</param>
    /// <param name="values">The values.</param>
    /// <returns>Whether they do.</returns>
    internal virtual bool TryGetRun(int start, int count, out ReadOnlySpan<double> values)
    {
        values = default;
        return count == 0;
    }

    /// <summary>Consecutive values, gathered only where they do not lie in memory.</summary>
    /// <param name="start">First row.</param>
    /// <param name="count">Number of rows.</param>
    /// <param name="rows">Scratch, at least <paramref name="count"/>.</param>
    /// <param name="scratch">Scratch, at least <paramref name="count"/>.</param>
    internal ReadOnlySpan<double> Slice(int start, int count, Span<int> rows, Span<double> scratch)
    {
        if (TryGetRun(start, count, out ReadOnlySpan<double> values)) return values;
        for (int i = 0; i < count; i++) rows[i] = start + i;
        Gather(rows[..count], scratch[..count]);
        return scratch[..count];
    }

    /// <summary>A copy of all n values.</summary>
    internal double[] ToArray()
    {
        if (TryGetRun(0, Length, out ReadOnlySpan<double> run)) return run.ToArray();
        var values = new double[Length];
        Gather([.. Enumerable.Range(0, Length)], values);
        return values;
    }

    /// <summary>A column over values that already lie in memory; they are not copied and must not change.</summary>
    /// <param name="name">The column's name.</param>
    /// <param name="values">n values.</param>
    /// <returns>The column.</returns>
    public static DesignColumn FromValues(string name, ReadOnlyMemory<double> values) => new MemoryColumn(name, values);

    /// <summary>A column that holds one value in every row, such as the intercept.</summary>
    /// <param name="name">The column's name.</param>
    /// <param name="value">The value of every row.</param>
    /// <param name="length">Number of rows, n.</param>
    /// <returns>The column.</returns>
    public static DesignColumn Constant(string name, double value, int length) =>
        new ConstantColumn(name, value, length);

    private sealed class MemoryColumn(string name, ReadOnlyMemory<double> values) : DesignColumn(name, values.Length)
    {
        public override void Gather(ReadOnlySpan<int> rows, Span<double> destination)
        {
            ReadOnlySpan<double> source = values.Span;
            for (int i = 0; i < rows.Length; i++) destination[i] = source[rows[i]];
        }

        internal override bool IsInMemory => true;

        internal override bool TryGetRun(int start, int count, out ReadOnlySpan<double> run)
        {
            run = count == 0 ? default : values.Span.Slice(start, count);
            return true;
        }
    }

    private sealed class ConstantColumn(string name, double value, int length) : DesignColumn(name, length)
    {
        internal override bool IsConstant => true;

        public override void Gather(ReadOnlySpan<int> rows, Span<double> destination) =>
            destination[..rows.Length].Fill(value);
    }
}

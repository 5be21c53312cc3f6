namespace Glmm.Sparse.Model;

/// <summary>The product of two columns, row by row. Immutable.</summary>
internal sealed class ProductColumn(DesignColumn left, DesignColumn right)
    : DesignColumn($"{left.Name} times {right.Name}", left.Length)
{
    private const int BlockRows = 256;

    /// <inheritdoc/>
    public override void Gather(ReadOnlySpan<int> rows, Span<double> destination)
    {
        Span<double> factor = stackalloc double[BlockRows];
        left.Gather(rows, destination);
        for (int start = 0; start < rows.Length; start += BlockRows)
        {
            int count = Math.Min(BlockRows, rows.Length - start);
            right.Gather(rows.Slice(start, count), factor);
            for (int i = 0; i < count; i++) destination[start + i] *= factor[i];
        }
    }
}

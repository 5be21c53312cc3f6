using System.Globalization;
using System.Runtime.Intrinsics;

namespace Glmm.Sparse.LinearAlgebra;

/// <summary>
/// k symmetric q×q blocks on the diagonal of an otherwise zero qk×qk matrix, such as ZᵀWZ + D⁻¹. Memory and work grow
/// linearly in k.
/// </summary>
/// <remarks>
/// Stored as [batch of 8 blocks][element of the packed lower triangle][lane], 64-byte aligned, so that
/// <see cref="LaneCholesky"/> works on eight blocks at once. Lanes beyond the last block hold the identity, which has
/// factor 1, log-determinant 0 and never fails. Not thread-safe, but batches may be worked on at once.
/// </remarks>
public sealed unsafe class BlockDiagonalMatrix : IDisposable
{
    private const int Lanes = LaneCholesky.Lanes;

    private readonly AlignedBuffer _buffer;

    /// <summary>Makes a matrix of zero blocks.</summary>
    /// <param name="blockSize">Order q of each block, at least 1.</param>
    /// <param name="blockCount">Number k of blocks; 0 is allowed.</param>
    /// <exception cref="InsufficientMemoryException">This process cannot have that much memory.</exception>
    public BlockDiagonalMatrix(int blockSize, int blockCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(blockSize, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(blockSize, 4096);
        ArgumentOutOfRangeException.ThrowIfNegative(blockCount);
        BlockSize = blockSize;
        BlockCount = blockCount;
        PackedLength = LaneCholesky.PackedLength(blockSize);
        BatchCount = (int)((blockCount + (Lanes - 1L)) / Lanes);
        _buffer = new AlignedBuffer((long)BatchCount * PackedLength * Lanes);
        PadWithIdentity();
    }

    /// <summary>Order q of each block.</summary>
    public int BlockSize { get; }

    /// <summary>Number k of blocks.</summary>
    public int BlockCount { get; }

    /// <summary>Number of batches of eight blocks, the last one perhaps padded.</summary>
    public int BatchCount { get; }

    /// <summary>Number of elements of a packed lower triangle, q(q+1)/2.</summary>
    public int PackedLength { get; }

    /// <summary>Order qk of the whole matrix.</summary>
    public long Order => (long)BlockSize * BlockCount;

    /// <summary>Bytes that the blocks take.</summary>
    public long ByteLength => _buffer.ByteLength;

    /// <summary>An element of a block; setting it sets its mirror image too.</summary>
    /// <param name="block">Block.</param>
    /// <param name="i">Row within the block.</param>
    /// <param name="j">Column within the block.</param>
    public double this[int block, int i, int j]
    {
        get => *Element(block, i, j);
        set => *Element(block, i, j) = value;
    }

    /// <summary>
    /// The packed lower triangles of blocks 8·batch … 8·batch + 7, as <see cref="LaneCholesky"/> takes them.
    /// </summary>
    /// <param name="batch">Batch.</param>
    public Span<Vector512<double>> Batch(int batch)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(batch);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(batch, BatchCount);
        return new Span<Vector512<double>>(_buffer.Start + (long)batch * PackedLength * Lanes, PackedLength);
    }

    /// <summary>Sets every block to zero.</summary>
    public void Clear()
    {
        _buffer.Clear();
        PadWithIdentity();
    }

    /// <summary>Copies the blocks of another matrix of the same shape.</summary>
    /// <param name="source">The other matrix.</param>
    public void CopyFrom(BlockDiagonalMatrix source)
    {
        CheckShape(source);
        for (int batch = 0; batch < BatchCount; batch++)
            source.Batch(batch).CopyTo(Batch(batch));
    }

    /// <summary>Sets every block to H_i = Z_iᵀW_iZ_i + D⁻¹.</summary>
    /// <param name="crossProducts">Z_iᵀW_iZ_i; may be this matrix.</param>
    /// <param name="dInverse">D⁻¹, q×q row by row; the lower triangle is read.</param>
    public void AssembleHessian(BlockDiagonalMatrix crossProducts, ReadOnlySpan<double> dInverse)
    {
        CheckShape(crossProducts);
        CheckSquare(dInverse, nameof(dInverse));
        for (int batch = 0; batch < BatchCount; batch++)
        {
            ReadOnlySpan<Vector512<double>> source = crossProducts.Batch(batch);
            Span<Vector512<double>> target = Batch(batch);
            for (int i = 0, element = 0; i < BlockSize; i++)
            {
                for (int j = 0; j <= i; j++, element++)
                    target[element] = source[element] + Vector512.Create(dInverse[i * BlockSize + j]);
            }
        }

        PadWithIdentity();
    }

    /// <summary>
    /// Sets every block to I + ΛᵀZ_iᵀW_iZ_iΛ, the spherical form that stays regular where D = ΛΛᵀ is singular.
    /// </summary>
    /// <param name="crossProducts">Z_iᵀW_iZ_i; another matrix than this.</param>
    /// <param name="lambda">Λ, q×q row by row; the lower triangle is read.</param>
    public void AssembleSpherical(BlockDiagonalMatrix crossProducts, ReadOnlySpan<double> lambda)
    {
        CheckSpherical(crossProducts, lambda);
        using var scratch = new AlignedBuffer((long)BlockSize * Lanes);
        var column = new Span<Vector512<double>>(scratch.Start, BlockSize);
        for (int batch = 0; batch < BatchCount; batch++)
            LaneSphericalForm.Assemble(crossProducts.Batch(batch), lambda, BlockSize, column, Batch(batch));
        PadWithIdentity();
    }

    /// <summary>The matrix by compressed columns, both triangles of every block, zeros included.</summary>
    /// <exception cref="InvalidOperationException">It has more entries than that format can count.</exception>
    public CscMatrix ToCsc()
    {
        if (Order * BlockSize > Array.MaxLength)
        {
            throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture,
                $"{Order * BlockSize:N0} entries are more than compressed columns can hold ({Array.MaxLength:N0})."));
        }

        int order = (int)Order;
        var pointers = new int[order + 1];
        var rows = new int[order * BlockSize];
        var values = new double[order * BlockSize];
        for (int column = 0, entry = 0; column < order; column++)
        {
            (int block, int j) = Math.DivRem(column, BlockSize);
            for (int i = 0; i < BlockSize; i++, entry++)
            {
                rows[entry] = block * BlockSize + i;
                values[entry] = this[block, i, j];
            }

            pointers[column + 1] = entry;
        }

        return new CscMatrix(order, order, pointers, rows, values);
    }

    /// <summary>Reads a block-diagonal matrix from compressed columns that hold both triangles or either.</summary>
    /// <param name="matrix">A symmetric matrix without entries outside the blocks.</param>
    /// <param name="blockSize">Order q of each block.</param>
    /// <exception cref="ArgumentException">
    /// The order is no multiple of q, an entry lies outside the blocks, or the triangles differ.
    /// </exception>
    public static BlockDiagonalMatrix FromCsc(CscMatrix matrix, int blockSize)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        ArgumentOutOfRangeException.ThrowIfLessThan(blockSize, 1);
        if (matrix.RowCount != matrix.ColumnCount || matrix.RowCount % blockSize != 0)
        {
            throw Unfit($"{matrix.RowCount}×{matrix.ColumnCount} is not made of {blockSize}×{blockSize} blocks");
        }

        var result = new BlockDiagonalMatrix(blockSize, matrix.RowCount / blockSize);
        for (int column = 0; column < matrix.ColumnCount; column++)
        {
            for (int entry = matrix.ColumnPointers[column]; entry < matrix.ColumnPointers[column + 1]; entry++)
            {
                int row = matrix.RowIndices[entry];
                double value = matrix.Values[entry];
                if (row / blockSize != column / blockSize)
                    throw Unfit($"the entry in row {row}, column {column} lies outside blocks of order {blockSize}");
                if (matrix.TryGetEntry(column, row, out double mirror) && !mirror.Equals(value))
                    throw Unfit($"not symmetric: ({row}, {column}) is {value:R}, ({column}, {row}) is {mirror:R}");
                result[row / blockSize, row % blockSize, column % blockSize] = value;
            }
        }

        return result;
    }

    /// <inheritdoc/>
    public void Dispose() => _buffer.Dispose();

    private double* Element(int block, int i, int j)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(block);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(block, BlockCount);
        ArgumentOutOfRangeException.ThrowIfNegative(Math.Min(i, j));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(Math.Max(i, j), BlockSize);
        return Address(block, LaneCholesky.PackedIndex(Math.Max(i, j), Math.Min(i, j)));
    }

    private double* Address(int block, int element) =>
        _buffer.Start + ((long)(block / Lanes) * PackedLength + element) * Lanes + block % Lanes;

    // Lanes beyond the last block become the identity again, after a step that wrote to every lane.
    internal void PadWithIdentity()
    {
        for (int lane = BlockCount % Lanes; lane is > 0 and < Lanes; lane++)
        {
            int block = (BatchCount - 1) * Lanes + lane;
            for (int i = 0; i < BlockSize; i++)
            {
                for (int j = 0; j <= i; j++)
                    *Address(block, LaneCholesky.PackedIndex(i, j)) = i == j ? 1 : 0;
            }
        }
    }

    internal void CheckSpherical(BlockDiagonalMatrix crossProducts, ReadOnlySpan<double> lambda)
    {
        CheckShape(crossProducts);
        CheckSquare(lambda, nameof(lambda));
        if (ReferenceEquals(crossProducts, this))
            throw new ArgumentException("It cannot overwrite its own cross-products.", nameof(crossProducts));
    }

    private void CheckShape(BlockDiagonalMatrix other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.BlockSize != BlockSize || other.BlockCount != BlockCount)
        {
            throw Unfit(
                $"{other.BlockCount} blocks of order {other.BlockSize}, not {BlockCount} of order {BlockSize}");
        }
    }

    private void CheckSquare(ReadOnlySpan<double> matrix, string name)
    {
        if (matrix.Length != BlockSize * BlockSize)
            throw new ArgumentException($"Needs {BlockSize}×{BlockSize} values, has {matrix.Length}.", name);
    }

    private static ArgumentException Unfit(FormattableString fault) =>
        new("The matrix does not fit: " + fault.ToString(CultureInfo.InvariantCulture) + ".");
}

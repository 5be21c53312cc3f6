using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Glmm.Sparse.Threading;

namespace Glmm.Sparse.LinearAlgebra;

/// <summary>
/// Cholesky factorisation of a <see cref="BlockDiagonalMatrix"/>: k independent factors of order q, eight at once, in
/// time and memory linear in k.
/// </summary>
/// <remarks>
/// Factors replace the matrix, which must be assembled anew before the next <see cref="Factor"/>. Work is cut into
/// chunks of batches by q alone and partial sums are added in chunk order: the same bits for any number of threads.
/// Nothing is allocated after construction. Not thread-safe.
/// </remarks>
public sealed unsafe class BatchedCholesky : ISparseFactorization, IDisposable
{
    private const int Lanes = LaneCholesky.Lanes;

    // Doubles of blocks per chunk: about a level-1 cache, and some microseconds of work, enough to be worth a thread.
    private const int ChunkLength = 1 << 12;

    private readonly WorkerTeam _team;
    private readonly int _batchesPerChunk;
    private readonly double[] _chunkLogDeterminants;
    private readonly int[] _chunkFailures;
    private readonly AlignedBuffer _scratch;
    private readonly Step _factor;
    private readonly Step _solve;
    private readonly Step _invert;

    // What a running step works on, beside the matrix.
    private readonly double[] _lambda;
    private BlockDiagonalMatrix? _crossProducts;
    private double* _rightHandSide;
    private BlockDiagonalMatrix? _inverse;

    private double _logDeterminant;
    private bool _hasFactor;

    /// <summary>Binds the factorisation to a matrix and a team, neither of which it owns.</summary>
    /// <param name="matrix">The matrix whose blocks are overwritten by their factors.</param>
    /// <param name="team">Runs the chunks.</param>
    public BatchedCholesky(BlockDiagonalMatrix matrix, WorkerTeam team)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        ArgumentNullException.ThrowIfNull(team);
        Matrix = matrix;
        _team = team;
        _batchesPerChunk = Math.Max(1, ChunkLength / (matrix.PackedLength * Lanes));
        int chunks = (int)(((long)matrix.BatchCount + _batchesPerChunk - 1) / _batchesPerChunk);
        _chunkLogDeterminants = new double[chunks];
        _chunkFailures = new int[chunks];
        _scratch = new AlignedBuffer((long)chunks * ScratchLength);
        _lambda = new double[matrix.BlockSize * matrix.BlockSize];
        _factor = new Step(this, static (self, chunk, first, end) => self.FactorChunk(chunk, first, end));
        _solve = new Step(this, static (self, chunk, first, end) => self.SolveChunk(chunk, first, end));
        _invert = new Step(this, static (self, _, first, end) => self.InvertChunk(first, end));
    }

    /// <summary>The matrix; after <see cref="Factor"/> its blocks are the factors L_i.</summary>
    public BlockDiagonalMatrix Matrix { get; }

    /// <inheritdoc/>
    public long Order => Matrix.Order;

    /// <inheritdoc/>
    public double LogDeterminant
    {
        get
        {
            ThrowIfNoFactor();
            return _logDeterminant;
        }
    }

    /// <summary>Overwrites every block with its factor, H_i = L_i L_iᵀ, and sums the log-determinant.</summary>
    /// <returns>The first block that is not positive definite (NaN and infinity are not), or −1.</returns>
    public int Factor()
    {
        _hasFactor = false;
        _team.Run(_chunkFailures.Length, _factor);
        foreach (int failure in _chunkFailures)
        {
            if (failure >= 0)
                return failure;
        }

        _logDeterminant = 0;
        foreach (double partial in _chunkLogDeterminants)
            _logDeterminant += partial;
        _hasFactor = true;
        return -1;
    }

    /// <summary>
    /// Assembles I + ΛᵀZ_iᵀW_iZ_iΛ and factors it, batch by batch while it is in cache; what
    /// <see cref="BlockDiagonalMatrix.AssembleSpherical"/> and
    /// <see cref="Factor"/> do, to the bit.
    /// </summary>
    /// <param name="crossProducts">Z_iᵀW_iZ_i; another matrix than <see cref="Matrix"/>.</param>
    /// <param name="lambda">Λ, q×q row by row; the lower triangle is read.</param>
    /// <returns>The first block that is not positive definite (NaN and infinity are not), or −1.</returns>
    public int FactorSpherical(BlockDiagonalMatrix crossProducts, ReadOnlySpan<double> lambda)
    {
        Matrix.CheckSpherical(crossProducts, lambda);
        lambda.CopyTo(_lambda);
        _crossProducts = crossProducts;
        try
        {
            return Factor();
        }
        finally
        {
            _crossProducts = null;
        }
    }

    /// <summary>Solves H_i x_i = b_i for every block, in place.</summary>
    /// <param name="b">qk values, block by block, overwritten by x.</param>
    public void Solve(Span<double> b)
    {
        ThrowIfNoFactor();
        if (b.Length != Order)
            throw new ArgumentException($"Needs {Order} values, has {b.Length}.", nameof(b));
        fixed (double* pinned = b)
        {
            _rightHandSide = pinned;
            _team.Run(_chunkFailures.Length, _solve);
            _rightHandSide = null;
        }
    }

    /// <summary>Writes H_i⁻¹ for every block.</summary>
    /// <param name="inverse">
    /// Takes the inverses. It may be <see cref="Matrix"/> itself, whose factors are then gone.
    /// </param>
    public void InvertInto(BlockDiagonalMatrix inverse)
    {
        ThrowIfNoFactor();
        ArgumentNullException.ThrowIfNull(inverse);
        if (inverse.BlockSize != Matrix.BlockSize || inverse.BlockCount != Matrix.BlockCount)
        {
            throw new ArgumentException(
                $"The inverse has {Matrix.BlockCount} blocks of order {Matrix.BlockSize}, not {inverse.BlockCount} of "
                + $"{inverse.BlockSize}.",
                nameof(inverse));
        }

        _inverse = inverse;
        _team.Run(_chunkFailures.Length, _invert);
        _inverse = null;
        _hasFactor = !ReferenceEquals(inverse, Matrix);
    }

    /// <summary>Frees the working space; the matrix and the team are not its own.</summary>
    public void Dispose() => _scratch.Dispose();

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FactorChunk(int chunk, int firstBatch, int endBatch)
    {
        int q = Matrix.BlockSize;
        int failure = -1;
        for (int batch = firstBatch; batch < endBatch; batch++)
        {
            Span<Vector512<double>> blocks = Matrix.Batch(batch);
            if (_crossProducts is not null)
                AssembleBatch(chunk, batch, blocks);
            ulong definite = LaneCholesky.Factor(blocks, q).ExtractMostSignificantBits();
            if (definite != (1UL << Lanes) - 1 && failure < 0)
                failure = batch * Lanes + BitOperations.TrailingZeroCount(~definite);
        }

        _chunkFailures[chunk] = failure;
        _chunkLogDeterminants[chunk] = LogDeterminantOf(firstBatch, endBatch);
    }

    private void AssembleBatch(int chunk, int batch, Span<Vector512<double>> blocks)
    {
        LaneSphericalForm.Assemble(
            _crossProducts!.Batch(batch), _lambda, Matrix.BlockSize, VectorScratch(chunk), blocks);
        if (batch == Matrix.BatchCount - 1)
            Matrix.PadWithIdentity();
    }

    // A loop of its own, while the chunk is in cache: nothing is called in it, so the sum stays in registers.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private double LogDeterminantOf(int firstBatch, int endBatch)
    {
        int q = Matrix.BlockSize;
        LaneLogSum half = LaneLogSum.Zero;
        for (int batch = firstBatch; batch < endBatch; batch++)
            LaneCholesky.AddLogDiagonal(Matrix.Batch(batch), q, ref half);
        return 2 * Vector512.Sum(half.Value());
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SolveChunk(int chunk, int firstBatch, int endBatch)
    {
        int q = Matrix.BlockSize;
        Span<Vector512<double>> x = VectorScratch(chunk);
        Span<double> partial = PartialScratch(chunk);
        for (int batch = firstBatch; batch < endBatch; batch++)
        {
            int length = Math.Min(Lanes, Matrix.BlockCount - batch * Lanes) * q;
            var b = new Span<double>(_rightHandSide + (long)batch * Lanes * q, length);
            if (length == partial.Length)
            {
                Interleave(b, x);
                LaneCholesky.Solve(Matrix.Batch(batch), q, x);
                Deinterleave(x, b);
            }
            else
            {
                b.CopyTo(partial); // the last batch: lanes without a block solve for something and nobody looks
                Interleave(partial, x);
                LaneCholesky.Solve(Matrix.Batch(batch), q, x);
                Deinterleave(x, partial);
                partial[..length].CopyTo(b);
            }
        }
    }

    private void InvertChunk(int firstBatch, int endBatch)
    {
        for (int batch = firstBatch; batch < endBatch; batch++)
            LaneCholesky.Invert(Matrix.Batch(batch), Matrix.BlockSize, _inverse!.Batch(batch));
    }

    // From [block][component] to [component][lane].
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Interleave(ReadOnlySpan<double> source, Span<Vector512<double>> target)
    {
        int q = target.Length;
        source = source[..(q * Lanes)];
        for (int c = 0; c < q; c++)
        {
            // Built in registers: a vector load of eight doubles just stored one by one would have to wait for them.
            target[c] = Vector512.Create(
                source[c], source[q + c], source[2 * q + c], source[3 * q + c],
                source[4 * q + c], source[5 * q + c], source[6 * q + c], source[7 * q + c]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Deinterleave(ReadOnlySpan<Vector512<double>> source, Span<double> target)
    {
        int q = source.Length;
        ReadOnlySpan<double> lanes = MemoryMarshal.Cast<Vector512<double>, double>(source);
        target = target[..(q * Lanes)];
        for (int lane = 0; lane < Lanes; lane++)
        {
            for (int c = 0; c < q; c++)
                target[lane * q + c] = lanes[c * Lanes + lane];
        }
    }

    // Per chunk: q vectors, aligned, which halves the time of a solve, and the right-hand sides of an incomplete batch.
    private int ScratchLength => 2 * Matrix.BlockSize * Lanes;

    private Span<Vector512<double>> VectorScratch(int chunk) =>
        new(_scratch.Start + (long)chunk * ScratchLength, Matrix.BlockSize);

    private Span<double> PartialScratch(int chunk) =>
        new(_scratch.Start + (long)chunk * ScratchLength + ScratchLength / 2, ScratchLength / 2);

    private void ThrowIfNoFactor()
    {
        if (!_hasFactor)
            throw new InvalidOperationException("There is no factor: call Factor, and use it only if it returned -1.");
    }

    private sealed class Step(BatchedCholesky owner, Action<BatchedCholesky, int, int, int> body) : IPartitionedWork
    {
        public void Execute(int partition)
        {
            int first = partition * owner._batchesPerChunk;
            int end = (int)Math.Min((long)first + owner._batchesPerChunk, owner.Matrix.BatchCount);
            body(owner, partition, first, end);
        }
    }
}

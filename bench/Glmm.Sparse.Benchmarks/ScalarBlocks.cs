using Glmm.Sparse.LinearAlgebra;

namespace Glmm.Sparse.Benchmarks;

/// <summary>The plain loop over clusters: each block packed in an ordinary array, one double at a time.</summary>
public sealed class ScalarBlocks
{
    private readonly int _q;
    private readonly int _packed;
    private readonly double[] _source;
    private readonly double[] _blocks;

    public ScalarBlocks(BlockDiagonalMatrix source)
    {
        _q = source.BlockSize;
        _packed = source.PackedLength;
        _source = new double[source.BlockCount * _packed];
        _blocks = new double[_source.Length];
        for (int block = 0; block < source.BlockCount; block++)
        {
            for (int i = 0; i < _q; i++)
            {
                for (int j = 0; j <= i; j++)
                    _source[block * _packed + LaneCholesky.PackedIndex(i, j)] = source[block, i, j];
            }
        }
    }

    /// <summary>Copies, factors and solves; returns the log-determinant.</summary>
    public double Solve(Span<double> b)
    {
        _source.CopyTo(_blocks, 0);
        double logDeterminant = 0;
        for (int block = 0; block * _packed < _blocks.Length; block++)
        {
            Span<double> a = _blocks.AsSpan(block * _packed, _packed);
            logDeterminant += Factor(a, _q);
            Solve(a, _q, b.Slice(block * _q, _q));
        }

        return logDeterminant;
    }

    private static double Factor(Span<double> a, int q)
    {
        double product = 1;
        for (int i = 0; i < q; i++)
        {
            Span<double> rowI = a.Slice(LaneCholesky.PackedIndex(i, 0), i + 1);
            for (int j = 0; j <= i; j++)
            {
                ReadOnlySpan<double> rowJ = a.Slice(LaneCholesky.PackedIndex(j, 0), j + 1);
                double sum = rowI[j];
                for (int m = 0; m < j; m++)
                    sum -= rowI[m] * rowJ[m];
                if (i > j)
                    rowI[j] = sum / rowJ[j];
                else if (sum > 0)
                    rowI[i] = Math.Sqrt(sum);
                else
                    throw new InvalidOperationException("The blocks are positive definite.");
            }

            product *= rowI[i];
        }

        return 2 * Math.Log(product);
    }

    private static void Solve(ReadOnlySpan<double> l, int q, Span<double> x)
    {
        for (int i = 0; i < q; i++)
        {
            ReadOnlySpan<double> row = l.Slice(LaneCholesky.PackedIndex(i, 0), i + 1);
            for (int m = 0; m < i; m++)
                x[i] -= row[m] * x[m];
            x[i] /= row[i];
        }

        for (int i = q - 1; i >= 0; i--)
        {
            ReadOnlySpan<double> row = l.Slice(LaneCholesky.PackedIndex(i, 0), i + 1);
            x[i] /= row[i];
            for (int m = 0; m < i; m++)
                x[m] -= row[m] * x[i];
        }
    }
}

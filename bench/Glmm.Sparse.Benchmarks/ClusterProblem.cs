using Glmm.Sparse.LinearAlgebra;

namespace Glmm.Sparse.Benchmarks;

/// <summary>
/// The algebra of one variance-component step: from w (n), Z (k blocks of 10×2), Λ (2×2) and r (n) to log|I + ΛᵀZᵀWZΛ|
/// and the spherical effects u = (I + ΛᵀZᵀWZΛ)⁻¹ΛᵀZᵀWr = ΛᵀZᵀV⁻¹r, V = W⁻¹ + ZDZᵀ.
/// </summary>
public sealed class ClusterProblem : IDisposable
{
    public const int BlockSize = 2;
    public const int RowsPerCluster = 10;

    public ClusterProblem(int clusters)
    {
        var random = new Random(20);
        int rows = clusters * RowsPerCluster;
        var pointers = new int[clusters + 1];
        var values = new double[rows * BlockSize];
        for (int cluster = 0; cluster < clusters; cluster++)
        {
            pointers[cluster + 1] = (cluster + 1) * RowsPerCluster;
            Span<double> block = values.AsSpan(cluster * RowsPerCluster * BlockSize, RowsPerCluster * BlockSize);
            block[..RowsPerCluster].Fill(1); // intercept and time
            for (int row = 0; row < RowsPerCluster; row++)
                block[RowsPerCluster + row] = row / 9.0;
        }

        Clusters = clusters;
        Z = new BlockRectangularMatrix(BlockSize, pointers, values);
        Weights = [.. Enumerable.Range(0, rows).Select(_ => 0.05 + 0.2 * random.NextDouble())];
        Residuals = [.. Enumerable.Range(0, rows).Select(_ => random.NextDouble() - 0.5)];
        Lambda = [1.1, 0, -0.3, 0.7];

        CrossProducts = new BlockDiagonalMatrix(BlockSize, clusters);
        Z.WeightedCrossProductInto(Weights, CrossProducts);
        RightHandSide = new double[clusters * BlockSize];
        double[] weighted = [.. Weights.Zip(Residuals, static (w, r) => w * r)];
        Z.TransposeMultiplyInto(weighted, RightHandSide);
        ApplyLambdaTransposed(RightHandSide);
    }

    public int Clusters { get; }

    public BlockRectangularMatrix Z { get; }

    public double[] Weights { get; }

    public double[] Residuals { get; }

    public double[] Lambda { get; }

    /// <summary>ZᵀWZ.</summary>
    public BlockDiagonalMatrix CrossProducts { get; }

    /// <summary>ΛᵀZᵀWr.</summary>
    public double[] RightHandSide { get; }

    /// <summary>v_i becomes Λᵀv_i.</summary>
    public void ApplyLambdaTransposed(Span<double> v)
    {
        for (int i = 0; i < v.Length; i += BlockSize)
        {
            v[i] = Lambda[0] * v[i] + Lambda[2] * v[i + 1];
            v[i + 1] = Lambda[3] * v[i + 1];
        }
    }

    public void Dispose() => CrossProducts.Dispose();
}

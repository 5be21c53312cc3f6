namespace Glmm.Sparse.Benchmarks;

/// <summary>One way to solve a <see cref="ClusterProblem"/>; all give the same answer.</summary>
public interface IContender : IDisposable
{
    /// <summary>Bytes of the matrices and factors it holds at once, beside the problem itself.</summary>
    public long Bytes { get; }

    /// <summary>Fills the matrix, factors it and solves.</summary>
    /// <param name="effects">Takes u.</param>
    /// <returns>log|I + ΛᵀZᵀWZΛ|.</returns>
    public double Solve(Span<double> effects);
}

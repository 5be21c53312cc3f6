namespace Glmm.Sparse.Core;

/// <summary>
/// The global statistics of a data pass: additive, so that partitions, threads, disk blocks and machines each fill one
/// and the sum, taken in a fixed order, is the statistic of all the data. Not thread-safe.
/// </summary>
/// <remarks>φ is left out: W is the working weight at φ = 1. The working response is taken about the current linear
/// predictor, r = y* − η + o, so that nothing cancels near convergence.</remarks>
internal sealed class PassStatistics
{
    internal PassStatistics(int fixedCount)
    {
        FixedCount = fixedCount;
        Cross = new double[fixedCount * fixedCount];
        Gradient = new double[fixedCount];
    }

    /// <summary>p.</summary>
    internal int FixedCount { get; }

    /// <summary>XᵀWX, p² row by row.</summary>
    internal double[] Cross { get; }

    /// <summary>XᵀWr.</summary>
    internal double[] Gradient { get; }

    /// <summary>rᵀWr.</summary>
    internal double WeightedSquares { get; set; }

    /// <summary>Σ d.</summary>
    internal double Deviance { get; set; }

    /// <summary>Half of it but for a term of the responses alone.</summary>
    internal double Objective { get; set; }

    /// <summary>Σ log w, where the pass was asked for it.</summary>
    internal double LogWeights { get; set; }

    /// <summary>Rows whose linear predictor lies outside the domain of the link or the family.</summary>
    internal long Invalid { get; set; }

    /// <summary>Whether every statistic is a finite number and no row was outside the domain.</summary>
    internal bool IsUsable
    {
        get
        {
            double sum = WeightedSquares + Deviance;
            foreach (double value in Cross) sum += value;
            foreach (double value in Gradient) sum += value;
            return Invalid == 0 && double.IsFinite(sum);
        }
    }

    /// <summary>The same of what a pass for a likelihood sums.</summary>
    internal bool IsUsableForLikelihood
    {
        get
        {
            double sum = Objective;
            foreach (double value in Gradient) sum += value;
            return Invalid == 0 && double.IsFinite(sum);
        }
    }

    /// <summary>Sets everything to 0.</summary>
    internal void Clear()
    {
        Array.Clear(Cross);
        Array.Clear(Gradient);
        (WeightedSquares, Deviance, Objective, LogWeights, Invalid) = (0, 0, 0, 0, 0);
    }

    /// <summary>Adds another part of the data.</summary>
    internal void Add(PassStatistics other)
    {
        for (int i = 0; i < Cross.Length; i++) Cross[i] += other.Cross[i];
        for (int i = 0; i < Gradient.Length; i++) Gradient[i] += other.Gradient[i];
        WeightedSquares += other.WeightedSquares;
        Deviance += other.Deviance;
        Objective += other.Objective;
        LogWeights += other.LogWeights;
        Invalid += other.Invalid;
    }
}

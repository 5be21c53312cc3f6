using Glmm.Sparse.Kernels;
using Glmm.Sparse.LinearAlgebra;

namespace Glmm.Sparse.Inference;

/// <summary>
/// A model without random effects at its estimates, as the score test sees it: weights, score residuals and their
/// cumulants row by row, leverages, and the bias of α̂. Filled again for each response; not thread-safe.
/// </summary>
internal sealed class NullState
{
    private readonly double[] _scratch;

    internal NullState(ScoreRows rows, WorkingKernel kernel)
    {
        (Rows, Kernel) = (rows, kernel);
        int n = rows.Count, p = rows.FixedCount;
        (Predictor, Response, Weights) = (new double[n], new double[n], new double[n]);
        (Scores, Leverage, Shift, Bend) = (new double[n], new double[n], new double[n], new double[n]);
        Cumulants = new double[4 * n];
        Factor = new double[p * p];
        _scratch = new double[2 * n];
        Whitened = new double[n * p];
    }

    internal ScoreRows Rows { get; }

    internal WorkingKernel Kernel { get; }

    /// <summary>η⁰; the caller's to fill.</summary>
    internal double[] Predictor { get; }

    /// <summary>y; the caller's to fill.</summary>
    internal double[] Response { get; }

    /// <summary>φ.</summary>
    internal double Dispersion { get; private set; }

    /// <summary>w = ωδ²/(φV).</summary>
    internal double[] Weights { get; }

    /// <summary>s = ω(y − μ)δ/(φV).</summary>
    internal double[] Scores { get; }

    /// <summary>κ₃ … κ₆ of s, 4n.</summary>
    internal double[] Cumulants { get; }

    /// <summary>Cholesky factor of XᵀWX, p².</summary>
    internal double[] Factor { get; }

    /// <summary>L⁻¹x_j with XᵀWX = LLᵀ, n×p row by row.</summary>
    internal double[] Whitened { get; }

    /// <summary>x_jᵀ(XᵀWX)⁻¹x_j.</summary>
    internal double[] Leverage { get; }

    /// <summary>x_jᵀE(α̂ − α), to first order.</summary>
    internal double[] Shift { get; }

    /// <summary>ρ = d log(δ/V)/dη, 0 for a canonical link.</summary>
    internal double[] Bend { get; }

    /// <summary>Evaluates everything at <see cref="Predictor"/> and <see cref="Response"/>.</summary>
    /// <param name="dispersion">φ.</param>
    /// <returns>Whether XᵀWX is positive definite.</returns>
    internal bool Evaluate(double dispersion)
    {
        int n = Rows.Count;
        Dispersion = dispersion;
        ReadOnlySpan<double> omega = Rows.PriorWeights;
        Kernel.WeightsScoresAndObjective(Predictor, Response, omega, Weights, Scores);
        Span<double> mean = _scratch.AsSpan(0, n), derivative = _scratch.AsSpan(n);
        Kernel.Mean(Predictor, mean, derivative);
        ResponseCumulants.Evaluate(Kernel.Family, mean, derivative, omega, dispersion, Cumulants);
        if (!Kernel.IsCanonical) Kernel.WeightDerivatives(Predictor, Response, omega, observed: false, Bend);
        for (int r = 0; r < n; r++)
        {
            Weights[r] /= dispersion;
            Scores[r] /= dispersion;

            // w′ = 2wρ + κ₃.
            if (!Kernel.IsCanonical)
                Bend[r] = Weights[r] > 0 ? ((Bend[r] / dispersion) - Cumulants[4 * r]) / (2 * Weights[r]) : 0;
        }

        if (!FactorInformation()) return false;
        EvaluateBias();
        return true;
    }

    /// <summary>A vector in the place of its solution with XᵀWX.</summary>
    internal void Solve(Span<double> vector) => DenseCholesky.Solve(Factor, Rows.FixedCount, vector);

    private bool FactorInformation()
    {
        int p = Rows.FixedCount;
        Array.Clear(Factor);
        for (int r = 0; r < Rows.Count; r++)
        {
            ReadOnlySpan<double> x = Rows.X.AsSpan(r * p, p);
            for (int i = 0; i < p; i++)
            {
                double wx = Weights[r] * x[i];
                for (int j = 0; j <= i; j++) Factor[(i * p) + j] += wx * x[j];
            }
        }

        return DenseCholesky.Factor(Factor, p) < 0;
    }

    // E(α̂ − α) = −½S⁻¹Σ x(κ₃ + wρ)h (Cordeiro & McCullagh 1991).
    private void EvaluateBias()
    {
        int p = Rows.FixedCount;
        Span<double> bias = stackalloc double[p];
        bias.Clear();
        for (int r = 0; r < Rows.Count; r++)
        {
            ReadOnlySpan<double> x = Rows.X.AsSpan(r * p, p);
            Span<double> whitened = Whitened.AsSpan(r * p, p);
            x.CopyTo(whitened);
            DenseCholesky.SolveLower(Factor, p, whitened);
            Leverage[r] = FusedSums.Dot(whitened, whitened);
            double factor = -0.5 * (Cumulants[4 * r] + (Weights[r] * Bend[r])) * Leverage[r];
            for (int j = 0; j < p; j++) bias[j] += factor * x[j];
        }

        Solve(bias);
        for (int r = 0; r < Rows.Count; r++) Shift[r] = FusedSums.Dot(Rows.X.AsSpan(r * p, p), bias);
    }
}

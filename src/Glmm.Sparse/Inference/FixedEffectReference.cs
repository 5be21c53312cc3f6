using Glmm.Sparse.LinearAlgebra;

namespace Glmm.Sparse.Inference;

/// <summary>The covariance of the fixed effects by which contrasts are judged, and their degrees of freedom.</summary>
internal abstract class FixedEffectReference
{
    // A variance that others leave of 1.
    private const double Singular = 1e-11;

    /// <summary>Cov(α̂), p² row by row.</summary>
    internal abstract double[] Covariance { get; }

    /// <summary>Variance and degrees of freedom of wᵀα̂.</summary>
    internal abstract (double Variance, double DegreesOfFreedom) Of(ReadOnlySpan<double> weights);

    /// <summary>F (χ² over its degrees of freedom where the denominator has infinitely many) of a set of
    /// contrasts.</summary>
    /// <param name="set">The contrasts.</param>
    /// <param name="values">Lα̂ − hypothesis for the independent rows.</param>
    internal abstract (double F, double DegreesOfFreedom, double Scale) Joint(
        FixedEffectContrasts set, double[] values);

    /// <summary>dᵀ(LCLᵀ)⁻¹d.</summary>
    /// <param name="rows">L, independent rows.</param>
    /// <param name="values">d.</param>
    /// <param name="covariance">C, p².</param>
    /// <exception cref="InvalidModelOptionException">LCLᵀ is singular.</exception>
    internal static double Quadratic(double[][] rows, double[] values, double[] covariance)
    {
        int q = rows.Length;
        var form = new double[q * q];
        for (int a = 0; a < q; a++)
        {
            for (int b = 0; b <= a; b++) form[(a * q) + b] = form[(b * q) + a] = Form(rows[a], covariance, rows[b]);
        }

        // Scaled to correlations: L⁻¹d of their factor, whose squares add up to the form.
        double[] scaled = new double[q * q], solution = new double[q];
        for (int a = 0; a < q; a++)
        {
            for (int b = 0; b < q; b++)
                scaled[(a * q) + b] = form[(a * q) + b] / Math.Sqrt(form[(a * q) + a] * form[(b * q) + b]);
            solution[a] = values[a] / Math.Sqrt(form[(a * q) + a]);
        }

        bool singular = DenseCholesky.Factor(scaled, q) >= 0;
        for (int a = 0; a < q; a++) singular |= scaled[(a * q) + a] * scaled[(a * q) + a] < Singular;
        if (singular)
        {
            throw new InvalidModelOptionException(
                $"The covariance of the {q} contrasts is singular, so they cannot be tested together: a " +
                $"cluster-robust covariance allows fewer contrasts than there are clusters. Test fewer, or use the " +
                $"model's covariance.");
        }

        DenseCholesky.SolveLower(scaled, q, solution);
        return solution.Sum(v => v * v);
    }

    /// <summary>aᵀCb.</summary>
    internal static double Form(ReadOnlySpan<double> a, double[] c, ReadOnlySpan<double> b)
    {
        int p = a.Length;
        double sum = 0;
        for (int i = 0; i < p; i++)
        {
            if (a[i] == 0) continue;
            double row = 0;
            for (int j = 0; j < p; j++) row += c[(i * p) + j] * b[j];
            sum += a[i] * row;
        }

        return sum;
    }

    /// <summary>Lᵀw: a contrast of the whitened columns' effects.</summary>
    internal static double[] Whitened(double[] whitening, ReadOnlySpan<double> weights)
    {
        int p = weights.Length;
        var result = new double[p];
        for (int j = 0; j < p; j++)
        {
            for (int i = j; i < p; i++) result[j] += whitening[(i * p) + j] * weights[i];
        }

        return result;
    }

    /// <summary>LCLᵀ of a covariance of the whitened columns' effects.</summary>
    internal static double[] Unwhitened(double[] whitening, double[] covariance, int p) =>
        SmallMatrices.Congruence(whitening, covariance, p);
}

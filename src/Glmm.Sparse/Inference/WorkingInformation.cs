using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Model;
using Glmm.Sparse.Model.Covariance;
using Glmm.Sparse.Results;
using Glmm.Sparse.Working;

namespace Glmm.Sparse.Inference;

/// <summary>
/// Observed and expected information about the variance parameters σ = (τ²_1 … τ²_m[, φ]) of the working linear mixed
/// model at the estimates of a fit, and how the fixed effects' information moves with them. V = φW⁻¹ + ΣZDZᵀ is linear
/// in σ (W here at φ = 1), so that V has no second derivatives. Immutable.
/// </summary>
/// <remarks>
/// <para>With P = V⁻¹ − V⁻¹XΦXᵀV⁻¹, Φ = S⁻¹, the restricted log-likelihood has the score ½(y*ᵀP∂_lVPy* − tr P∂_lV), the
/// expected information ½tr P∂_lVP∂_mV and the observed y*ᵀP∂_lVP∂_mVPy* − ½tr P∂_lVP∂_mV; of the likelihood, α at its
/// maximum for each σ, the traces have V⁻¹ in place of P (Searle, Casella &amp; McCulloch 1992, chapter 6). The
/// direction V itself stands in for φ: ∂_φV = (V − Στ²_l∂_lV)/φ.</para>
/// <para>Matrices in the fixed effects are those of the whitened columns XL, LLᵀ = Cov(α̂) of the fit: a contrast wᵀα
/// is (Lᵀw)ᵀ of theirs, and their S is I up to the fit's tolerance (near I for a
/// second-order fit, whose own S has averaged weights).</para>
/// <para>Parameters on the boundary are left out: where D̂ is singular, <see cref="ParameterCovariance"/> is that of
/// the variance components along the coordinates of the structure that can move both ways (the factor Λ's columns that
/// are not 0; the components that are not 0), and is 0 for those held.</para>
/// </remarks>
internal sealed partial class WorkingInformation
{
    private readonly double[][] _fixedDerivatives;
    private readonly double[][] _pairProducts;
    private readonly double[] _curvature;
    private readonly double[]? _jacobian;

    private WorkingInformation(
        GlmmFit fit, ClusteredDesign design, double[] whitening, WorkingInformationSums sums, double[][] basis)
    {
        P = fit.FixedEffects.Count;
        Whitening = whitening;
        Rows = design.CountTotal;
        ComponentCount = basis.Length;
        HasDispersion = fit.DispersionEstimated;
        Restricted = fit.Criterion == EstimationCriterion.Reml;
        double[] covariance = [.. fit.Covariance.Cast<double>()];
        double[] components = [.. SymmetricBasis.Dual(basis).Select(h => SymmetricBasis.Inner(h, covariance))];
        Parameters = HasDispersion ? [.. components, fit.Dispersion] : components;
        ResidualForm = sums.Residual;
        FixedInformation = sums.Information;
        FixedCovariance = Inverse(sums.Information, P) ?? throw new InvalidModelOptionException(
            "The fit has no covariance of its fixed effects, so nothing can be inferred from it; mend the fit first " +
            "(its message says how).");

        // Directions ∂_1 … ∂_m and V, then the parameters as combinations of them.
        int m = ComponentCount, count = m + 1;
        var mix = Mix(components, fit.Dispersion, HasDispersion);
        double[][] derivatives = [.. sums.FixedDerivatives, sums.Information];
        var pairs = new double[count * count][];
        for (int a = 0; a < count; a++)
        {
            for (int b = 0; b < count; b++)
            {
                pairs[(a * count) + b] = b == m ? derivatives[a]
                    : a == m ? derivatives[b] : sums.PairProducts[(a * m) + b];
            }
        }

        _fixedDerivatives = Combine(derivatives, mix);
        _pairProducts = CombinePairs(pairs, mix);
        (double[] score, double[] expected, double[] observed) = Directions(sums, derivatives);
        Score = Apply(score, mix);
        Expected = Apply2(expected, mix);
        Observed = Apply2(observed, mix);
        _curvature = new double[ParameterCount * ParameterCount];
        if (fit.Singular) _jacobian = Boundary(design.Covariance, covariance, basis, sums);
    }

    /// <summary>p.</summary>
    internal int P { get; }

    /// <summary>n, rows counted as often as they count.</summary>
    internal double Rows { get; }

    /// <summary>m, the variance components of the structure.</summary>
    internal int ComponentCount { get; }

    /// <summary>φ was estimated and is the last parameter.</summary>
    internal bool HasDispersion { get; }

    /// <summary>m, and one more where φ was estimated.</summary>
    internal int ParameterCount => Parameters.Length;

    /// <summary>Whether it is the restricted likelihood's.</summary>
    internal bool Restricted { get; }

    /// <summary>σ̂ = (τ²_1 … τ²_m[, φ]).</summary>
    internal double[] Parameters { get; }

    /// <summary>L, p² row by row, lower: LLᵀ = Cov(α̂) of the fit.</summary>
    internal double[] Whitening { get; }

    /// <summary>S of the whitened columns, p².</summary>
    internal double[] FixedInformation { get; }

    /// <summary>Φ = S⁻¹ of the whitened columns, p².</summary>
    internal double[] FixedCovariance { get; }

    /// <summary>y*ᵀPy*, which is n − p (REML) or n (ML) where φ was estimated.</summary>
    internal double ResidualForm { get; }

    /// <summary>∂ℓ/∂σ: 0 but for components on the boundary.</summary>
    internal double[] Score { get; }

    /// <summary>Expected information on σ, row by row.</summary>
    internal double[] Expected { get; }

    /// <summary>Observed information on σ, row by row.</summary>
    internal double[] Observed { get; }

    /// <summary>P_l = XᵀV⁻¹∂_lVV⁻¹X = −∂S/∂σ_l, p².</summary>
    internal ReadOnlySpan<double> FixedDerivative(int l) => _fixedDerivatives[l];

    /// <summary>Q_lm = XᵀV⁻¹∂_lVV⁻¹∂_mVV⁻¹X, p².</summary>
    internal ReadOnlySpan<double> PairProduct(int l, int m) => _pairProducts[(l * ParameterCount) + m];

    /// <summary>Goes over the rows once.</summary>
    /// <param name="fit">A fit by PQL or MQL.</param>
    /// <param name="design">The design that was fitted.</param>
    /// <param name="threads">Threads; 0 for all processors.</param>
    /// <param name="cancellationToken">Stops the sweep.</param>
    /// <exception cref="InvalidModelOptionException">The fit is no working linear mixed model's, or has no covariance
    /// of its fixed effects.</exception>
    /// <exception cref="InvalidModelDataException">The design has other columns or clusters.</exception>
    internal static WorkingInformation Compute(
        GlmmFit fit, ClusteredDesign design, int threads = 0, CancellationToken cancellationToken = default)
    {
        if (fit is LikelihoodFit)
        {
            throw new InvalidModelOptionException(
                "A fit by maximum likelihood is not that of a working linear mixed model: Satterthwaite and " +
                "Kenward-Roger are for PQL and MQL. Use Wald z or profile likelihood intervals with Laplace and " +
                "quadrature.");
        }

        if (design.HasSamplingWeights)
        {
            throw new InvalidModelOptionException(
                "Sampling weights make a pseudo-likelihood, whose information is not that of the variances: there " +
                "are no standard errors of them, and no degrees of freedom by Satterthwaite or Kenward-Roger.");
        }

        var clusters = new WorkingClusters(fit, design, threads);
        double[] whitening = clusters.Whitening();
        double[][] basis = Basis(design.Covariance);
        bool aboutZero = fit is MqlFit;
        WorkingInformationSums Create() => new(clusters.P, clusters.Q, basis, aboutZero);
        WorkingInformationSums total = Create();
        clusters.Sweep(
            whitening, Create, static (cluster, part) => part.Add(cluster), total.Add, cancellationToken);
        total.Complete();
        return new WorkingInformation(fit, design, whitening, total, basis);
    }

    /// <summary>G_l of a structure, each q² row by row.</summary>
    internal static double[][] Basis(CovarianceStructure structure)
    {
        var basis = new double[structure.ComponentCount][];
        for (int l = 0; l < basis.Length; l++)
        {
            basis[l] = new double[structure.Dimension * structure.Dimension];
            structure.BasisInto(l, basis[l]);
        }

        return basis;
    }

    /// <summary>A⁻¹ of a positive definite matrix, scaled to a diagonal of 1 first; null where it is none.</summary>
    internal static double[]? Inverse(ReadOnlySpan<double> matrix, int n)
    {
        double[] inverse = matrix.ToArray(), scale = new double[n];
        for (int i = 0; i < n; i++) scale[i] = 1 / Math.Sqrt(matrix[(i * n) + i]);
        Rescale(inverse, scale);
        if (DenseCholesky.Factor(inverse, n) >= 0) return null;
        DenseCholesky.Invert(inverse, n, inverse);
        Rescale(inverse, scale);
        return inverse;
    }

    private static void Rescale(double[] matrix, double[] scale)
    {
        int n = scale.Length;
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++) matrix[(i * n) + j] *= scale[i] * scale[j];
        }
    }

    // Score and information for the directions ∂_1V … ∂_mV and V.
    private (double[] Score, double[] Expected, double[] Observed) Directions(
        WorkingInformationSums sums, double[][] derivatives)
    {
        int m = ComponentCount, count = m + 1;
        double[] score = new double[count], expected = new double[count * count], observed = new double[count * count];
        double[][] scaled = [.. derivatives.Select(d => SmallMatrices.Multiply(FixedCovariance, d, P))];
        for (int a = 0; a < count; a++)
        {
            double trace = a == m ? Rows : sums.Traces[a];
            if (Restricted) trace -= a == m ? P : Trace(scaled[a]);
            score[a] = 0.5 * ((a == m ? ResidualForm : sums.Forms[a]) - trace);
            for (int b = 0; b <= a; b++)
            {
                double traces = a < m ? sums.PairTraces[(a * m) + b] : b < m ? sums.Traces[b] : Rows;
                double form = a < m ? sums.PairForms[(a * m) + b] : b < m ? sums.Forms[b] : ResidualForm;
                if (Restricted)
                {
                    traces += a < m
                        ? SymmetricBasis.Inner(scaled[a], Transposed(scaled[b])) -
                          (2 * SymmetricBasis.Inner(FixedCovariance, sums.PairProducts[(a * m) + b]))
                        : b < m ? -Trace(scaled[b]) : -P;
                }

                if (a < m) form -= Form(sums.Gradients[a], sums.Gradients[b]);
                expected[(a * count) + b] = expected[(b * count) + a] = 0.5 * traces;
                observed[(a * count) + b] = observed[(b * count) + a] = form - (0.5 * traces);
            }
        }

        return (score, expected, observed);
    }

    private double Form(double[] left, double[] right)
    {
        double sum = 0;
        for (int i = 0; i < P; i++)
        {
            for (int j = 0; j < P; j++) sum += left[i] * FixedCovariance[(i * P) + j] * right[j];
        }

        return sum;
    }

    private double Trace(double[] matrix)
    {
        double sum = 0;
        for (int i = 0; i < P; i++) sum += matrix[(i * P) + i];
        return sum;
    }

    private double[] Transposed(double[] matrix)
    {
        var result = new double[matrix.Length];
        for (int i = 0; i < P; i++)
        {
            for (int j = 0; j < P; j++) result[(i * P) + j] = matrix[(j * P) + i];
        }

        return result;
    }
}

using Glmm.Sparse.Families;
using Glmm.Sparse.Kernels;
using Glmm.Sparse.Model;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Inference;

/// <summary>
/// How the variance on the scale of the link is made up: fixed effects, random effects, and what the distribution of
/// the response adds; with it R², ICC and variance partition coefficients. Immutable.
/// </summary>
/// <remarks>
/// Nakagawa, Johnson &amp; Schielzeth (2017). σ²_f is the sample variance of Xα̂ over the rows (divisor n − 1, the
/// offset left out); σ²_α the mean of zᵀD̂z over the rows (Johnson 2014), which for a random intercept is its
/// variance. σ²_ε is that of a row of prior weight 1, for binomial of a single trial. Where it depends on the mean, it
/// is taken at λ.
/// </remarks>
public sealed class VarianceDecomposition
{
    private readonly double[,] _covariance;

    private VarianceDecomposition(double[,] covariance, IReadOnlyList<VarianceDecompositionRow> variants)
    {
        _covariance = covariance;
        Variants = variants;
    }

    /// <summary>σ²_f.</summary>
    public required double FixedVariance { get; init; }

    /// <summary>σ²_α.</summary>
    public required double RandomVariance { get; init; }

    /// <summary>
    /// λ: the mean of the response over the rows, the random effects integrated out; by the null model where one was
    /// given, whose λ is exp(α̂₀ + ½σ²_α) for a log link.
    /// </summary>
    public required double Mean { get; init; }

    /// <summary>R² and ICC by every definition of the residual variance that the family and link have; the recommended
    /// one first.</summary>
    public IReadOnlyList<VarianceDecompositionRow> Variants { get; }

    /// <summary>σ²_ε, the recommended one.</summary>
    public double ResidualVariance => Variants[0].ResidualVariance;

    /// <summary>Marginal R², by the recommended residual variance.</summary>
    public double MarginalR2 => Variants[0].MarginalR2;

    /// <summary>Conditional R², by the recommended residual variance.</summary>
    public double ConditionalR2 => Variants[0].ConditionalR2;

    /// <summary>Adjusted ICC, by the recommended residual variance.</summary>
    public double AdjustedIcc => Variants[0].AdjustedIcc;

    /// <summary>Unadjusted ICC, by the recommended residual variance.</summary>
    public double UnadjustedIcc => Variants[0].UnadjustedIcc;

    /// <summary>Decomposes the variance of a fit.</summary>
    /// <param name="fit">The fit.</param>
    /// <param name="design">The design that was fitted.</param>
    /// <param name="nullFit">A fit of the same response and random effects with an intercept alone, from which the
    /// paper takes λ; when null, λ is of the fit itself.</param>
    /// <returns>The decomposition.</returns>
    /// <exception cref="InvalidModelDataException">The design has other columns or clusters.</exception>
    /// <exception cref="InvalidModelOptionException">The null fit has other fixed effects than an intercept, or other
    /// random effects, the fit did not converge, or rows have frequencies or sampling weights.</exception>
    public static VarianceDecomposition Of(GlmmFit fit, ClusteredDesign design, GlmmFit? nullFit = null)
    {
        ArgumentNullException.ThrowIfNull(fit);
        ArgumentNullException.ThrowIfNull(design);
        InferenceChecks.RequireConverged(fit);
        InferenceChecks.RequireRowsOnce(design, "A decomposition of the variance");
        RowPredictor.RequireFitted(fit.Outcome, design);
        var rows = new VarianceDecompositionRows(fit, design);
        double mean = nullFit is null ? rows.PopulationMean() : NullMean(fit, nullFit, design);
        (double fixedVariance, double randomVariance) = (rows.FixedVariance, rows.RandomVariance);
        return new VarianceDecomposition(
            fit.Covariance,
            [
                .. ResidualVariances(fit, mean).Select(v => Row(v.Kind, v.Variance, fixedVariance, randomVariance)),
            ])
        {
            FixedVariance = fixedVariance,
            RandomVariance = randomVariance,
            Mean = mean,
        };
    }

    /// <summary>The variance partition coefficient at given values of the random effects' covariates, zᵀDz/(zᵀDz +
    /// σ²_ε), by the recommended residual variance.</summary>
    /// <param name="z">q values, in the order of the fit's random terms; 1 for an intercept.</param>
    /// <returns>The coefficient.</returns>
    /// <exception cref="ArgumentException">The length is not q.</exception>
    public double VariancePartition(params ReadOnlySpan<double> z)
    {
        int q = _covariance.GetLength(0);
        if (z.Length != q)
        {
            throw new ArgumentException(
                $"There are {q} random effects, not {z.Length}: give a value for each.", nameof(z));
        }

        double form = 0;
        for (int a = 0; a < q; a++)
        {
            for (int b = 0; b < q; b++) form += z[a] * _covariance[a, b] * z[b];
        }

        return form / (form + ResidualVariance);
    }

    /// <summary>A table of the variants.</summary>
    public override string ToString()
    {
        var table = new TextTable();
        table.Add(["Residual variance", "Value", "R2 marg.", "R2 cond.", "ICC adj.", "ICC unadj."]);
        foreach (VarianceDecompositionRow row in Variants)
        {
            table.Add([
                row.Kind.ToString().ToLowerInvariant(), NumberFormat.Significant(row.ResidualVariance, 5),
                NumberFormat.Fixed(row.MarginalR2, 4), NumberFormat.Fixed(row.ConditionalR2, 4),
                NumberFormat.Fixed(row.AdjustedIcc, 4), NumberFormat.Fixed(row.UnadjustedIcc, 4),
            ]);
        }

        return $"Variance of fixed effects {NumberFormat.Significant(FixedVariance, 5)}, of random effects " +
            $"{NumberFormat.Significant(RandomVariance, 5)}; mean {NumberFormat.Significant(Mean, 5)}\n{table.Text(0)}";
    }

    private static VarianceDecompositionRow Row(
        VarianceDecompositionKind kind, double residual, double fixedVariance, double randomVariance)
    {
        double total = fixedVariance + randomVariance + residual;
        return new VarianceDecompositionRow(
            kind, residual, fixedVariance / total, (fixedVariance + randomVariance) / total,
            randomVariance / (randomVariance + residual), randomVariance / total);
    }

    private static double NullMean(GlmmFit fit, GlmmFit nullFit, ClusteredDesign design)
    {
        if (nullFit.FixedEffects.Count != 1 || !nullFit.RandomTerms.SequenceEqual(fit.RandomTerms))
        {
            throw new InvalidModelOptionException(
                "The null fit must have an intercept as its only fixed effect and the random effects of the fit, " +
                string.Join(", ", fit.RandomTerms.Select(t => $"'{t}'")) + ".");
        }

        return VarianceDecompositionRows.NullMean(nullFit, design);
    }

    private static IEnumerable<(VarianceDecompositionKind Kind, double Variance)> ResidualVariances(
        GlmmFit fit, double mean)
    {
        (LinkKind link, VarianceKind kind, double phi) = (fit.Link.Kind, fit.Family.Kind, fit.Dispersion);
        if (kind == VarianceKind.Constant && link == LinkKind.Identity)
        {
            yield return (VarianceDecompositionKind.Dispersion, phi);
            yield break;
        }

        double latent = link switch
        {
            LinkKind.Logit => Math.PI * Math.PI / 3,
            LinkKind.Probit => 1,
            LinkKind.CLogLog => Math.PI * Math.PI / 6,
            _ => double.NaN,
        };
        if (kind == VarianceKind.Binomial && !double.IsNaN(latent))
            yield return (VarianceDecompositionKind.Theoretical, phi * latent);
        double variance = phi * fit.Family.Variance(mean);
        bool positive = fit.Family.Domain == MeanDomain.Positive;
        if (link == LinkKind.Log && positive)
        {
            double relative = variance / (mean * mean);
            yield return (VarianceDecompositionKind.Lognormal, Math.Log(1 + relative));
            yield return (VarianceDecompositionKind.Trigamma, GammaFunctions.Trigamma(1 / relative));
        }

        double[] slope = [0], mu = [0];
        WorkingKernel.Create(fit.Family, fit.Link).Mean([fit.Link.Apply(mean)], mu, slope);
        yield return (VarianceDecompositionKind.Delta, variance / (slope[0] * slope[0]));
    }
}

using Glmm.Sparse.Core;
using Glmm.Sparse.Families;
using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Model;
using Glmm.Sparse.Model.Covariance;

namespace Glmm.Sparse.Estimation;

/// <summary>The approximate log quasi-likelihoods that PQL and MQL rest on, at any parameters.</summary>
/// <remarks>
/// Both integrate the random effects out of a second-order expansion of the log quasi-likelihood, with the expected
/// information as its curvature; the quasi-likelihood itself is counted from the saturated model, −d/2φ a row.
/// </remarks>
public static class QuasiLikelihood
{
    private const int MostIterations = 200;
    private const int MostHalvings = 30;

    /// <summary>
    /// ℓ_PQL = −½ Σ_i log|I + DZ_iᵀW_iZ_i| − κ(β̂), the Laplace approximation at the mode β̂ of the penalised
    /// quasi-likelihood, κ(β) = (1/2φ)Σ d + ½ Σ β_iᵀD⁻¹β_i (Breslow &amp; Clayton 1993, equation 5).
    /// </summary>
    /// <param name="design">The data.</param>
    /// <param name="family">The family.</param>
    /// <param name="link">The link; the family's default when null.</param>
    /// <param name="fixedEffects">α, one coefficient per column of X, on the user's scale.</param>
    /// <param name="covariance">D, q×q, positive semidefinite; it may be singular.</param>
    /// <param name="dispersion">φ > 0.</param>
    /// <returns>The value, and the mode β̂, k×q row by row.</returns>
    /// <exception cref="GlmmException">The data or the parameters are wrong, or no mode was found.</exception>
    public static (double Value, double[] Modes) Penalized(
        ClusteredDesign design, Family family, Link? link, ReadOnlySpan<double> fixedEffects, double[,] covariance,
        double dispersion = 1)
    {
        using var point = new Point(design, family, link, fixedEffects, covariance, dispersion);
        return point.Penalized();
    }

    /// <summary>
    /// ℓ_MQL = Σ_i [ −d_i0/2φ − ½ log|I + DZ_iᵀW_iZ_i| + ½ h_iᵀ(D⁻¹ + Z_iᵀW_iZ_i)⁻¹h_i ] with h_i = Z_iᵀs_i,
    /// everything at β = 0: the expansion about the marginal mean, integrated in closed form.
    /// </summary>
    /// <param name="design">The data.</param>
    /// <param name="family">The family.</param>
    /// <param name="link">The link; the family's default when null.</param>
    /// <param name="fixedEffects">α, one coefficient per column of X, on the user's scale.</param>
    /// <param name="covariance">D, q×q, positive semidefinite; it may be singular.</param>
    /// <param name="dispersion">φ > 0.</param>
    /// <returns>The value.</returns>
    /// <exception cref="GlmmException">The data or the parameters are wrong.</exception>
    public static double Marginal(
        ClusteredDesign design, Family family, Link? link, ReadOnlySpan<double> fixedEffects, double[,] covariance,
        double dispersion = 1)
    {
        using var point = new Point(design, family, link, fixedEffects, covariance, dispersion);
        return point.Marginal();
    }

    // The parameters on the engine's scale, and the core at them.
    private sealed class Point : IDisposable
    {
        private readonly FitWorkspace _work;
        private readonly double[] _alpha;
        private readonly double[] _lambda;
        private readonly double _dispersion;
        private readonly ClusterElimination _elimination;

        internal Point(
            ClusteredDesign design, Family family, Link? link, ReadOnlySpan<double> fixedEffects, double[,] covariance,
            double dispersion)
        {
            ArgumentNullException.ThrowIfNull(design);
            ArgumentNullException.ThrowIfNull(family);
            ArgumentNullException.ThrowIfNull(covariance);
            int p = design.FixedEffects.Count, q = design.RandomEffects.Count;
            if (fixedEffects.Length != p)
            {
                throw new InvalidModelOptionException(
                    $"There are {fixedEffects.Length} coefficients for {p} fixed effects.");
            }

            if (covariance.GetLength(0) != q || covariance.GetLength(1) != q)
                throw new InvalidModelOptionException($"The covariance must be {q}×{q}, one row per random effect.");
            if (!(dispersion > 0) || !double.IsFinite(dispersion))
            {
                throw new InvalidModelOptionException(
                    $"The dispersion must be a finite number above 0, not {dispersion:R}.");
            }

            _dispersion = dispersion;
            _work = new FitWorkspace(
                design, family, link ?? family.DefaultLink, threads: 1, estimatesDispersion: false,
                dropCollinear: false, exactDeviance: true);
            _alpha = fixedEffects.ToArray();
            _work.Packed.FixedScale.ToInternal(_alpha);
            double[] user = [.. covariance.Cast<double>()];
            double[,] inner = _work.Packed.RandomScale.CovarianceToInternal(user);
            double[] relative = [.. inner.Cast<double>().Select(d => d / dispersion)];
            RequireSemidefinite(relative, q);
            _lambda = new double[q * q];
            CovarianceFactor.Compute(relative, q, _lambda);
            _elimination = new ClusterElimination(_work.Blocks, _work.Team);
        }

        public void Dispose()
        {
            _elimination.Dispose();
            _work.Dispose();
        }

        internal double Marginal()
        {
            if (!Pass(null)) throw OutsideDomain();
            _elimination.Run(_work.Statistics, null, _lambda, []);
            double explained = _work.Statistics.WeightedSquares - _elimination.Squares;
            return (-0.5 * _elimination.LogDeterminant) + (0.5 * (explained - _work.Statistics.Deviance) / _dispersion);
        }

        internal (double Value, double[] Modes) Penalized()
        {
            int p = _alpha.Length, q = _work.Blocks.RandomCount;
            using var back = new ClusterBackSubstitution(_work.Blocks, _work.Team, restricted: false);
            double[] noStep = new double[p];
            using AlignedBuffer start = ModeBuffer.Create(_work.Blocks), trial = ModeBuffer.Create(_work.Blocks),
                target = ModeBuffer.Create(_work.Blocks);
            AlignedBuffer beta = start, next = trial;
            if (!Pass(beta)) throw OutsideDomain();
            for (int iteration = 0; iteration < MostIterations; iteration++)
            {
                double before = _work.Statistics.Deviance + ModeBuffer.SphericalSquares(beta, _lambda, q);
                back.Predict(beta, _lambda, [], noStep, target);
                if (back.StepSquares <= 1e-22 * (1 + _work.Statistics.Deviance))
                {
                    _elimination.Run(_work.Statistics, beta, _lambda, []);
                    double value = (-0.5 * _elimination.LogDeterminant) -
                                   (0.5 * (_work.Statistics.Deviance + back.SphericalSquares) / _dispersion);
                    return (value, UserModes(beta));
                }

                double length = 1;
                for (int halving = 0; ; halving++, length *= 0.5)
                {
                    ModeBuffer.Interpolate(beta, target, length, next);
                    if (Pass(next))
                    {
                        double after = _work.Statistics.Deviance + ModeBuffer.SphericalSquares(next, _lambda, q);
                        if (!(after > before + (1e-12 * Math.Abs(before)))) break;
                    }

                    if (halving == MostHalvings) throw NoMode();
                }

                (beta, next) = (next, beta);
            }

            throw NoMode();
        }

        private static InvalidModelDataException NoMode() => new(
            "No mode of the penalised quasi-likelihood was found at these parameters; they are too far from the data.");

        private bool Pass(AlignedBuffer? beta)
        {
            _work.Pass.Run(PassPoint.Coefficients, _alpha, beta, _work.Statistics, _work.Blocks);
            return _work.Statistics.IsUsable;
        }

        private unsafe double[] UserModes(AlignedBuffer beta)
        {
            int k = _work.Blocks.Clusters, q = _work.Blocks.RandomCount, lanes = LaneCholesky.Lanes;
            var modes = new double[k * q];
            ReadOnlySpan<int> codes = _work.Packed.Order.Codes;
            for (int cluster = 0; cluster < k; cluster++)
            {
                double* mode = ModeBuffer.Cluster(beta, cluster, q);
                Span<double> user = modes.AsSpan(codes[cluster] * q, q);
                for (int l = 0; l < q; l++) user[l] = mode[l * lanes];
                _work.Packed.RandomScale.ToUser(user);
            }

            return modes;
        }

        private InvalidModelDataException OutsideDomain() => new(
            $"At these coefficients the linear predictor leaves the domain of the '{_work.Link.Name}' link for the " +
            $"{_work.Family.Name} family.");

        private static void RequireSemidefinite(double[] covariance, int q)
        {
            var values = new double[q];
            SymmetricEigen.Decompose([.. covariance], q, values, new double[q * q]);
            if (!(values.Min() >= -1e-10 * Math.Abs(values.Max())))
            {
                throw new InvalidModelOptionException(
                    "The covariance is not positive semidefinite; give variances of 0 or more and correlations " +
                    "within ±1.");
            }
        }
    }
}

using Glmm.Sparse.Estimation;
using Glmm.Sparse.Kernels;
using Glmm.Sparse.Model;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Inference;

/// <summary>
/// Profile likelihood intervals: the values of a parameter that a likelihood-ratio test at the same level does not
/// reject, all other parameters at their maximum for each value (Venzon &amp; Moolgavkar 1988; Bates et al. 2015, §5).
/// </summary>
public static class ProfileLikelihood
{
    /// <summary>Intervals for every parameter of a fit, in the order of <see cref="ProfileParameter.All"/>.</summary>
    /// <param name="design">The design that was fitted.</param>
    /// <param name="fit">The fit.</param>
    /// <param name="level">The level, between 0 and 1.</param>
    /// <param name="options">Threads and cancellation are heeded; the defaults when null.</param>
    /// <returns>The intervals.</returns>
    /// <exception cref="InvalidModelOptionException">The fit did not converge, is not of this design, or is no maximum;
    /// or the level is none.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled.</exception>
    public static IReadOnlyList<ProfileInterval> Intervals(
        ClusteredDesign design, LikelihoodFit fit, double level = 0.95, FitOptions? options = null) =>
        Compute(design, fit, ProfileParameter.All(fit), level, options);

    /// <summary>The interval for one parameter.</summary>
    /// <param name="design">The design that was fitted.</param>
    /// <param name="fit">The fit.</param>
    /// <param name="parameter">The parameter.</param>
    /// <param name="level">The level, between 0 and 1.</param>
    /// <param name="options">Threads and cancellation are heeded; the defaults when null.</param>
    /// <returns>The interval.</returns>
    /// <exception cref="InvalidModelOptionException">The fit did not converge, is not of this design, or is no maximum;
    /// or the level is none.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled.</exception>
    public static ProfileInterval Interval(
        ClusteredDesign design, LikelihoodFit fit, ProfileParameter parameter, double level = 0.95,
        FitOptions? options = null) => Compute(design, fit, [parameter], level, options)[0];

    /// <summary>The signed root of the likelihood ratio, ζ(v) = sign(v − v̂)√(2(ℓ̂ − max ℓ given v)).</summary>
    /// <param name="design">The design that was fitted.</param>
    /// <param name="fit">The fit.</param>
    /// <param name="parameter">The parameter.</param>
    /// <param name="values">Values v of the parameter.</param>
    /// <param name="options">Threads and cancellation are heeded; the defaults when null.</param>
    /// <returns>ζ at each value; NaN where the likelihood could not be maximised.</returns>
    /// <exception cref="InvalidModelOptionException">The fit did not converge, is not of this design, or is no maximum;
    /// or a value is not one that the parameter can have.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled.</exception>
    public static double[] Zeta(
        ClusteredDesign design, LikelihoodFit fit, ProfileParameter parameter, IReadOnlyList<double> values,
        FitOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        ArgumentNullException.ThrowIfNull(values);
        foreach (double value in values)
        {
            bool possible = double.IsFinite(value) && parameter.Kind switch
            {
                ProfileKind.FixedEffect => true,
                ProfileKind.StandardDeviation => value >= 0,
                ProfileKind.Correlation => Math.Abs(value) <= 1,
                _ => value > 0,
            };
            if (!possible)
            {
                throw new InvalidModelOptionException(
                    $"{value:R} is no value that '{parameter.Name}' can have: standard deviations are at least 0, " +
                    $"dispersion and shape above 0, correlations from -1 to 1.");
            }
        }

        using LikelihoodModel model = Open(design, fit, options);
        using var search = new ConstrainedSearch(model);
        Start(search);
        ParameterProfile profile = Profile(model, search, fit, parameter);
        return [.. values.Select(profile.Zeta)];
    }

    private static ProfileInterval[] Compute(
        ClusteredDesign design, LikelihoodFit fit, IReadOnlyList<ProfileParameter> parameters, double level,
        FitOptions? options)
    {
        IntervalLevel.Require(level);
        double zeta = NormalDistribution.Quantile(0.5 * (1 + level));
        using LikelihoodModel model = Open(design, fit, options);
        using var search = new ConstrainedSearch(model);
        var intervals = new ProfileInterval[parameters.Count];
        Start(search);
        for (int i = 0; i < intervals.Length; i++)
        {
            ProfileParameter parameter = parameters[i];
            ArgumentNullException.ThrowIfNull(parameter);
            ParameterProfile profile = Profile(model, search, fit, parameter);
            double lower = profile.Bound(-zeta, out ProfileBound below);
            double upper = profile.Bound(zeta, out ProfileBound above);
            intervals[i] = new ProfileInterval(parameter, parameter.Estimate(fit), lower, upper, level, below, above);
        }

        return intervals;
    }

    private static LikelihoodModel Open(ClusteredDesign design, LikelihoodFit fit, FitOptions? options)
    {
        ArgumentNullException.ThrowIfNull(design);
        ArgumentNullException.ThrowIfNull(fit);
        options ??= FitOptions.Default;
        options.Validate();
        return new LikelihoodModel(design, fit, options);
    }

    // Without one of its two random effects a correlation is whatever one likes: its profile cannot rise above that.
    private static ParameterProfile Profile(
        LikelihoodModel model, ConstrainedSearch search, LikelihoodFit fit, ProfileParameter parameter)
    {
        double ceiling = double.PositiveInfinity, estimate = parameter.Estimate(fit);
        if (parameter.Kind == ProfileKind.Correlation && double.IsFinite(estimate))
        {
            foreach (int effect in new[] { parameter.First, parameter.Second })
            {
                ProfileParameter deviation = ProfileParameter.StandardDeviation(fit, effect);
                double without = Math.Abs(Profile(model, search, fit, deviation).Zeta(0));
                if (without < ceiling) ceiling = without;
            }
        }

        return new ParameterProfile(search, new ProfileConstraint(model, parameter), parameter, estimate, ceiling);
    }

    private static void Start(ConstrainedSearch search)
    {
        if (search.TryStart()) return;
        throw new InvalidModelOptionException(
            "The likelihood has no curvature at the estimates of this fit, so there is nothing to profile: use fewer " +
            "random effects or a simpler covariance structure.");
    }
}

namespace Glmm.Sparse.Results;

/// <summary>A parameter of a fit that can be profiled. Immutable.</summary>
public sealed record ProfileParameter
{
    private ProfileParameter(ProfileKind kind, string name, int first = -1, int second = -1) =>
        (Kind, Name, First, Second) = (kind, name, first, second);

    /// <summary>What it is.</summary>
    public ProfileKind Kind { get; }

    /// <summary>Its name: that of the fixed effect; <c>sd(term)</c>, <c>cor(term,term)</c>, <c>dispersion</c>, or the
    /// name of the shape.</summary>
    public string Name { get; }

    /// <summary>Index of the fixed or random effect.</summary>
    internal int First { get; }

    /// <summary>Index of the other random effect.</summary>
    internal int Second { get; }

    /// <summary>A fixed effect.</summary>
    /// <param name="fit">The fit.</param>
    /// <param name="name">Its name.</param>
    /// <returns>The parameter.</returns>
    /// <exception cref="InvalidModelOptionException">The fit has no such effect.</exception>
    public static ProfileParameter FixedEffect(LikelihoodFit fit, string name)
    {
        ArgumentNullException.ThrowIfNull(fit);
        string[] names = [.. fit.FixedEffects.Select(e => e.Name)];
        return new ProfileParameter(ProfileKind.FixedEffect, name, Find(names, name, "fixed effect"));
    }

    /// <summary>The standard deviation of a random effect.</summary>
    /// <param name="fit">The fit.</param>
    /// <param name="term">The random effect.</param>
    /// <returns>The parameter.</returns>
    /// <exception cref="InvalidModelOptionException">The fit has no such random effect.</exception>
    public static ProfileParameter StandardDeviation(LikelihoodFit fit, string term)
    {
        ArgumentNullException.ThrowIfNull(fit);
        return StandardDeviation(fit, Find(fit.RandomTerms, term, "random effect"));
    }

    /// <summary>The correlation of two random effects.</summary>
    /// <param name="fit">The fit.</param>
    /// <param name="first">One of them.</param>
    /// <param name="second">The other.</param>
    /// <returns>The parameter.</returns>
    /// <exception cref="InvalidModelOptionException">The fit has no such random effects, or they are uncorrelated by
    /// the structure of their covariance.</exception>
    public static ProfileParameter Correlation(LikelihoodFit fit, string first, string second)
    {
        ArgumentNullException.ThrowIfNull(fit);
        int a = Find(fit.RandomTerms, first, "random effect"), b = Find(fit.RandomTerms, second, "random effect");
        return IsCorrelated(fit, a, b)
            ? Between(fit, a, b)
            : throw new InvalidModelOptionException(
                $"The random effects '{first}' and '{second}' have no correlation to profile: choose two different " +
                $"ones whose covariance the structure leaves free.");
    }

    /// <summary>The dispersion.</summary>
    /// <param name="fit">The fit.</param>
    /// <returns>The parameter.</returns>
    /// <exception cref="InvalidModelOptionException">The fit holds it.</exception>
    public static ProfileParameter Dispersion(LikelihoodFit fit)
    {
        ArgumentNullException.ThrowIfNull(fit);
        return fit.DispersionEstimated
            ? new ProfileParameter(ProfileKind.Dispersion, "dispersion")
            : throw new InvalidModelOptionException(
                "The dispersion was held, so it has no profile; have it estimated, or profile another parameter.");
    }

    /// <summary>The family's shape.</summary>
    /// <param name="fit">The fit.</param>
    /// <returns>The parameter.</returns>
    /// <exception cref="InvalidModelOptionException">The family has none, or holds it.</exception>
    public static ProfileParameter Shape(LikelihoodFit fit)
    {
        ArgumentNullException.ThrowIfNull(fit);
        return fit.Shape is { IsEstimated: true } shape
            ? new ProfileParameter(ProfileKind.Shape, shape.Name)
            : throw new InvalidModelOptionException(
                $"Family {fit.Family.Name} has no estimated shape to profile; choose a family that has one and leave " +
                $"its value out.");
    }

    /// <summary>Every parameter of a fit: fixed effects, standard deviations, correlations, dispersion,
    /// shape.</summary>
    /// <param name="fit">The fit.</param>
    /// <returns>The parameters, in that order.</returns>
    public static IReadOnlyList<ProfileParameter> All(LikelihoodFit fit)
    {
        ArgumentNullException.ThrowIfNull(fit);
        var all = new List<ProfileParameter>();
        for (int j = 0; j < fit.FixedEffects.Count; j++)
            all.Add(new ProfileParameter(ProfileKind.FixedEffect, fit.FixedEffects[j].Name, j));
        for (int a = 0; a < fit.RandomTerms.Count; a++) all.Add(StandardDeviation(fit, a));
        for (int b = 1; b < fit.RandomTerms.Count; b++)
        {
            for (int a = 0; a < b; a++)
            {
                if (IsCorrelated(fit, a, b)) all.Add(Between(fit, a, b));
            }
        }

        if (fit.DispersionEstimated) all.Add(Dispersion(fit));
        if (fit.Shape is { IsEstimated: true }) all.Add(Shape(fit));
        return all;
    }

    /// <summary>Its estimate; NaN for a correlation with an effect whose variance is 0.</summary>
    internal double Estimate(LikelihoodFit fit)
    {
        double[,] covariance = fit.Covariance;
        return Kind switch
        {
            ProfileKind.FixedEffect => fit.FixedEffects[First].Estimate,
            ProfileKind.StandardDeviation => Math.Sqrt(covariance[First, First]),
            ProfileKind.Correlation => Math.Clamp(
                covariance[First, Second] / Math.Sqrt(covariance[First, First] * covariance[Second, Second]), -1, 1),
            ProfileKind.Dispersion => fit.Dispersion,
            _ => fit.Shape?.Value ?? double.NaN,
        };
    }

    /// <summary>The standard deviation of a random effect.</summary>
    internal static ProfileParameter StandardDeviation(LikelihoodFit fit, int at) =>
        new(ProfileKind.StandardDeviation, $"sd({fit.RandomTerms[at]})", at);

    private static ProfileParameter Between(LikelihoodFit fit, int a, int b) =>
        new(ProfileKind.Correlation, $"cor({fit.RandomTerms[a]},{fit.RandomTerms[b]})", a, b);

    // Whether the structure leaves D_ab anything but 0.
    private static bool IsCorrelated(LikelihoodFit fit, int a, int b)
    {
        if (a == b || fit.Outline.Structure is not { } structure) return false;
        int q = structure.Dimension;
        var g = new double[q * q];
        for (int l = 0; l < structure.ComponentCount; l++)
        {
            structure.BasisInto(l, g);
            if (g[(a * q) + b] != 0) return true;
        }

        return false;
    }

    private static int Find(IReadOnlyList<string> names, string name, string what)
    {
        for (int j = 0; j < names.Count; j++)
        {
            if (names[j] == name) return j;
        }

        throw new InvalidModelOptionException(
            $"There is no {what} '{name}' in the fit; choose one of {string.Join(", ", names.Select(n => $"'{n}'"))}.");
    }
}

using Glmm.Sparse.Estimation;
using Glmm.Sparse.Model.Covariance;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Inference;

/// <summary>
/// Likelihood-ratio comparison of nested models of the same data. Where the smaller model puts a variance at 0, the
/// edge of what it can be, the reference distribution is a mixture of chi-squares (Self &amp; Liang 1987; Stram &amp;
/// Lee 1994), which the result names.
/// </summary>
public static class LikelihoodRatioTest
{
    // Sums over the same responses may differ in their last digits where the rows come in another order.
    private const double SameSum = 1e-10;

    // The larger model can be no less likely; more than this below the smaller it was not fitted to its maximum.
    private const double Slack = 1e-5;

    /// <summary>Compares two fits.</summary>
    /// <param name="smaller">The fit of the smaller model.</param>
    /// <param name="larger">The fit of the larger model.</param>
    /// <returns>The comparison.</returns>
    /// <exception cref="InvalidModelOptionException">
    /// The fits are not of the same data by the same method, not nested, or did not converge; the message says which.
    /// Columns are told apart by their names.
    /// </exception>
    public static LikelihoodRatioResult Compare(LikelihoodFit smaller, LikelihoodFit larger)
    {
        ArgumentNullException.ThrowIfNull(smaller);
        ArgumentNullException.ThrowIfNull(larger);
        return Compare(smaller.Outline, larger.Outline);
    }

    /// <summary>Compares a model without random effects with one that has some: is there any variance between the
    /// clusters?</summary>
    /// <param name="smaller">The model without random effects.</param>
    /// <param name="larger">The fit of the larger model.</param>
    /// <returns>The comparison.</returns>
    /// <exception cref="InvalidModelOptionException">
    /// The two are not of the same data, not nested, or did not converge; the message says which.
    /// </exception>
    public static LikelihoodRatioResult Compare(NullModel smaller, LikelihoodFit larger)
    {
        ArgumentNullException.ThrowIfNull(smaller);
        ArgumentNullException.ThrowIfNull(larger);
        return Compare(smaller.Outline, larger.Outline);
    }

    /// <summary>Compares two models by their outlines, which may come from files.</summary>
    /// <param name="smaller">The smaller model.</param>
    /// <param name="larger">The larger model.</param>
    /// <exception cref="InvalidModelOptionException">They cannot be compared; the message says why.</exception>
    internal static LikelihoodRatioResult Compare(ModelOutline smaller, ModelOutline larger)
    {
        RequireSameData(smaller, larger);
        RequireSameMethod(smaller, larger);
        RequireNames(smaller.FixedNames, larger.FixedNames, "fixed effect");
        int free = larger.FixedNames.Count - smaller.FixedNames.Count + ExtraParameters(smaller, larger);
        CovarianceNesting nesting = Nesting(smaller, larger);
        free += nesting.Free;
        int degrees = free + nesting.Boundary;
        if (degrees == 0)
        {
            throw NotNested(
                "the two models have the same parameters, so there is nothing to compare; take something out of one.");
        }

        double statistic = 2 * (larger.LogLikelihood - smaller.LogLikelihood);
        if (!(statistic > -Slack))
        {
            throw new InvalidModelOptionException(
                $"The larger model has the smaller log-likelihood ({larger.LogLikelihood:R} against " +
                $"{smaller.LogLikelihood:R}), so its fit missed the maximum: fit it with a smaller tolerance or more " +
                $"quadrature nodes.");
        }

        bool conservative = nesting.Boundary > 0 && !nesting.IsOrthant;
        ChiSquareMixture reference = conservative
            ? ChiSquareMixture.Binomial(degrees, 0)
            : ChiSquareMixture.Binomial(free, nesting.Boundary);
        return new LikelihoodRatioResult
        {
            Statistic = Math.Max(0, statistic),
            DegreesOfFreedom = degrees,
            PValue = reference.UpperTail(statistic),
            Reference = reference,
            ReferenceInWords = Words(reference, nesting.Boundary, conservative),
            IsConservative = conservative,
            Caution = Caution(smaller, nesting, conservative),
        };
    }

    private static string Words(ChiSquareMixture reference, int boundary, bool conservative) => boundary switch
    {
        0 => $"{reference}: no parameter lies on a boundary",
        _ when conservative =>
            $"{reference}, which is conservative: under the smaller model a covariance block lies on its boundary, " +
            $"where the distribution is a mixture of chi-squares without a closed form",
        1 => $"{reference}: a variance lies on its boundary, 0, under the smaller model",
        _ => $"{reference}: {boundary} independent variances lie on their boundary, 0, under the smaller model",
    };

    private static string? Caution(ModelOutline smaller, CovarianceNesting nesting, bool conservative)
    {
        if (smaller.Singular)
        {
            return "The smaller fit is singular: a variance that both models have may lie on its boundary, too, and " +
                   "then the true p-value is smaller.";
        }

        return nesting.Boundary > 1 && !conservative
            ? "The weights are those of variances that are estimated independently of each other; they are " +
              "approximate where the estimates are correlated."
            : null;
    }

    private static void RequireSameData(ModelOutline smaller, ModelOutline larger)
    {
        foreach ((ModelOutline model, string name) in new[] { (smaller, "smaller"), (larger, "larger") })
        {
            if (!model.Converged)
            {
                throw new InvalidModelOptionException(
                    $"The fit of the {name} model did not converge, so it has no maximum to compare; mend it first, " +
                    $"as its message says.");
            }

            if (!double.IsFinite(model.LogLikelihood))
            {
                throw new InvalidModelOptionException(
                    $"The {name} model has no log-likelihood: choose a family with a likelihood, whose " +
                    $"dispersion and " +
                    $"shape are not estimated without one.");
            }
        }

        if (smaller.Observations != larger.Observations)
        {
            throw new InvalidModelOptionException(
                $"The two fits are of different rows, {smaller.Observations} and {larger.Observations}: leave " +
                $"the rows " +
                $"with missing values out of both.");
        }

        if (!IsSame(smaller.Response.Weight, larger.Response.Weight) ||
            !IsSame(smaller.Response.WeightedSum, larger.Response.WeightedSum) ||
            !IsSame(smaller.Response.Squares, larger.Response.Squares))
        {
            throw new InvalidModelOptionException(
                "The two fits have different responses or weights: only models of the same response can be compared.");
        }

        if (smaller.Offset != larger.Offset)
        {
            throw NotNested(
                $"their offsets differ ({smaller.Offset ?? "none"} and {larger.Offset ?? "none"}); give both the " +
                $"same.");
        }

        bool sameClusters = smaller.GroupName is null || smaller.GroupName == larger.GroupName;
        if (sameClusters && smaller.Fingerprint != larger.Fingerprint)
        {
            throw new InvalidModelOptionException(
                "The two fits are of different data: their rows differ in order, response, weight, offset or " +
                "cluster. " +
                "Fit both to the same rows in the same order.");
        }
    }

    private static void RequireSameMethod(ModelOutline smaller, ModelOutline larger)
    {
        if (smaller.Family.Name != larger.Family.Name || smaller.Link.Name != larger.Link.Name)
        {
            throw NotNested(
                $"the families or links differ ({smaller.Family.Name} with {smaller.Link.Name}, {larger.Family.Name} " +
                $"with {larger.Link.Name}); fit both with the same.");
        }

        if (smaller.Structure is null) return;
        if (smaller.Nodes != larger.Nodes || smaller.Observed != larger.Observed)
        {
            throw new InvalidModelOptionException(
                "The two log-likelihoods are approximated in different ways (by Laplace or another number of " +
                "quadrature nodes, or with another curvature): fit both with the same method, nodes and curvature.");
        }

        if (smaller.GroupName != larger.GroupName || smaller.GroupCount != larger.GroupCount)
        {
            throw NotNested(
                $"their clusters differ ('{smaller.GroupName}' and '{larger.GroupName}'); give both the same " +
                $"grouping.");
        }
    }

    // Dispersion and shape may be held in the smaller model and free in the larger one.
    private static int ExtraParameters(ModelOutline smaller, ModelOutline larger)
    {
        int extra = 0;
        if (smaller.DispersionEstimated != larger.DispersionEstimated)
        {
            if (smaller.DispersionEstimated)
                throw NotNested("the dispersion is estimated in the smaller and held in the larger; hold it in both.");
            extra++;
        }
        else if (!smaller.DispersionEstimated && smaller.Dispersion != larger.Dispersion)
        {
            throw NotNested("the dispersion is held at different values; hold it at the same.");
        }

        if (smaller.Family.Shape is not { } held || larger.Family.Shape is not { } free) return extra;
        if (held.IsEstimated && !free.IsEstimated)
            throw NotNested($"{held.Name} is estimated in the smaller and held in the larger; hold it in both.");
        if (held.IsEstimated == free.IsEstimated)
        {
            if (!held.IsEstimated && held.Value != free.Value)
                throw NotNested($"{held.Name} is held at different values; hold it at the same.");
            return extra;
        }

        return extra + 1;
    }

    private static CovarianceNesting Nesting(ModelOutline smaller, ModelOutline larger)
    {
        RequireNames(smaller.RandomTerms, larger.RandomTerms, "random effect");
        if (larger.Structure is null) return default;
        List<string?> left = [.. larger.RandomTerms];
        var place = new List<int>();
        foreach (string name in smaller.RandomTerms)
        {
            place.Add(left.IndexOf(name));
            left[place[^1]] = null;
        }

        return CovarianceNesting.Of(smaller.Structure, larger.Structure, place) ?? throw NotNested(
            $"the covariance structure '{smaller.Structure?.Name}' of the smaller is no special case of " +
            $"'{larger.Structure.Name}' of the larger; give the larger a structure that contains it, such as " +
            $"unstructured.");
    }

    private static void RequireNames(IReadOnlyList<string> smaller, IReadOnlyList<string> larger, string what)
    {
        List<string> left = [.. larger];
        foreach (string name in smaller)
        {
            if (!left.Remove(name))
            {
                throw NotNested(
                    $"the {what} '{name}' of the smaller is none of the larger; add it there, or, if the larger " +
                    $"comes " +
                    $"first, turn the two round.");
            }
        }
    }

    private static InvalidModelOptionException NotNested(string why) => new($"The models are not nested: {why}");

    private static bool IsSame(double a, double b) => Math.Abs(a - b) <= SameSum * (1 + Math.Abs(a) + Math.Abs(b));
}

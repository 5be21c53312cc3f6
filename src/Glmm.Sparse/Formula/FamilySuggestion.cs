using System.Globalization;
using Glmm.Sparse.Families;
using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Formula;

/// <summary>A family that suits a response by its looks: where to begin, not where to end. Immutable.</summary>
/// <param name="Family">The family, or null where none suits.</param>
/// <param name="Link">The link.</param>
/// <param name="Reason">Why, in words.</param>
/// <param name="Hint">What else to think of, or null.</param>
public sealed record FamilySuggestion(Family? Family, Link? Link, string Reason, string? Hint)
{
    // Counts that vary this many times as much as their mean are no Poisson counts.
    private const double OverDispersed = 1.5;

    private const double Skewed = 1;

    /// <summary>Looks at a response.</summary>
    /// <param name="response">The response, described.</param>
    /// <param name="dispersionIndex">For counts, the variance within clusters over the mean
    /// (<see cref="TableDescription.DispersionIndex"/>); NaN where it is not known.</param>
    /// <returns>The suggestion.</returns>
    public static FamilySuggestion Of(ColumnDescription response, double dispersionIndex = double.NaN)
    {
        ArgumentNullException.ThrowIfNull(response);
        return response switch
        {
            { NotANumber: { } cell } => new FamilySuggestion(
                null, null, FormattableString.Invariant(
                    $"it looks numeric, but row {cell.Row + 1} holds '{cell.Text}'"),
                "mend the cell, or leave it empty where the value is missing"),
            { Distinct: < 2 } => new FamilySuggestion(
                null, null, "every value is the same, so there is nothing to model", null),
            { Kind: "boolean" } or { Kind: "text", Distinct: 2 } => Make(
                Family.Binomial, "it has two values", SuccessHint(response)),
            { Kind: "text" } => Make(
                Family.Binomial, FormattableString.Invariant($"it is text with {response.Distinct} values"),
                "a text response is success in all levels but the first; choose that one with --reference, or make "
                + "a column of 0 and 1"),
            { Kind: "date" or "time" } => new FamilySuggestion(
                null, null, "it is a point in time", "model the time between two events, as a number"),
            { IsWhole: true, Minimum: 0, Maximum: 1 } => Make(Family.Binomial, "every value is 0 or 1", null),
            { Minimum: > 0, Maximum: < 1 } => Make(
                Family.Beta(), "every value lies between 0 and 1",
                "where it is a share of a count, binomial with the counts as weights; beta needs method laplace"),
            { Minimum: >= 0, Maximum: <= 1 } => Make(
                Family.Binomial, "every value lies between 0 and 1, and some are 0 or 1",
                "binomial needs the number of trials as weights; without it quasibinomial"),
            { IsWhole: true, Minimum: >= 0 } => Count(dispersionIndex),
            { Minimum: > 0, Skewness: > Skewed } => Make(
                Family.Gamma, Link.Log, FormattableString.Invariant(
                    $"every value is above 0, and they are skewed (skewness {response.Skewness:0.0})"),
                "or gaussian for the logarithm of the response"),
            _ => Make(Family.Gaussian, "it takes real numbers", null),
        };
    }

    private static FamilySuggestion Count(double index)
    {
        string ratio = index.ToString("0.0", CultureInfo.InvariantCulture);
        return Make(
            Family.Poisson, "every value is a whole number of 0 or more",
            index > OverDispersed
                ? $"within clusters they vary {ratio} times as much as Poisson counts: where covariates do not explain "
                    + "it, family quasipoisson, or negative-binomial with method laplace"
                : null);
    }

    private static string? SuccessHint(ColumnDescription response) => response.Kind == "boolean"
        ? null
        : "the first level by code point is failure, "
            + $"'{response.Levels.Select(static level => level.Label).Min(CodePointComparer.Instance)}', "
            + "unless --reference names the other";

    private static FamilySuggestion Make(Family family, string reason, string? hint) =>
        Make(family, family.DefaultLink, reason, hint);

    private static FamilySuggestion Make(Family family, Link link, string reason, string? hint) =>
        new(family, link, reason, hint);
}

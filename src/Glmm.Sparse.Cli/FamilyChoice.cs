using System.Globalization;
using Glmm.Sparse.Families;

namespace Glmm.Sparse.Cli;

/// <summary>Makes the family of <c>--family</c> with the shape of <c>--theta</c>.</summary>
internal static class FamilyChoice
{
    /// <summary>
    /// <c>--theta</c> is the one parameter that a family has beyond mean and dispersion, whatever the family calls it;
    /// left out it is estimated.
    /// </summary>
    /// <param name="name">The family.</param>
    /// <param name="theta">A number above 0, <c>estimated</c>, or null where it is left out.</param>
    /// <exception cref="InvalidModelOptionException">There is no such family, it has no shape, or θ is wrong.
    /// </exception>
    public static Family Make(string name, string? theta)
    {
        double? shape = Shape(theta);
        if (!OptionKinds.Families.Contains(name)) throw OptionText.NoChoice("--family", name, OptionKinds.Families);
        var family = Family.Parse(name);
        if (family.Shape is null && theta is not null)
        {
            throw new InvalidModelOptionException(
                $"Family {name} has no theta; leave --theta out, or choose --family negative-binomial, "
                + "negative-binomial-1 or beta.");
        }

        return (name, shape) switch
        {
            (_, null) => family,
            ("negative-binomial-1", { } phi) => Family.NegativeBinomial1(phi),
            ("beta", { } precision) => Family.Beta(precision),
            _ => Family.Parse(name, shape),
        };
    }

    /// <summary>The link of <c>--link</c>.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="InvalidModelOptionException">There is no such link.</exception>
    public static Link LinkOf(string name) => OptionKinds.LinkNames.Contains(name)
        ? Link.Parse(name)
        : throw OptionText.NoChoice("--link", name, OptionKinds.LinkNames);

    private static double? Shape(string? theta)
    {
        if (theta is null or "estimated") return null;
        return double.TryParse(theta, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            && double.IsFinite(value) && value > 0
                ? value
                : throw new InvalidModelOptionException(
                    $"--theta must be a finite number above 0 or estimated, not '{theta}'.");
    }
}

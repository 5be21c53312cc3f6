using System.Globalization;
using Glmm.Sparse.Families;

namespace Glmm.Sparse.Tests.Kernels;

/// <summary>
/// Derivatives, with φ = ω = 1, by differences of the definitions with 1000-digit arithmetic (mpmath) at the doubles η
/// and y, rounded to 18 digits or more.
/// </summary>
public static class ReferenceDerivatives
{
    /// <summary>The family, the link, η and y; −ds/dη, dw/dη and −d²s/dη².</summary>
    public sealed record WeightPoint(
        Family Family, Link Link, double Eta, double Response, double Observed, double Slope, double ObservedSlope)
    {
        public override string ToString() => $"{Family} {Link.Name} η = {Eta}, y = {Response}";
    }

    /// <summary>
    /// The negative binomial of size θ, the link, η and y; the derivatives of objective, score, expected weight and
    /// observed weight with respect to log θ.
    /// </summary>
    public sealed record ShapePoint(
        Family Family, Link Link, double Eta, double Response,
        double Objective, double Score, double Weight, double Observed)
    {
        public override string ToString() => $"θ = {Family.Theta}, {Link.Name} η = {Eta}, y = {Response}";
    }

    public static IEnumerable<WeightPoint> Weights =>
        from row in Rows("weight-derivatives.csv")
        select new WeightPoint(
            Pairs.Parse(row[0]), LinkOf(row[1]), Number(row[2]), Number(row[3]), Number(row[4]), Number(row[5]),
            Number(row[6]));

    public static IEnumerable<ShapePoint> Shapes =>
        from row in Rows("shape-derivatives.csv")
        select new ShapePoint(
            Family.NegativeBinomial(Number(row[2])), LinkOf(row[0]), Number(row[1]), Number(row[3]), Number(row[4]),
            Number(row[5]), Number(row[6]), Number(row[7]));

    private static IEnumerable<string[]> Rows(string file) =>
        File.ReadLines(Path.Combine(Repository.Root, "tests", "Glmm.Sparse.Tests", "Kernels", file))
            .Skip(1)
            .Select(line => line.Split(','));

    private static Link LinkOf(string name) => Link.All.Single(link => link.Name == name);

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}

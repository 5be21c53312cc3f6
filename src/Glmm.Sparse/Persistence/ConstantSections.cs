using Glmm.Sparse.Formula;

namespace Glmm.Sparse.Persistence;

/// <summary>What a model's calls took from data, to and from a file.</summary>
internal static class ConstantSections
{
    private const string Polynomial = "poly";
    private const string Spline = "spline";
    private const string Levels = "levels";

    /// <summary>The constants of all calls but <c>scale()</c>, which have a place of their own; null where there are none.
    /// </summary>
    public static ConstantSection[]? Write(IReadOnlyList<DataConstant> constants)
    {
        ConstantSection[] sections = [.. constants.Where(static constant => constant is not ScaleConstant).Select(Write)];
        return sections.Length == 0 ? null : sections;
    }

    /// <summary>The constants of a file.</summary>
    /// <exception cref="ModelFileException">One is incomplete or of an unknown kind.</exception>
    public static IEnumerable<DataConstant> Read(IReadOnlyList<ConstantSection>? sections) =>
        (sections ?? []).Select(Read);

    private static ConstantSection Write(DataConstant constant) => constant switch
    {
        PolynomialConstant polynomial => new ConstantSection
        {
            Kind = Polynomial,
            Expression = polynomial.Expression,
            Alpha = polynomial.Alpha,
            SquaredNorms = polynomial.SquaredNorms,
        },
        SplineConstant spline => new ConstantSection
        {
            Kind = Spline,
            Expression = spline.Expression,
            Knots = spline.Knots,
            Boundaries = [spline.Lower, spline.Upper],
        },
        LevelsConstant levels => new ConstantSection
        {
            Kind = Levels,
            Expression = levels.Expression,
            Levels = levels.Levels,
        },
        _ => throw new InvalidOperationException($"Unknown constant {constant.Expression}."),
    };

    private static DataConstant Read(ConstantSection? section) => section switch
    {
        { Kind: Polynomial, Alpha: { } alpha, SquaredNorms: { } norms } =>
            new PolynomialConstant(section.Expression, alpha, norms),
        { Kind: Spline, Knots: { } knots, Boundaries: [var lower, var upper] } =>
            new SplineConstant(section.Expression, knots, lower, upper),
        { Kind: Levels, Levels: { } levels } when levels.All(static level => level is not null) =>
            new LevelsConstant(section.Expression, levels),
        { } other => throw ModelFile.Damaged($"it does not hold what {other.Expression} took from the data"),
        null => throw ModelFile.Damaged("a call has no constants"),
    };
}

using System.Globalization;

namespace Glmm.Sparse.Formula;

/// <summary>The kinds of contrasts that R has.</summary>
internal enum ContrastKind
{
    /// <summary>Each level against a base.</summary>
    Treatment,

    /// <summary>Each level but the last against the mean of all: deviations, which sum to zero.</summary>
    Sum,

    /// <summary>Each level against the mean of those before it.</summary>
    Helmert,

    /// <summary>Linear, quadratic, cubic … trends over the levels.</summary>
    Polynomial,
}

/// <summary>How the k levels of a factor become k − 1 columns beside an intercept. Immutable.</summary>
/// <param name="Kind">The kind of contrasts.</param>
/// <param name="Base">One-based base level of treatment contrasts; 0 is the last level.</param>
/// <param name="IsNumbered">Treatment contrasts are named by numbers of levels, as R does where it is given a function.
/// </param>
internal sealed record ContrastCoding(ContrastKind Kind, int Base = 1, bool IsNumbered = false)
{
    /// <summary>Most levels of polynomial contrasts, as in R: beyond it rounding takes over.</summary>
    public const int MostPolynomialLevels = 95;

    /// <summary>R's default of factors.</summary>
    public static ContrastCoding Treatment { get; } = new(ContrastKind.Treatment);

    /// <summary>R's default of ordered factors.</summary>
    public static ContrastCoding Polynomial { get; } = new(ContrastKind.Polynomial);

    /// <summary>The columns: what is appended to the factor's name, and the value of each level.</summary>
    /// <param name="labels">The labels of the levels.</param>
    public IReadOnlyList<(string Suffix, double[] Values)> Columns(IReadOnlyList<string> labels) => Kind switch
    {
        ContrastKind.Treatment => [.. Treated(labels)],
        ContrastKind.Sum => [.. Numbered(labels.Count, static (column, level, last) =>
            level == column ? 1 : level == last ? -1 : 0)],
        ContrastKind.Helmert => [.. Numbered(labels.Count, static (column, level, _) =>
            level <= column ? -1 : level == column + 1 ? column + 1 : 0)],
        _ => [.. Trends(labels.Count)],
    };

    private IEnumerable<(string Suffix, double[] Values)> Treated(IReadOnlyList<string> labels)
    {
        int @base = Base == 0 ? labels.Count - 1 : Base - 1;
        for (int level = 0; level < labels.Count; level++)
        {
            if (level == @base) continue;
            double[] values = new double[labels.Count];
            values[level] = 1;
            yield return (IsNumbered ? Number(level + 1) : labels[level], values);
        }
    }

    private static IEnumerable<(string Suffix, double[] Values)> Numbered(
        int levels, Func<int, int, int, double> value) =>
        Enumerable.Range(0, levels - 1).Select(column => (
            Number(column + 1),
            Enumerable.Range(0, levels).Select(level => value(column, level, levels - 1)).ToArray()));

    private static IEnumerable<(string Suffix, double[] Values)> Trends(int levels)
    {
        double[] scores = [.. Enumerable.Range(1, levels).Select(static level => (double)level)];
        PolynomialConstant recurrence = OrthogonalPolynomials.Fit("", scores, levels - 1);
        for (int degree = 1; degree < levels; degree++)
        {
            string suffix = degree switch { 1 => ".L", 2 => ".Q", 3 => ".C", _ => "^" + Number(degree) };
            yield return (suffix, [.. scores.Select(x => OrthogonalPolynomials.Evaluate(recurrence, degree, x))]);
        }
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}

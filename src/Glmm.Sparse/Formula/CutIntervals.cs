using System.Globalization;

namespace Glmm.Sparse.Formula;

/// <summary>The intervals of a <c>cut()</c>.</summary>
internal sealed class CutIntervals
{
    private const int FewDigits = 3;
    private const int MostDigits = 12;

    private readonly double[] _breaks;
    private readonly bool _right;
    private readonly bool _includesLowest;

    /// <param name="arguments">The arguments of the call.</param>
    /// <exception cref="FormulaException">They make no intervals.</exception>
    public CutIntervals(CallArguments arguments)
    {
        _breaks = [.. (arguments.Numbers("breaks") ?? []).Order()];
        if (_breaks.Length < 2 || _breaks.Distinct().Count() < _breaks.Length)
            throw arguments.Wrong("breaks", "takes two or more different numbers, such as c(0, 10, Inf)");
        _right = arguments.IsTrue("right", otherwise: true);
        _includesLowest = arguments.IsTrue("include.lowest");
        IsOrdered = arguments.IsTrue("ordered_result");
        Labels = arguments.Literals("labels") is { } labels
            ? [.. labels.Select(label => label is Expression.Text text
                ? text.Value
                : throw arguments.Wrong("labels", "takes strings; for the numbers of intervals write a sum of "
                    + "comparisons, such as I((x > 1) + (x > 2))"))]
            : Spelled(arguments.Whole("dig.lab", 1) ?? FewDigits);
        if (Labels.Length != _breaks.Length - 1 || Labels.Distinct(StringComparer.Ordinal).Count() < Labels.Length)
            throw arguments.Wrong("labels", $"takes {_breaks.Length - 1} different strings, one for each interval");
    }

    /// <summary>The names of the intervals, in order.</summary>
    public string[] Labels { get; }

    /// <summary>The factor is ordered.</summary>
    public bool IsOrdered { get; }

    /// <summary>The number of the interval that holds a value, −1 where none does.</summary>
    public UnaryEvaluator Codes(RowEvaluator number) => new(number, value => IntervalOf(value));

    private int IntervalOf(double value)
    {
        for (int i = 0; i + 1 < _breaks.Length; i++)
        {
            (double low, double high) = (_breaks[i], _breaks[i + 1]);
            bool inside = _right ? value > low && value <= high : value >= low && value < high;
            bool atEdge = _includesLowest
                && (_right ? i == 0 && value == low : i + 2 == _breaks.Length && value == high);
            if (inside || atEdge) return i;
        }

        return -1;
    }

    /// <summary>As few digits as tell the breaks apart, as in R.</summary>
    private string[] Spelled(int digits)
    {
        string[] breaks = [.. _breaks.Select(value => General(value, digits))];
        for (int more = digits + 1; more <= MostDigits && HasEqualNeighbours(breaks); more++)
            breaks = [.. _breaks.Select(value => General(value, more))];
        string[] labels = new string[_breaks.Length - 1];
        for (int i = 0; i < labels.Length; i++)
        {
            bool closedBelow = !_right || (_includesLowest && i == 0);
            bool closedAbove = _right || (_includesLowest && i == labels.Length - 1);
            labels[i] = $"{(closedBelow ? '[' : '(')}{breaks[i]},{breaks[i + 1]}{(closedAbove ? ']' : ')')}";
        }

        return labels;
    }

    private static bool HasEqualNeighbours(string[] breaks) => breaks.Zip(breaks.Skip(1)).Any(p => p.First == p.Second);

    /// <summary>A number as C's format %g writes it.</summary>
    private static string General(double value, int digits)
    {
        if (!double.IsFinite(value)) return RSpelling.Number(value);
        if (value == 0) return "0";
        string format = "0." + new string('#', digits - 1) + "e+00";
        string scientific = value.ToString(format, CultureInfo.InvariantCulture);
        int mark = scientific.IndexOf('e', StringComparison.Ordinal);
        int exponent = int.Parse(scientific.AsSpan(mark + 1), CultureInfo.InvariantCulture);
        if (exponent < -4 || exponent >= digits) return scientific;
        string fixedPoint = value.ToString(
            string.Create(CultureInfo.InvariantCulture, $"F{Math.Max(0, digits - 1 - exponent)}"),
            CultureInfo.InvariantCulture);
        return fixedPoint.Contains('.', StringComparison.Ordinal) ? fixedPoint.TrimEnd('0').TrimEnd('.') : fixedPoint;
    }
}

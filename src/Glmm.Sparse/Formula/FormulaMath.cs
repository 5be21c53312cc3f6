namespace Glmm.Sparse.Formula;

/// <summary>Functions of R that .NET lacks, to a few units in the last place.</summary>
internal static class FormulaMath
{
    private const int MostDigits = 15;

    /// <summary>log(1 + x), also near 0 (Kahan's correction of the rounding of 1 + x).</summary>
    public static double Log1P(double x)
    {
        double u = 1 + x;
        return u == 1 || double.IsPositiveInfinity(x) ? x : Math.Log(u) * (x / (u - 1));
    }

    /// <summary>exp(x) − 1, also near 0 (Kahan's correction of the rounding of exp(x)).</summary>
    public static double ExpM1(double x)
    {
        double u = Math.Exp(x);
        if (u == 1) return x;
        double less = u - 1;
        return less == -1 || !double.IsFinite(u) ? less : less * (x / Math.Log(u));
    }

    /// <summary>The nearest number of some decimals, of two as near the one with an even last digit, as R 4 rounds.
    /// </summary>
    public static double Round(double x, double digits)
    {
        if (digits == 0 || !double.IsFinite(x)) return Math.Round(x, MidpointRounding.ToEven);
        if (digits > MostDigits) return x;
        double power = Math.Pow(10, Math.Abs(digits));
        double Scaled(double units) => digits > 0 ? units / power : units * power;
        double below = Math.Floor(digits > 0 ? x * power : x / power);
        double lower = Scaled(below), upper = Scaled(below + 1);
        double toLower = x - lower, toUpper = upper - x;
        bool isEven = Math.IEEERemainder(below, 2) == 0;
        return toLower < toUpper || (toLower == toUpper && isEven) ? lower : upper;
    }

    /// <summary>The logarithm to a base, exact for the bases 2 and 10.</summary>
    public static double Log(double value, double @base) => @base switch
    {
        2 => Math.Log2(value),
        10 => Math.Log10(value),
        _ => Math.Log(value) / Math.Log(@base),
    };
}

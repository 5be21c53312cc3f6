using Glmm.Sparse.Kernels;
using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Formula;

/// <summary>The functions that a formula can call.</summary>
internal static class FormulaFunctions
{
    /// <summary>Functions of one number, applied row by row.</summary>
    public static readonly IReadOnlyDictionary<string, Func<double, double>> OfOneNumber =
        new Dictionary<string, Func<double, double>>(StringComparer.Ordinal)
        {
            ["abs"] = Math.Abs,
            ["acos"] = Math.Acos,
            ["as.integer"] = Math.Truncate,
            ["asin"] = Math.Asin,
            ["asinh"] = Math.Asinh,
            ["atan"] = Math.Atan,
            ["ceiling"] = Math.Ceiling,
            ["cos"] = Math.Cos,
            ["cosh"] = Math.Cosh,
            ["exp"] = Math.Exp,
            ["expm1"] = FormulaMath.ExpM1,
            ["floor"] = Math.Floor,
            ["log"] = Math.Log,
            ["log10"] = Math.Log10,
            ["log1p"] = FormulaMath.Log1P,
            ["log2"] = Math.Log2,
            ["plogis"] = static value => 1 / (1 + Math.Exp(-value)),
            ["pnorm"] = NormalDistribution.Cdf,
            ["qlogis"] = static value => Math.Log(value) - FormulaMath.Log1P(-value),
            ["qnorm"] = NormalDistribution.Quantile,
            ["sign"] = static value => double.IsNaN(value) ? value : Math.Sign(value),
            ["sin"] = Math.Sin,
            ["sinh"] = Math.Sinh,
            ["sqrt"] = Math.Sqrt,
            ["tan"] = Math.Tan,
            ["tanh"] = Math.Tanh,
            ["trunc"] = Math.Truncate,
        };

    /// <summary>What each function takes.</summary>
    public static readonly IReadOnlyDictionary<string, FunctionSignature> Signatures = AllSignatures();

    private static readonly HashSet<string> Factors = new(StringComparer.Ordinal)
    {
        "factor", "as.factor", "ordered", "relevel", "C", "cut", "interaction",
    };

    private static readonly HashSet<string> Bases = new(StringComparer.Ordinal) { "poly", "ns", "bs" };

    /// <summary>Functions whose value is a factor.</summary>
    public static bool IsFactor(string function) => Factors.Contains(function);

    /// <summary>Functions that make several columns of numbers.</summary>
    public static bool IsBasis(string function) => Bases.Contains(function);

    /// <summary>Refuses unknown functions and wrong arguments anywhere in an expression.</summary>
    /// <exception cref="FormulaException">There is one.</exception>
    public static void Check(Expression expression, string formula)
    {
        if (expression is Expression.FunctionCall call) CheckCall(call, formula);
        foreach (Expression child in expression.Children) Check(child, formula);
    }

    private static void CheckCall(Expression.FunctionCall call, string formula)
    {
        if (!Signatures.ContainsKey(call.Function))
        {
            throw new FormulaException(
                $"There is no function '{call.Function}' here"
                + $"{NearestName.Suggestion(call.Function, Signatures.Keys)}; offered are "
                + $"{string.Join(", ", Signatures.Keys)}. Compute other columns beforehand.",
                formula, call.Position);
        }

        _ = new CallArguments(call, formula);
    }

    private static Dictionary<string, FunctionSignature> AllSignatures()
    {
        var signatures = new Dictionary<string, FunctionSignature>(StringComparer.Ordinal)
        {
            ["I"] = new(["x"]),
            ["scale"] = new(["x", "center", "scale"]),
            ["poly"] = new(["degree", "raw"], IsVariadic: true),
            ["ns"] = new(["x", "df", "knots", "intercept", "Boundary.knots"]),
            ["bs"] = new(["x", "df", "knots", "degree", "intercept", "Boundary.knots"]),
            ["offset"] = new(["x"]),
            ["cbind"] = new(["successes", "failures"], Required: 2),
            ["factor"] = new(["x", "levels", "labels", "ordered"]),
            ["as.factor"] = new(["x"]),
            ["ordered"] = new(["x", "levels", "labels"]),
            ["relevel"] = new(["x", "ref"], Required: 2),
            ["C"] = new(["object", "contr", "base"], Required: 2),
            ["cut"] = new(
                ["x", "breaks", "labels", "include.lowest", "right", "dig.lab", "ordered_result"], Required: 2),
            ["interaction"] = new(["sep"], Required: 2, IsVariadic: true),
            ["as.numeric"] = new(["x"]),
            ["ifelse"] = new(["test", "yes", "no"], Required: 3),
            ["pmin"] = new([], IsVariadic: true),
            ["pmax"] = new([], IsVariadic: true),
            ["round"] = new(["x", "digits"]),
            ["c"] = new([], IsVariadic: true),
            ["contr.treatment"] = new(["n", "base"], Required: 0),
            ["contr.SAS"] = new(["n"], Required: 0),
            ["contr.sum"] = new(["n"], Required: 0),
            ["contr.helmert"] = new(["n"], Required: 0),
            ["contr.poly"] = new(["n"], Required: 0),
        };
        foreach (string name in OfOneNumber.Keys) signatures.Add(name, new FunctionSignature(["x"]));
        signatures["log"] = new FunctionSignature(["x", "base"]);
        return signatures;
    }
}

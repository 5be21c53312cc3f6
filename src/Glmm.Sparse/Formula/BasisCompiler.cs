using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Formula;

/// <summary>Makes the columns of <c>poly()</c>, <c>ns()</c> and <c>bs()</c> as R does.</summary>
/// <param name="table">The table.</param>
/// <param name="expressions">Compiles the variables.</param>
/// <param name="constants">What the calls take from data.</param>
/// <param name="formula">The formula as written, for messages.</param>
internal sealed class BasisCompiler(
    ColumnTable table, ExpressionCompiler expressions, DataConstants constants, string formula)
{
    private const int CubicDegree = 3;
    private const int MostDegree = 50;
    private const int MostPolynomials = 1_000;

    private readonly DataSample _sample = new(table, constants);

    /// <summary>Compiles a call.</summary>
    /// <exception cref="GlmmException">An argument is wrong, or the data have too few values for it.</exception>
    public CompiledBasis Compile(Expression.FunctionCall call) => call.Function switch
    {
        "poly" => Polynomials(call),
        "ns" => Natural(call),
        _ => BSplines(call),
    };

    private CompiledBasis Polynomials(Expression.FunctionCall call)
    {
        var arguments = new CallArguments(call, formula);
        List<Expression> variables = [.. arguments.Listed];
        int degree = arguments.Whole("degree", 1) ?? 1;
        // As in R, a last argument that is a number is the degree.
        if (!arguments.Has("degree") && variables.Count > 1 && variables[^1] is Expression.Number number)
        {
            if (number.Value != Math.Floor(number.Value) || number.Value < 1)
            {
                throw new FormulaException(
                    "The degree of poly() is a whole number of 1 or more.", formula, number.Position);
            }

            degree = (int)Math.Min(number.Value, int.MaxValue);
            variables.RemoveAt(variables.Count - 1);
        }

        if (degree > MostDegree)
            throw new FormulaException($"poly() takes a degree of {MostDegree} at most.", formula, call.Position);
        bool raw = arguments.IsTrue("raw");
        (Expression Expression, RowEvaluator Evaluator)[] operands =
            [.. variables.Select(variable => (variable, expressions.Compile(variable).Evaluator))];
        RowEvaluator[][] powers =
            [.. operands.Select(operand => Powers(operand.Expression, operand.Evaluator, degree, raw))];
        var columns = new List<(string, RowEvaluator)>();
        foreach (int[] exponents in Exponents(variables.Count, degree))
        {
            RowEvaluator[] factors =
                [.. exponents.Select((exponent, v) => (exponent, v)).Where(pair => pair.exponent > 0)
                    .Select(pair => powers[pair.v][pair.exponent - 1])];
            columns.Add((
                string.Join('.', exponents), factors.Length == 1 ? factors[0] : new ProductEvaluator(factors)));
            if (columns.Count > MostPolynomials)
                throw new FormulaException($"{call} has more than {MostPolynomials} columns.", formula, call.Position);
        }

        return new CompiledBasis(columns, operands);
    }

    private RowEvaluator[] Powers(Expression variable, RowEvaluator operand, int degree, bool raw)
    {
        if (raw)
        {
            return
            [
                .. Enumerable.Range(1, degree).Select(power => new UnaryEvaluator(
                    operand, value => power == 2 ? value * value : Math.Pow(value, power))),
            ];
        }

        string name = $"poly({variable}, {degree})";
        PolynomialConstant constant = constants.Of(name, () => Take(name, variable, operand, degree));
        if (constant.Alpha.Count != degree)
            throw new InvalidModelDataException($"What the model holds of {name} is of another degree; fit it anew.");
        return
        [
            .. Enumerable.Range(1, degree).Select(power => new UnaryEvaluator(
                operand, value => OrthogonalPolynomials.Evaluate(constant, power, value))),
        ];
    }

    private PolynomialConstant Take(string name, Expression variable, RowEvaluator operand, int degree)
    {
        double[] sorted = _sample.Sorted(variable, operand);
        int distinct = OrthogonalPolynomials.CountDistinct(sorted);
        if (distinct > degree) return OrthogonalPolynomials.Fit(name, sorted, degree);
        string mend = distinct > 1 ? $"Lower the degree to {distinct - 1} or less." : "Leave it out.";
        throw new InvalidModelDataException(
            $"{name} needs more than {degree} different values, and {variable} has {distinct}. {mend}");
    }

    /// <summary>The exponents of each column: of total degree 1 to the highest, the first variable's running fastest.
    /// </summary>
    private static IEnumerable<int[]> Exponents(int variables, int degree)
    {
        int[] exponents = new int[variables];
        while (true)
        {
            int v = 0;
            while (v < variables && (exponents[v] == degree || exponents.Sum() == degree)) exponents[v++] = 0;
            if (v == variables) yield break;
            exponents[v]++;
            yield return [.. exponents];
        }
    }

    private CompiledBasis Natural(Expression.FunctionCall call)
    {
        var arguments = new CallArguments(call, formula);
        int first = arguments.IsTrue("intercept") ? 0 : 1;
        (RowEvaluator operand, SplineConstant constant) = Spline(
            call, arguments, smallest: 2 - first, fixedColumns: 2 - first);
        var basis = new BSplineBasis(constant, CubicDegree);
        return Columns(arguments, operand, NaturalConstraints.Combinations(basis, constant, first)
            .Select(weights => new NaturalSplineEvaluator(operand, constant, basis, weights)));
    }

    private CompiledBasis BSplines(Expression.FunctionCall call)
    {
        var arguments = new CallArguments(call, formula);
        int degree = arguments.Whole("degree", 1) ?? CubicDegree;
        if (degree > BSplineBasis.MostDegree)
            throw arguments.Wrong("degree", $"is at most {BSplineBasis.MostDegree}");
        int first = arguments.IsTrue("intercept") ? 0 : 1;
        (RowEvaluator operand, SplineConstant constant) = Spline(
            call, arguments, smallest: degree + 1 - first, fixedColumns: degree + 1 - first);
        var basis = new BSplineBasis(constant, degree);
        return Columns(arguments, operand, Enumerable.Range(first, basis.Count - first).Select(column =>
        {
            double[] weights = new double[basis.Count];
            weights[column] = 1;
            return new SplineEvaluator(operand, basis, weights);
        }));
    }

    private static CompiledBasis Columns(
        CallArguments arguments, RowEvaluator operand, IEnumerable<RowEvaluator> evaluators) => new(
        [.. evaluators.Select((evaluator, i) => (NumericColumn.Label(i + 1), evaluator))], [(arguments["x"], operand)]);

    private (RowEvaluator Operand, SplineConstant Constant) Spline(
        Expression.FunctionCall call, CallArguments arguments, int smallest, int fixedColumns)
    {
        RowEvaluator operand = expressions.Compile(arguments["x"]).Evaluator;
        var knots = new SplineKnots(call, arguments, fixedColumns);
        if (arguments.Whole("df", 0) is { } df && df < smallest && !arguments.Has("knots"))
            throw arguments.Wrong("df", $"is at least {smallest} here, and is {df}");
        double[] Sorted() => _sample.Sorted(arguments["x"], operand);
        return (operand, constants.Of(call.ToString(), () => knots.Take(Sorted)));
    }
}

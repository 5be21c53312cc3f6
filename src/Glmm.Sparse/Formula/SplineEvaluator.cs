namespace Glmm.Sparse.Formula;

/// <summary>One column of a spline basis: a combination of B-splines.</summary>
/// <param name="operand">The variable.</param>
/// <param name="basis">The B-splines.</param>
/// <param name="weights">The weight of each of them.</param>
internal sealed class SplineEvaluator(RowEvaluator operand, BSplineBasis basis, double[] weights) : RowEvaluator
{
    public override void Evaluate(ReadOnlySpan<int> rows, Span<double> values)
    {
        operand.Evaluate(rows, values);
        foreach (ref double value in values) value = At(basis, weights, value, 0);
    }

    /// <summary>The combination at a point, or its derivative.</summary>
    public static double At(BSplineBasis basis, double[] weights, double x, int derivative)
    {
        Span<double> functions = stackalloc double[BSplineBasis.MostDegree + 1];
        functions = functions[..basis.Order];
        int first = basis.Evaluate(x, derivative, functions);
        double sum = 0;
        for (int i = 0; i < functions.Length; i++) sum += functions[i] * weights[first + i];
        return sum;
    }
}

/// <summary>One column of a natural spline basis: linear beyond the boundaries.</summary>
/// <param name="operand">The variable.</param>
/// <param name="constant">The knots.</param>
/// <param name="basis">The B-splines.</param>
/// <param name="weights">The weight of each of them.</param>
internal sealed class NaturalSplineEvaluator(
    RowEvaluator operand, SplineConstant constant, BSplineBasis basis, double[] weights) : RowEvaluator
{
    private readonly double _lower = SplineEvaluator.At(basis, weights, constant.Lower, 0);
    private readonly double _lowerSlope = SplineEvaluator.At(basis, weights, constant.Lower, 1);
    private readonly double _upper = SplineEvaluator.At(basis, weights, constant.Upper, 0);
    private readonly double _upperSlope = SplineEvaluator.At(basis, weights, constant.Upper, 1);

    public override void Evaluate(ReadOnlySpan<int> rows, Span<double> values)
    {
        operand.Evaluate(rows, values);
        foreach (ref double value in values)
        {
            value = value < constant.Lower ? _lower + (_lowerSlope * (value - constant.Lower))
                : value > constant.Upper ? _upper + (_upperSlope * (value - constant.Upper))
                : SplineEvaluator.At(basis, weights, value, 0);
        }
    }
}

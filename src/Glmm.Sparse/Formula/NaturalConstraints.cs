namespace Glmm.Sparse.Formula;

/// <summary>
/// The combinations of cubic B-splines whose second derivative is 0 at both boundaries: the columns of Q of a QR
/// decomposition of these two constraints, from the third on, with the signs of R (LINPACK's Householder reflections).
/// </summary>
internal static class NaturalConstraints
{
    private const int Constraints = 2;

    /// <summary>The weights of the B-splines in each combination.</summary>
    /// <param name="basis">Cubic B-splines.</param>
    /// <param name="constant">Their knots.</param>
    /// <param name="first">Index of the first B-spline that takes part: 1 where the intercept is left out.</param>
    /// <returns>For each combination the weight of each B-spline.</returns>
    public static double[][] Combinations(BSplineBasis basis, SplineConstant constant, int first)
    {
        double[][] reflections =
            [basis.All(constant.Lower, 2)[first..], basis.All(constant.Upper, 2)[first..]];
        for (int l = 0; l < Constraints; l++)
        {
            MakeReflection(reflections[l], l);
            for (int j = l + 1; j < Constraints; j++) Reflect(reflections[l], l, reflections[j]);
        }

        int size = reflections[0].Length;
        double[][] combinations = [.. Enumerable.Range(0, size - Constraints).Select(_ => new double[basis.Count])];
        double[] unit = new double[size];
        for (int i = 0; i < size; i++)
        {
            Array.Clear(unit);
            unit[i] = 1;
            for (int l = 0; l < Constraints; l++) Reflect(reflections[l], l, unit);
            for (int c = 0; c < combinations.Length; c++) combinations[c][first + i] = unit[Constraints + c];
        }

        return combinations;
    }

    /// <summary>Turns a vector into the reflection that makes it a multiple of a unit vector.</summary>
    private static void MakeReflection(double[] vector, int start)
    {
        double norm = Math.Sqrt(vector.Skip(start).Sum(static value => value * value));
        if (vector[start] < 0) norm = -norm;
        for (int i = start; i < vector.Length; i++) vector[i] /= norm;
        vector[start] += 1;
    }

    private static void Reflect(double[] reflection, int start, double[] vector)
    {
        double product = 0;
        for (int i = start; i < vector.Length; i++) product += reflection[i] * vector[i];
        double step = -product / reflection[start];
        for (int i = start; i < vector.Length; i++) vector[i] += step * reflection[i];
    }
}

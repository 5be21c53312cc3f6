namespace Glmm.Sparse.Tests.Kernels;

/// <summary>Numerical derivatives for the tests: eight-point central differences.</summary>
public static class Differences
{
    /// <summary>f'(x), with an error of about 1e-12 of <paramref name="scale"/> for smooth f.</summary>
    /// <param name="function">f, smooth within a few per cent of x or of 1.</param>
    /// <param name="x">x.</param>
    /// <param name="scale">What the error is relative to: the derivative, or f itself over the step.</param>
    public static double Of(Func<double, double> function, double x, out double scale)
    {
        // A power of two: with h in the scale of f, the error is of order h⁸ and ε/h.
        double step = Math.ScaleB(1, Math.ILogB(Math.Min(1, Math.Abs(x))) - 8);
        double[] weights = [4.0 / 5, -1.0 / 5, 4.0 / 105, -1.0 / 280];
        double sum = 0, size = 0;
        for (int i = 1; i <= weights.Length; i++)
        {
            double right = function(x + (i * step)), left = function(x - (i * step));
            sum += weights[i - 1] * (right - left);
            size = Math.Max(size, Math.Max(Math.Abs(right), Math.Abs(left)));
        }

        double derivative = sum / step;
        scale = Math.Max(Math.Abs(derivative), size);
        return derivative;
    }
}

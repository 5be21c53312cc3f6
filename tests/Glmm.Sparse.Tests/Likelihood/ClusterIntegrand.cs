namespace Glmm.Sparse.Tests.Likelihood;

/// <summary>One cluster's integrand at one α and D, exp g(u) but for (2π)^(q/2), and what becomes of it.</summary>
internal sealed class ClusterIntegrand
{
    private readonly ScalarDensity _density;
    private readonly double[] _y;
    private readonly double[] _omega;
    private readonly double[] _fixed;
    private readonly double[,] _zLambda;
    private readonly ScalarDensity.Row[] _at;
    private readonly int _q;

    /// <param name="density">The density of a row.</param>
    /// <param name="y">Responses of the cluster's rows.</param>
    /// <param name="omega">Their weights.</param>
    /// <param name="fixedPart">o + Xα of them.</param>
    /// <param name="zLambda">ZΛ of them.</param>
    internal ClusterIntegrand(
        ScalarDensity density, double[] y, double[] omega, double[] fixedPart, double[,] zLambda)
    {
        (_density, _y, _omega, _fixed, _zLambda) = (density, y, omega, fixedPart, zLambda);
        _q = zLambda.GetLength(1);
        _at = new ScalarDensity.Row[y.Length];
    }

    /// <summary>û by Newton's method, damped where g is not concave, until rounding is all that moves it.</summary>
    internal double[] FindMode()
    {
        var u = new double[_q];
        double value = Visit(u), last = double.PositiveInfinity;
        for (int iteration = 0; iteration < 500; iteration++)
        {
            double[] step = AscentStep(Gradient(u));
            double length = 1, size = step.Max(Math.Abs), place = 1 + u.Max(Math.Abs);

            // Close to the mode g is flat to rounding: there a full step is safe, and one that is no shorter than
            // the last is rounding.
            bool close = size < 1e-5 * place;
            if (size <= 1e-15 * place || (close && size >= 0.5 * last && size < 1e-11 * place)) break;
            double[] next = Along(u, step, 1);
            double nextValue = Visit(next);
            while (!close && !(nextValue >= value) && length > 1e-12)
            {
                length /= 2;
                next = Along(u, step, length);
                nextValue = Visit(next);
            }

            (u, value, last) = (next, nextValue, size);
        }

        return u;
    }

    internal double Quadrature(double[] mode, GaussHermite rule, bool observed)
    {
        double largest = Visit(mode), logDeterminant = 0, sum = 0;
        double[,] factor = DenseMarginalLikelihood.Factor(Curvature(observed));
        for (int l = 0; l < _q; l++) logDeterminant += 2 * Math.Log(factor[l, l]);
        int[] index = new int[_q];
        do
        {
            // √2 L⁻ᵀz by back substitution.
            double weight = 1, square = 0;
            var step = new double[_q];
            for (int l = _q - 1; l >= 0; l--)
            {
                double z = rule.Nodes[index[l]];
                weight *= rule.Weights[index[l]];
                square += z * z;
                step[l] = Math.Sqrt(2) * z;
                for (int m = l + 1; m < _q; m++) step[l] -= factor[m, l] * step[m];
                step[l] /= factor[l, l];
            }

            sum += weight * Math.Exp(Visit(Along(mode, step, 1)) - largest + square);
        }
        while (Advance(index, rule.Nodes.Length));

        return largest + Math.Log(sum) - (0.5 * logDeterminant) - (0.5 * _q * Math.Log(Math.PI));
    }

    internal double Integral(int points)
    {
        const double Reach = 14;
        double[] mode = FindMode();
        double largest = Visit(mode), sum = 0, step = 2 * Reach / points;
        int[] index = new int[_q];
        do
        {
            double[] u = [.. index.Select((i, l) => mode[l] - Reach + (step * i))];
            sum += Math.Exp(Visit(u) - largest);
        }
        while (Advance(index, points + 1));

        return largest + Math.Log(sum) + (_q * Math.Log(step / Math.Sqrt(2 * Math.PI)));
    }

    // Evaluates the rows at u; returns g(u).
    private double Visit(double[] u)
    {
        double sum = 0;
        for (int r = 0; r < _y.Length; r++)
        {
            double eta = _fixed[r];
            for (int l = 0; l < _q; l++) eta += _zLambda[r, l] * u[l];
            _at[r] = _density.At(eta, _y[r], _omega[r]);
            sum += _at[r].Value;
        }

        foreach (double element in u) sum -= 0.5 * element * element;
        return sum;
    }

    // The gradient of g at u, which was visited last.
    private double[] Gradient(double[] u)
    {
        double[] gradient = [.. u.Select(element => -element)];
        for (int r = 0; r < _y.Length; r++)
        {
            for (int l = 0; l < _q; l++) gradient[l] += _zLambda[r, l] * _at[r].Score;
        }

        return gradient;
    }

    // M = I + ΛᵀZᵀWZΛ where the rows were visited last.
    private double[,] Curvature(bool observed)
    {
        var m = new double[_q, _q];
        for (int a = 0; a < _q; a++)
        {
            for (int b = 0; b < _q; b++)
            {
                m[a, b] = a == b ? 1 : 0;
                for (int r = 0; r < _y.Length; r++)
                    m[a, b] += (observed ? _at[r].Observed : _at[r].Expected) * _zLambda[r, a] * _zLambda[r, b];
            }
        }

        return m;
    }

    // (M + τI)⁻¹ times the gradient, for the first τ that makes all pivots positive.
    private double[] AscentStep(double[] gradient)
    {
        double[,] m = Curvature(observed: true);
        for (double shift = 0; shift < 1e12; shift = (2 * shift) + 1)
        {
            var shifted = (double[,])m.Clone();
            for (int l = 0; l < _q; l++) shifted[l, l] += shift;
            double[,] factor = DenseMarginalLikelihood.Factor(shifted);
            if (Enumerable.Range(0, _q).Any(l => !(factor[l, l] > 1e-2))) continue;
            double[] step = [.. gradient];
            for (int l = 0; l < _q; l++)
            {
                for (int k = 0; k < l; k++) step[l] -= factor[l, k] * step[k];
                step[l] /= factor[l, l];
            }

            for (int l = _q - 1; l >= 0; l--)
            {
                for (int k = l + 1; k < _q; k++) step[l] -= factor[k, l] * step[k];
                step[l] /= factor[l, l];
            }

            return step;
        }

        throw new InvalidOperationException("The curvature is not a number.");
    }

    private static double[] Along(double[] u, double[] step, double length) =>
        [.. u.Select((element, l) => element + (length * step[l]))];

    private static bool Advance(int[] index, int count)
    {
        for (int l = 0; l < index.Length; l++)
        {
            if (++index[l] < count) return true;
            index[l] = 0;
        }

        return false;
    }
}

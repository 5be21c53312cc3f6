using Glmm.Sparse.Model;
using Glmm.Sparse.Model.Covariance;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Inference;

/// <summary>Rows of a <see cref="VarianceComponentInference"/> from the covariance of the parameters, or from standard
/// errors of the elements of D alone.</summary>
internal sealed class VarianceComponentRows
{
    private const string OnBoundary =
        "0, on the boundary: its interval has a lower end of 0 only; profile likelihood gives the upper one.";

    private const string Perfect =
        "on the boundary: D is singular, and the correlation has no standard error and no interval of two ends.";

    private const string Unknown =
        "the fit tells no covariances between elements of D, so no standard error; use profile likelihood.";

    // A correlation this near to ±1 with D singular is that.
    private const double Edge = 1 - 1e-7;

    private readonly GlmmFit _fit;
    private readonly double[,] _d;
    private readonly double[][] _basis;
    private readonly VarianceComponentBounds _bounds;

    internal VarianceComponentRows(GlmmFit fit, ClusteredDesign design, VarianceComponentBounds bounds)
    {
        (_fit, _d, _bounds) = (fit, fit.Covariance, bounds);
        CovarianceStructure structure = design.Covariance;
        _basis = new double[structure.ComponentCount][];
        for (int l = 0; l < _basis.Length; l++)
        {
            _basis[l] = new double[structure.Dimension * structure.Dimension];
            structure.BasisInto(l, _basis[l]);
        }
    }

    private int Q => _d.GetLength(0);

    /// <summary>By the delta method.</summary>
    /// <param name="covariance">Cov(τ̂²_1 … τ̂²_m[, φ̂]), row by row.</param>
    /// <param name="count">m, and one more where φ was estimated.</param>
    internal IEnumerable<VarianceComponentRow> OfParameters(double[] covariance, int count)
    {
        double Error(double[] gradient)
        {
            double sum = 0;
            for (int l = 0; l < gradient.Length; l++)
            {
                for (int m = 0; m < gradient.Length; m++)
                    sum += gradient[l] * covariance[(l * count) + m] * gradient[m];
            }

            return sum > 0 ? Math.Sqrt(sum) : double.NaN;
        }

        double[] Gradient(int a, int b) => [.. _basis.Select(g => g[(a * Q) + b])];
        foreach (VarianceComponentRow row in Elements(
            (a, b) => Error(Gradient(a, b)),
            (a, b) =>
            {
                double[] ab = Gradient(a, b), aa = Gradient(a, a), bb = Gradient(b, b);
                double root = Math.Sqrt(_d[a, a] * _d[b, b]), r = _d[a, b] / root;
                return Error([.. ab.Select((g, l) =>
                    (g / root) - (0.5 * r * ((aa[l] / _d[a, a]) + (bb[l] / _d[b, b]))))]);
            }))
        {
            yield return row;
        }

        if (!_fit.DispersionEstimated) yield break;
        foreach (VarianceComponentRow row in OfDispersion(Math.Sqrt(covariance[(count * count) - 1]))) yield return row;
    }

    /// <summary>From standard errors of the elements of D.</summary>
    internal IEnumerable<VarianceComponentRow> OfElements(LikelihoodFit fit)
    {
        double[,] errors = fit.CovarianceStandardErrors;
        foreach (VarianceComponentRow row in Elements((a, b) => errors[a, b], null)) yield return row;
        if (fit.DispersionEstimated)
        {
            foreach (VarianceComponentRow row in OfDispersion(fit.DispersionStandardError)) yield return row;
        }

        if (fit.Shape is not { IsEstimated: true } shape) yield break;
        (double lower, double upper) = _bounds.OfPositive(shape.Value, fit.ShapeStandardError);
        yield return new VarianceComponentRow(
            VarianceComponentKind.Shape, shape.Name, "", shape.Value, fit.ShapeStandardError, lower, upper);
    }

    private IEnumerable<VarianceComponentRow> Elements(
        Func<int, int, double> errorOf, Func<int, int, double>? correlationErrorOf)
    {
        for (int a = 0; a < Q; a++)
        {
            foreach (VarianceComponentRow row in OfVariance(_fit.RandomTerms[a], _d[a, a], errorOf(a, a)))
                yield return row;
        }

        for (int a = 1; a < Q; a++)
        {
            for (int b = 0; b < a; b++)
            {
                // What the structure holds at 0 is no estimate.
                int element = (a * Q) + b;
                if (_basis.All(g => g[element] == 0)) continue;
                double error = errorOf(a, b);
                (double lower, double upper) = _bounds.Symmetric(_d[a, b], error);
                (string first, string second) = (_fit.RandomTerms[b], _fit.RandomTerms[a]);
                yield return new VarianceComponentRow(
                    VarianceComponentKind.Covariance, first, second, _d[a, b], error, lower, upper);
                yield return Correlation(a, b, first, second, correlationErrorOf);
            }
        }
    }

    private VarianceComponentRow Correlation(
        int a, int b, string first, string second, Func<int, int, double>? errorOf)
    {
        double r = _d[a, b] / Math.Sqrt(_d[a, a] * _d[b, b]);
        if (double.IsNaN(r) || (_fit.Singular && Math.Abs(r) > Edge))
        {
            return new VarianceComponentRow(
                VarianceComponentKind.Correlation, first, second, double.IsNaN(r) ? r : Math.Sign(r), double.NaN,
                double.NaN, double.NaN,
                double.IsNaN(r) ? "a standard deviation is 0, so there is no correlation." : Perfect);
        }

        double error = errorOf?.Invoke(a, b) ?? double.NaN;
        (double lower, double upper) = _bounds.OfCorrelation(r, error);
        return new VarianceComponentRow(
            VarianceComponentKind.Correlation, first, second, r, error, lower, upper, errorOf is null ? Unknown : null);
    }

    private IEnumerable<VarianceComponentRow> OfVariance(string term, double variance, double error)
    {
        if (variance == 0)
        {
            yield return new VarianceComponentRow(
                VarianceComponentKind.Variance, term, "", 0, double.NaN, 0, double.NaN, OnBoundary);
            yield return new VarianceComponentRow(
                VarianceComponentKind.StandardDeviation, term, "", 0, double.NaN, 0, double.NaN, OnBoundary);
            yield break;
        }

        (double lower, double upper) = _bounds.OfVariance(variance, error);
        double deviation = Math.Sqrt(variance);
        yield return new VarianceComponentRow(
            VarianceComponentKind.Variance, term, "", variance, error, lower, upper);
        yield return new VarianceComponentRow(
            VarianceComponentKind.StandardDeviation, term, "", deviation, error / (2 * deviation), Math.Sqrt(lower),
            Math.Sqrt(upper));
    }

    private IEnumerable<VarianceComponentRow> OfDispersion(double error)
    {
        double phi = _fit.Dispersion, root = Math.Sqrt(phi);
        (double lower, double upper) = _bounds.OfVariance(phi, error);
        yield return new VarianceComponentRow(VarianceComponentKind.Dispersion, "", "", phi, error, lower, upper);
        yield return new VarianceComponentRow(
            VarianceComponentKind.RootDispersion, "", "", root, error / (2 * root), Math.Sqrt(lower), Math.Sqrt(upper));
    }
}

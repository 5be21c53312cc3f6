using Glmm.Sparse.Model.Covariance;

namespace Glmm.Sparse.Inference;

/// <content>The parameters' covariance, and what becomes of it where D̂ is singular; changes of parameters.</content>
internal sealed partial class WorkingInformation
{
    /// <summary>Cov(σ̂), the inverse of an information; parameters held on the boundary have zeros.</summary>
    /// <param name="observed">Of the observed rather than the expected one.</param>
    /// <returns>Row by row; null where the information is not positive definite.</returns>
    internal double[]? ParameterCovariance(bool observed)
    {
        int count = ParameterCount;
        double[] information = observed ? Observed : Expected;
        if (_jacobian is null) return Inverse(information, count);

        // J(JᵀIJ − ⟨F, ∂²D⟩)⁻¹Jᵀ over the coordinates θ that move D; the second term only where scores are not 0.
        int[] free = [.. Enumerable.Range(0, count).Where(c => Column(_jacobian, count, c).Any(v => v != 0))];
        var reduced = new double[free.Length * free.Length];
        for (int a = 0; a < free.Length; a++)
        {
            for (int b = 0; b < free.Length; b++)
            {
                double sum = observed ? -_curvature[(free[a] * count) + free[b]] : 0;
                for (int i = 0; i < count; i++)
                {
                    for (int j = 0; j < count; j++)
                    {
                        sum += _jacobian[(i * count) + free[a]] * information[(i * count) + j] *
                               _jacobian[(j * count) + free[b]];
                    }
                }

                reduced[(a * free.Length) + b] = sum;
            }
        }

        double[]? inverse = Inverse(reduced, free.Length);
        if (inverse is null) return null;
        var covariance = new double[count * count];
        for (int i = 0; i < count; i++)
        {
            for (int j = 0; j < count; j++)
            {
                for (int a = 0; a < free.Length; a++)
                {
                    for (int b = 0; b < free.Length; b++)
                    {
                        covariance[(i * count) + j] += _jacobian[(i * count) + free[a]] *
                            inverse[(a * free.Length) + b] * _jacobian[(j * count) + free[b]];
                    }
                }
            }
        }

        return covariance;
    }

    // ∂σ/∂(θ, φ) in the structure's own coordinates, and the curvature ⟨F, ∂²D/∂θ_l∂θ_m⟩ with F = ∂ℓ/∂D.
    private double[] Boundary(
        CovarianceStructure structure, double[] covariance, double[][] basis, WorkingInformationSums sums)
    {
        int m = ComponentCount, count = ParameterCount;
        double[][] dual = SymmetricBasis.Dual(basis);
        double[] theta = new double[m], derivative = new double[covariance.Length];
        double[] slope = new double[covariance.Length];
        structure.CoordinatesInto(covariance, theta);
        for (int e = 0; e < slope.Length; e++)
        {
            slope[e] = 0.5 * (sums.ScoreProducts[e] - sums.RandomInformation[e]);
            if (Restricted) slope[e] += 0.5 * sums.CrossSquares[e];
        }

        var jacobian = new double[count * count];
        if (HasDispersion) jacobian[^1] = 1;
        for (int c = 0; c < m; c++)
        {
            structure.DerivativeInto(theta, c, derivative);
            for (int l = 0; l < m; l++) jacobian[(l * count) + c] = SymmetricBasis.Inner(dual[l], derivative);
            for (int d = 0; d < m; d++) _curvature[(c * count) + d] = structure.Curvature(slope, c, d);
        }

        return jacobian;
    }

    // A row for each parameter: its derivative of V as a combination of ∂_1V … ∂_mV and V.
    private static double[][] Mix(double[] components, double dispersion, bool hasDispersion)
    {
        int m = components.Length;
        var mix = new double[hasDispersion ? m + 1 : m][];
        for (int l = 0; l < m; l++)
        {
            mix[l] = new double[m + 1];
            mix[l][l] = 1;
        }

        if (hasDispersion) mix[m] = [.. components.Select(c => -c / dispersion), 1 / dispersion];
        return mix;
    }

    private static double[][] Combine(double[][] matrices, double[][] mix)
    {
        var result = new double[mix.Length][];
        for (int a = 0; a < mix.Length; a++)
        {
            result[a] = new double[matrices[0].Length];
            for (int b = 0; b < matrices.Length; b++) AddMultiple(matrices[b], mix[a][b], result[a]);
        }

        return result;
    }

    private static double[][] CombinePairs(double[][] pairs, double[][] mix)
    {
        int count = mix.Length, directions = mix[0].Length;
        var result = new double[count * count][];
        for (int a = 0; a < count; a++)
        {
            for (int b = 0; b < count; b++)
            {
                double[] target = result[(a * count) + b] = new double[pairs[0].Length];
                for (int i = 0; i < directions; i++)
                {
                    for (int j = 0; j < directions; j++)
                        AddMultiple(pairs[(i * directions) + j], mix[a][i] * mix[b][j], target);
                }
            }
        }

        return result;
    }

    private static void AddMultiple(double[] source, double factor, double[] target)
    {
        for (int i = 0; factor != 0 && i < target.Length; i++) target[i] += factor * source[i];
    }

    private static double[] Apply(double[] vector, double[][] mix) =>
        [.. mix.Select(row => row.Zip(vector, (a, b) => a * b).Sum())];

    private static double[] Apply2(double[] matrix, double[][] mix) =>
        [.. CombinePairs([.. matrix.Select(v => (double[])[v])], mix).Select(v => v[0])];

    private static IEnumerable<double> Column(double[] matrix, int n, int column) =>
        Enumerable.Range(0, n).Select(i => matrix[(i * n) + column]);
}

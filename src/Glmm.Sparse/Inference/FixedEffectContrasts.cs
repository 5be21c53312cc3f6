using Glmm.Sparse.LinearAlgebra;

namespace Glmm.Sparse.Inference;

/// <summary>A set of contrasts Lα: the rows as given, and as many independent combinations of them as the
/// rank.</summary>
internal sealed class FixedEffectContrasts
{
    // On the scale of correlations.
    private const double Dependent = 1e-10;

    private readonly double[][] _combinations;

    /// <param name="rows">L, r rows of p.</param>
    /// <param name="covariance">The model's Cov(α̂), p²: rows are dependent if their estimates are.</param>
    /// <exception cref="InvalidModelOptionException">Every row is 0, or a number is not finite.</exception>
    internal FixedEffectContrasts(double[][] rows, double[] covariance)
    {
        if (rows.Any(row => row.Any(w => !double.IsFinite(w))))
            throw new InvalidModelOptionException("A weight of the contrast is not a finite number; give numbers.");
        Rows = rows;
        int r = rows.Length;
        double[] form = new double[r * r], scale = new double[r];
        for (int a = 0; a < r; a++)
        {
            double variance = FixedEffectReference.Form(rows[a], covariance, rows[a]);
            scale[a] = variance > 0 ? 1 / Math.Sqrt(variance) : 0;
        }

        for (int a = 0; a < r; a++)
        {
            for (int b = 0; b < r; b++)
                form[(a * r) + b] = scale[a] * scale[b] * FixedEffectReference.Form(rows[a], covariance, rows[b]);
        }

        double[] values = new double[r], vectors = new double[r * r];
        SymmetricEigen.Decompose(form, r, values, vectors);
        double largest = r == 0 ? 0 : values.Max();
        int[] kept = [.. Enumerable.Range(0, r).Where(e => values[e] > Dependent * largest)];
        if (largest <= 0 || kept.Length == 0)
        {
            throw new InvalidModelOptionException(
                "The contrast has no weight other than 0, so there is nothing to test; give at least one.");
        }

        Rank = kept.Length;
        _combinations = Rank == r
            ? [.. Enumerable.Range(0, r).Select(a => Enumerable.Range(0, r).Select(b => a == b ? 1.0 : 0).ToArray())]
            : [.. kept.Select(e => Enumerable.Range(0, r).Select(a => scale[a] * vectors[(a * r) + e]).ToArray())];
        Independent = [.. _combinations.Select(c => Combine(c, rows))];
    }

    /// <summary>L as given.</summary>
    internal double[][] Rows { get; }

    /// <summary>The rank of L.</summary>
    internal int Rank { get; }

    /// <summary>Independent rows with the same hypothesis.</summary>
    internal double[][] Independent { get; }

    /// <summary>What the independent rows make of the values of the given rows.</summary>
    internal double[] Reduce(double[] values) =>
        [.. _combinations.Select(c => c.Zip(values, (weight, value) => weight * value).Sum())];

    private static double[] Combine(double[] weights, double[][] rows)
    {
        var sum = new double[rows[0].Length];
        for (int a = 0; a < rows.Length; a++)
        {
            for (int j = 0; j < sum.Length; j++) sum[j] += weights[a] * rows[a][j];
        }

        return sum;
    }
}

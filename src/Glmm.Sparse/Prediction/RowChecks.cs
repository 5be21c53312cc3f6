using System.Globalization;
using Glmm.Sparse.Families;

namespace Glmm.Sparse.Prediction;

/// <summary>Refuses rows that do not fit a model.</summary>
internal static class RowChecks
{
    /// <summary>Checks rows to predict: lengths and codes.</summary>
    /// <param name="model">The model.</param>
    /// <param name="n">Number of rows.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="needsZ">Z is needed even if no row is of a known cluster.</param>
    /// <exception cref="InvalidModelDataException">They do not fit the model.</exception>
    internal static void Rows(FittedModel model, int n, in PredictionRows rows, bool needsZ)
    {
        if (rows.Clusters.Length != n && !rows.Clusters.IsEmpty)
            throw new InvalidModelDataException($"There are {rows.Clusters.Length} cluster codes for {n} rows.");
        if (rows.Posterior is not null)
        {
            if (rows.Posterior.Mode.Length != model.RandomCount ||
                rows.Posterior.Cross.Length != model.FixedCount * model.RandomCount)
                throw new InvalidModelDataException("The posterior of the rows' cluster belongs to another model.");
            needsZ = true;
        }
        else
        {
            // −1 is allowed and becomes 0.
            int clusters = model.ClusterCount;
            foreach (int code in rows.Clusters)
            {
                if ((uint)(code + 1) > (uint)clusters) throw Unknown(code, clusters);
                needsZ |= code >= 0;
            }
        }

        if (needsZ || !rows.Z.IsEmpty) Shapes(model, n, rows.X, rows.Z, rows.Offset);
        else Shapes(model, n, rows.X, [], rows.Offset, q: 0);
        if (rows.PriorWeights.Length != n && !rows.PriorWeights.IsEmpty)
            throw new InvalidModelDataException($"There are {rows.PriorWeights.Length} weights for {n} rows.");
    }

    /// <summary>Whether a row's cluster is not known.</summary>
    internal static bool HasUnknown(in PredictionRows rows) =>
        rows.Posterior is null && (rows.Clusters.IsEmpty || rows.Clusters.Contains(-1));

    /// <summary>Checks that results have one length.</summary>
    internal static void Columns(int n, in PredictionColumns columns)
    {
        if ((columns.StandardError.Length == n || columns.StandardError.IsEmpty) &&
            (columns.Lower.Length == n || columns.Lower.IsEmpty) &&
            (columns.Upper.Length == n || columns.Upper.IsEmpty)) return;
        throw new InvalidModelDataException(
            $"The columns of results must have {n} rows, like the estimates, or none; there are " +
            $"{columns.StandardError.Length}, {columns.Lower.Length} and {columns.Upper.Length}.");
    }

    /// <summary>Checks the lengths of rows.</summary>
    /// <exception cref="InvalidModelDataException">One does not fit.</exception>
    private static void Shapes(
        FittedModel model, int n, ReadOnlySpan<double> x, ReadOnlySpan<double> z, ReadOnlySpan<double> offset,
        int q = -1)
    {
        int p = model.FixedCount;
        if (q < 0) q = model.RandomCount;
        if (x.Length != (long)n * p || z.Length != (long)n * q || (offset.Length != n && !offset.IsEmpty))
            throw Mismatch(n, p, q, x.Length, z.Length, offset.Length);
    }

    /// <summary>Checks rows that a cluster is conditioned on.</summary>
    /// <exception cref="InvalidModelDataException">They cannot be used.</exception>
    internal static void Conditioning(
        FittedModel model, ReadOnlySpan<double> x, ReadOnlySpan<double> z, ReadOnlySpan<double> response,
        ReadOnlySpan<double> priorWeights, ReadOnlySpan<double> offset)
    {
        int n = response.Length;
        Shapes(model, n, x, z, offset);
        if (priorWeights.Length != n && !priorWeights.IsEmpty)
            throw new InvalidModelDataException($"There are {priorWeights.Length} weights for {n} rows; give one a row.");
        Finite(x, n, "x");
        Finite(z, n, "z");
        Finite(offset, n, "the offset");
        Family family = model.Family;
        for (int i = 0; i < n; i++)
        {
            if (!family.IsValidResponse(response[i])) throw Response(family, i, response[i]);
            if (priorWeights.IsEmpty)
            {
                if (family.IsBinomial && response[i] is not (0 or 1)) throw Trials(i, response[i]);
            }
            else if (!(priorWeights[i] > 0 && double.IsFinite(priorWeights[i])))
            {
                throw Weight(i, priorWeights[i]);
            }
        }
    }

    private static void Finite(ReadOnlySpan<double> values, int n, string name)
    {
        for (int at = 0; at < values.Length; at++)
        {
            if (double.IsFinite(values[at])) continue;
            throw new InvalidModelDataException(string.Create(
                CultureInfo.InvariantCulture,
                $"Row {(at / (values.Length / n)) + 1} has {values[at]} in {name}; leave rows with missing values out."));
        }
    }

    private static InvalidModelDataException Unknown(int code, int clusters) => new(
        $"There is no cluster {code}; the model knows {clusters}, coded from 0, and −1 is one never seen.");

    private static InvalidModelDataException Mismatch(int n, int p, int q, int x, int z, int offset) => new(
        $"{n} rows of this model need {n}×{p} values in x and {n}×{q} in z, and {n} offsets or none; " +
        $"there are {x}, {z} and {offset}.");

    private static InvalidModelDataException Response(Family family, int row, double value) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"The response is {value} in row {row + 1}; the {family.Name} family needs {family.ResponseDomain}."));

    private static InvalidModelDataException Trials(int row, double value) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"The response is {value} in row {row + 1}, a proportion without its number of trials; give the trials as " +
        $"weights."));

    private static InvalidModelDataException Weight(int row, double value) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"The weight is {value} in row {row + 1}; weights must be finite and above 0 (leave a row out rather than " +
        $"weighting it 0)."));
}

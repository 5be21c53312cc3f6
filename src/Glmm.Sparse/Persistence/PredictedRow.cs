using System.Globalization;

namespace Glmm.Sparse.Persistence;

/// <summary>The prediction of one row of a table; all numbers are NaN where the row misses a value that the model
/// needs.</summary>
/// <param name="Row">Zero-based row of the table.</param>
/// <param name="Cluster">The label of the row's cluster; null where the row has none, or none was asked for.</param>
/// <param name="IsKnown">The model knows the cluster, and the prediction has its random effects.</param>
/// <param name="Estimate">What is predicted.</param>
/// <param name="StandardError">Its standard error; on the response's scale by the delta method.</param>
/// <param name="Lower">Lower end of the interval; NaN where none was asked for.</param>
/// <param name="Upper">Upper end of the interval; NaN where none was asked for.</param>
public readonly record struct PredictedRow(
    int Row, string? Cluster, bool IsKnown, double Estimate, double StandardError, double Lower, double Upper)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"row {Row + 1}: {Estimate:G6} (standard error {StandardError:G3}, interval {Lower:G6} to {Upper:G6})");
}

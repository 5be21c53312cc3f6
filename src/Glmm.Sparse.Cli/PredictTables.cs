using Glmm.Sparse.Persistence;
using Glmm.Sparse.Prediction;

namespace Glmm.Sparse.Cli;

/// <summary>Writes predictions as CSV.</summary>
internal static class PredictTables
{
    /// <summary>row,fitted,std_error,lower,upper,basis; the row is that of the data, from 1.</summary>
    public static void Write(Stream stream, PredictionTable predictions)
    {
        using var csv = new CsvWriter(stream);
        csv.WriteRow("row", "fitted", "std_error", "lower", "upper", "basis");
        foreach (PredictedRow row in predictions)
        {
            csv.Write(row.Row + 1);
            csv.Write(row.Estimate);
            csv.Write(row.StandardError);
            csv.Write(row.Lower);
            csv.Write(row.Upper);
            csv.Write(Basis(predictions, row));
            csv.EndRow();
        }
    }

    /// <summary>What a prediction rests on: <c>cluster</c>, the random effects of the row's own; <c>zero</c>, random
    /// effects of zero; <c>population</c>, the mean over all clusters.</summary>
    public static string Basis(PredictionTable predictions, PredictedRow row) =>
        predictions.Target == PredictionTarget.PopulationMean ? "population" : row.IsKnown ? "cluster" : "zero";
}

using Glmm.Sparse.Formula;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Cli;

/// <summary>Writes the tables of a fit as CSV.</summary>
internal static class FitTables
{
    /// <summary>group,level,term,estimate,std_error: one row for each random effect, clusters in order.</summary>
    /// <exception cref="InvalidOperationException">The method predicts none, and this should not have been asked.
    /// </exception>
    public static void WriteRandomEffects(Stream stream, GlmmFit fit)
    {
        if (fit is not RandomEffectsFit predicting)
            throw new InvalidOperationException($"Method {fit.Method} predicts no random effects.");
        WriteRandomEffects(
            stream, fit, predicting.RandomEffects, predicting.RandomEffectStandardErrors, predicting.ClusterLabel);
    }

    /// <summary>
    /// row,fitted,linear_predictor,residual_pearson,residual_deviance; the row is that of the data, from 1, and they
    /// come in the data's order.
    /// </summary>
    public static void WriteFitted(Stream stream, GlmmFit fit, ModelFrame frame)
    {
        using var csv = new CsvWriter(stream);
        csv.WriteRow("row", "fitted", "linear_predictor", "residual_pearson", "residual_deviance");
        FittedValues values = fit.Fitted(frame.Design);
        int[] rows = [.. Enumerable.Range(0, values.Mean.Length)];
        int[] sources = [.. rows.Select(frame.SourceRow)];
        Array.Sort(sources, rows);
        foreach (int i in rows)
        {
            csv.Write(frame.SourceRow(i) + 1);
            csv.Write(values.Mean[i]);
            csv.Write(values.LinearPredictor[i]);
            csv.Write(values.PearsonResidual[i]);
            csv.Write(values.DevianceResidual[i]);
            csv.EndRow();
        }
    }

    private static void WriteRandomEffects(
        Stream stream, GlmmFit fit, ReadOnlySpan<double> modes, ReadOnlySpan<double> standardErrors,
        Func<int, string> labelOf)
    {
        using var csv = new CsvWriter(stream);
        csv.WriteRow("group", "level", "term", "estimate", "std_error");
        int q = fit.RandomTerms.Count;
        for (int i = 0; i < modes.Length; i++)
        {
            csv.Write(fit.GroupName);
            csv.Write(labelOf(i / q));
            csv.Write(fit.RandomTerms[i % q]);
            csv.Write(modes[i]);
            csv.Write(standardErrors[i]);
            csv.EndRow();
        }
    }
}

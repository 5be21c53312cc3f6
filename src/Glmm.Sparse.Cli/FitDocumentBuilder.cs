using Glmm.Sparse.Formula;
using Glmm.Sparse.Kernels;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Cli;

/// <summary>Turns a fit into the document that reports it.</summary>
internal static class FitDocumentBuilder
{
    public static FitDocument Build(GlmmFit fit, ModelFrame frame, double readSeconds, double designSeconds) => new()
    {
        Version = CommandLine.Version,
        Method = fit.Method == EstimationMethod.Pql ? "pql" : "mql",
        Criterion = fit.Criterion == EstimationCriterion.Reml ? "reml" : "ml",
        Family = fit.Family.Name,
        Link = fit.Link.Name,
        Formula = frame.Formula,
        Observations = fit.Observations,
        RowsDroppedMissing = frame.RowsDroppedMissing,
        Groups = [new GroupEntry(fit.GroupName, fit.GroupCount)],
        Converged = fit.Converged,
        Singular = fit.Singular,
        Verdict = NameOf(fit.Verdict),
        Iterations = fit.Iterations,
        GradientNorm = Finite(fit.GradientNorm),
        Message = fit.Message,
        Warnings = [.. WarningsOf(frame), .. fit.Warnings],
        Fixed = [.. fit.FixedEffects.Select(static effect => new FixedEntry(
            effect.Name,
            Finite(effect.Estimate),
            Finite(effect.StandardError),
            Finite(effect.Z),
            Finite(NormalDistribution.TwoSidedPValue(effect.Z))))],
        FixedCovariance = Rows(fit.FixedCovariance),
        Random = [BuildRandom(fit.GroupName, fit.RandomTerms, fit.Covariance)],
        Dispersion = new DispersionEntry(Finite(fit.Dispersion), fit.DispersionEstimated),
        LogLikelihood = null,
        LogQuasiLikelihood = Finite(fit.LogQuasiLikelihood),
        Deviance = Finite(fit.Deviance),
        Aic = null,
        Bic = null,
        Timings = new TimingsEntry(readSeconds, designSeconds, fit.FitSeconds, fit.DataPasses),
        Threads = fit.Threads,
    };

    /// <summary>D with its standard deviations and correlations; a correlation with a variance of 0 is null.</summary>
    internal static RandomEntry BuildRandom(string group, IReadOnlyList<string> terms, double[,] covariance)
    {
        int q = terms.Count;
        var deviations = new double[q];
        for (int a = 0; a < q; a++) deviations[a] = Math.Sqrt(covariance[a, a]);
        var correlation = new double[q, q];
        for (int a = 0; a < q; a++)
        {
            for (int b = 0; b < q; b++)
                correlation[a, b] = a == b ? 1 : covariance[a, b] / (deviations[a] * deviations[b]);
        }

        return new RandomEntry(group, terms, Rows(covariance), [.. deviations.Select(Finite)], Rows(correlation));
    }

    private static IEnumerable<string> WarningsOf(ModelFrame frame)
    {
        foreach (string warning in frame.Warnings) yield return warning;
        if (frame.RowsDroppedZeroWeight > 0)
            yield return $"{frame.RowsDroppedZeroWeight} row(s) with a weight of 0 were left out.";
    }

    private static string NameOf(Verdict verdict) => verdict switch
    {
        Verdict.Converged => "converged",
        Verdict.Boundary => "boundary",
        Verdict.Separated => "separated",
        Verdict.NotIdentified => "not-identified",
        Verdict.Diverged => "diverged",
        Verdict.Stalled => "stalled",
        _ => throw new ArgumentOutOfRangeException(nameof(verdict), verdict, "There is no name for this verdict."),
    };

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;

    private static double?[][] Rows(double[,] matrix)
    {
        var rows = new double?[matrix.GetLength(0)][];
        for (int a = 0; a < rows.Length; a++)
        {
            rows[a] = new double?[matrix.GetLength(1)];
            for (int b = 0; b < rows[a].Length; b++) rows[a][b] = Finite(matrix[a, b]);
        }

        return rows;
    }
}

using Glmm.Sparse.Formula;
using Glmm.Sparse.Kernels;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Cli;

/// <summary>Turns a fit into the document that reports it.</summary>
internal static class FitDocumentBuilder
{
    public static FitDocument Build(
        GlmmFit fit, ModelFrame frame, ModelFrameOptions options, double readSeconds, double designSeconds)
    {
        var likelihood = fit as LikelihoodFit;
        ApproximationRisk? risk = fit.ApproximationRisk;
        return new FitDocument
        {
            Version = CommandLine.Version,
            Method = ContractNames.Of(fit.Method),
            Criterion = ContractNames.Of(fit.Criterion),
            Family = fit.Family.Name,
            Link = fit.Link.Name,
            Formula = frame.Formula,
            Observations = fit.Observations,
            RowsDroppedMissing = frame.RowsDroppedMissing,
            Groups = [new GroupEntry(fit.GroupName, fit.GroupCount)],
            Converged = fit.Converged,
            Singular = fit.Singular,
            Verdict = ContractNames.Of(fit.Verdict),
            Iterations = fit.Iterations,
            GradientNorm = Finite(fit.GradientNorm),
            Message = fit.Message,
            Warnings = [.. WarningsOf(frame), .. fit.Warnings, .. WarningsOf(risk)],
            Fixed = [.. fit.FixedEffects.Select(BuildFixed)],
            FixedCovariance = Rows(fit.FixedCovariance),
            Random =
            [
                BuildRandom(fit.GroupName, frame.RandomBlocks, fit.Covariance, likelihood?.CovarianceStandardErrors),
            ],
            Dispersion = new DispersionEntry(
                Finite(fit.Dispersion), fit.DispersionEstimated, Finite(likelihood?.DispersionStandardError)),
            LogLikelihood = Finite(likelihood?.LogLikelihood),
            LogQuasiLikelihood = Finite(fit.LogQuasiLikelihood),
            Deviance = Finite(fit.Deviance),
            Aic = Finite(likelihood?.Aic),
            Bic = Finite(likelihood?.Bic),
            Timings = new TimingsEntry(readSeconds, designSeconds, fit.FitSeconds, fit.DataPasses),
            Threads = fit.Threads,
            Theta = Finite(fit.Family.Shape?.Value),
            Weights = options.Weights,
            FrequencyWeights = options.Frequencies,
            SamplingWeights = options.SamplingWeights,
            Offset = options.Offset,
            CovarianceStructure = StructureOf(frame.RandomBlocks),
            Factors = [.. frame.Factors.Select(static factor => new FactorEntry(factor.Name, factor.Levels))],
            WorkingLogLikelihood = Finite(fit.WorkingLogLikelihood),
            Parameters = likelihood?.ParameterCount,
            Nodes = likelihood?.Nodes,
            Curvature = likelihood is null ? null : ContractNames.OfCurvature(likelihood.HasObservedCurvature),
            Shape = fit.Family.Shape is { } shape
                ? new ShapeEntry(
                    shape.Name, Finite(shape.Value), Finite(likelihood?.ShapeStandardError), shape.IsEstimated)
                : null,
            Order = fit.Order,
            ApproximationRisk = risk is null ? null : new RiskEntry(
                ContractNames.Of(risk.Level), Finite(risk.DeviationShift), risk.DeviationTerm, Finite(risk.FixedShift),
                risk.FixedTerm, ContractNames.Of(risk.Better), risk.Statement),
        };
    }

    /// <summary>A fixed effect; without a Wald statistic it has no p-value either.</summary>
    internal static FixedEntry BuildFixed(FixedEffect effect) => new(
        effect.Name,
        Finite(effect.Estimate),
        Finite(effect.StandardError),
        Finite(effect.Z),
        double.IsFinite(effect.Z) ? NormalDistribution.TwoSidedPValue(effect.Z) : null);

    /// <summary>D with its standard deviations and correlations; a correlation with a variance of 0 is null.</summary>
    internal static RandomEntry BuildRandom(
        string group, IReadOnlyList<RandomBlock> blocks, double[,] covariance, double[,]? standardErrors = null)
    {
        string[] terms = [.. blocks.SelectMany(static block => block.Effects)];
        int q = terms.Length;
        var deviations = new double[q];
        for (int a = 0; a < q; a++) deviations[a] = Math.Sqrt(covariance[a, a]);
        var correlation = new double[q, q];
        for (int a = 0; a < q; a++)
        {
            for (int b = 0; b < q; b++)
                correlation[a, b] = a == b ? 1 : covariance[a, b] / (deviations[a] * deviations[b]);
        }

        return new RandomEntry(
            group, terms, Rows(covariance), [.. deviations.Select(ContractJson.Finite)], Rows(correlation),
            [.. blocks.Select(static block => new BlockEntry(ContractNames.Of(block.Structure), block.Effects))],
            standardErrors is null ? null : Rows(standardErrors));
    }

    /// <summary>The structure of D as a whole.</summary>
    private static string StructureOf(IReadOnlyList<RandomBlock> blocks) => blocks switch
    {
        [var only] => ContractNames.Of(only.Structure),
        _ when blocks.All(static block => block.Effects.Count == 1 || block.Structure == CovarianceKind.Diagonal) =>
            ContractNames.Of(CovarianceKind.Diagonal),
        _ => "block-diagonal",
    };

    /// <summary>The warning of a high risk, which every command that fits gives.</summary>
    public static IEnumerable<string> WarningsOf(ApproximationRisk? risk) =>
        risk is { Level: RiskLevel.High } ? [risk.Statement] : [];

    private static IEnumerable<string> WarningsOf(ModelFrame frame)
    {
        foreach (string warning in frame.Warnings) yield return warning;
        if (frame.RowsDroppedZeroWeight > 0)
        {
            yield return frame.RowsDroppedZeroWeight == 1
                ? "1 row with a weight of 0 was left out."
                : $"{frame.RowsDroppedZeroWeight} rows with a weight of 0 were left out.";
        }
    }

    private static double? Finite(double? value) => value is { } number ? ContractJson.Finite(number) : null;

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

using System.Diagnostics;
using Glmm.Sparse.Core;
using Glmm.Sparse.Likelihood;
using Glmm.Sparse.Model;
using Glmm.Sparse.Model.Covariance;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Estimation;

/// <summary>From the maximum of a likelihood to its result on the user's scale.</summary>
internal static class LikelihoodReport
{
    /// <summary>Makes the result.</summary>
    /// <param name="estimation">What was estimated.</param>
    /// <param name="likelihood">The likelihood, evaluated last at the estimates.</param>
    /// <param name="search">The search that found them; null where there was none.</param>
    /// <param name="diagnosis">The verdict.</param>
    /// <param name="otherPasses">Passes that other workspaces made.</param>
    internal static LikelihoodFit Make(
        LikelihoodEstimation estimation, MarginalLikelihood likelihood, LikelihoodSearch? search, Diagnosis diagnosis,
        int otherPasses)
    {
        FitWorkspace work = estimation.Work;
        CovarianceStructure structure = work.Packed.Source.Covariance;
        int p = work.Blocks.FixedCount, q = work.Blocks.RandomCount, count = likelihood.Count;
        double phi = search is null ? double.NaN : likelihood.Dispersion;
        double deviance = work.Statistics.Deviance;
        double[] inverse = Invert(search, count);

        // Cov(α̂)/φ is what S⁻¹ is to PQL.
        var fixedInverse = new double[p * p];
        for (int i = 0; i < p; i++)
        {
            for (int j = 0; j < p; j++) fixedInverse[(i * p) + j] = inverse[(i * count) + j] / phi;
        }

        double[] alpha = likelihood.Alpha.ToArray();
        if (search is null) Array.Fill(alpha, double.NaN);
        (FixedEffect[] effects, double[,] covariance) = FitSummaryBuilder.FixedEffects(work, alpha, fixedInverse, phi);
        double[] modes = [], errors = [];
        if (search is not null && double.IsFinite(likelihood.Value))
        {
            work.Pass.RunForLikelihood(
                alpha, likelihood.Modes, work.Statistics, work.Blocks,
                likelihood.IsObserved && !work.Pass.Kernel.IsCanonical);
            (modes, errors) = FitSummaryBuilder.RandomEffects(
                work, likelihood.Modes, likelihood.Factor, fixedInverse, phi);
        }
        else
        {
            modes = errors = new double[work.Blocks.Clusters * q];
            Array.Fill(modes, double.NaN);
        }

        var summary = new FitSummary
        {
            Criterion = EstimationCriterion.Ml,
            Family = likelihood.Family,
            Link = work.Link,
            Observations = work.Packed.Source.FrequencyTotal,
            Clusters = work.Packed.Source.Clusters,
            Verdict = diagnosis.Verdict,
            Singular = search?.IsSingular ?? false,
            Iterations = search?.Iterations ?? 0,
            GradientNorm = search?.Distance ?? double.PositiveInfinity,
            Message = diagnosis.Message,
            Warnings = [.. work.Warnings],
            FixedEffects = effects,
            FixedColumns = [.. work.KeptColumns],
            FixedCovariance = covariance,
            RandomTerms = [.. work.Packed.Source.RandomEffects.Select(c => c.Name)],
            Covariance = work.UserCovariance(likelihood.Covariance, phi),
            Dispersion = phi,
            DispersionEstimated = estimation.EstimatesDispersion,
            LogQuasiLikelihood = double.NaN,
            WorkingLogLikelihood = double.NaN,
            Deviance = deviance,
            DataPasses = work.Pass.Count + otherPasses,
            Threads = work.Team.Threads,
            FitSeconds = Stopwatch.GetElapsedTime(estimation.Started).TotalSeconds,
            Likelihood = new LikelihoodSummary
            {
                LogLikelihood = search is null ? double.NaN : likelihood.Value,
                ParameterCount = search is { HoldsShape: true } ? count - 1 : count,
                Nodes = estimation.Nodes,
                Observed = likelihood.IsObserved,
                Shape = likelihood.Family.Shape,
                ShapeStandardError = search is { HoldsShape: true }
                    ? double.NaN
                    : ErrorOf(likelihood.ShapeAt, likelihood.Family.Shape?.Value ?? double.NaN),
                DispersionStandardError = ErrorOf(likelihood.DispersionAt, phi),
                CovarianceStandardErrors = CovarianceErrors(work, structure, likelihood, inverse, phi),
                Structure = structure,
                Response = work.Response,
                Offset = work.Packed.Source.Offset?.Name,
                Fingerprint = DataFingerprint.Of(work.Packed.Source),
            },
        };
        return new LikelihoodFit(
            estimation.Method, summary, modes, errors,
            RiskProbe.Prepare(estimation.Method, work.Packed.Source, summary, estimation.Options));

        // Of a parameter whose logarithm is estimated.
        double ErrorOf(int at, double value) =>
            at < 0 ? double.NaN : value * Math.Sqrt(inverse[(at * count) + at]);
    }

    // The inverse information; NaN where it is none.
    private static double[] Invert(LikelihoodSearch? search, int count)
    {
        var inverse = new double[count * count];
        Array.Fill(inverse, double.NaN);
        if (search is not { HasInformation: true }) return inverse;
        var newton = new QuasiNewton(count);
        if (newton.Set(search.ObservedInformation)) newton.InverseInto(inverse);
        return inverse;
    }

    // By the delta method: D = φD̃(θ) on the user's scale.
    private static double[,] CovarianceErrors(
        FitWorkspace work, CovarianceStructure structure, MarginalLikelihood likelihood, double[] inverse, double phi)
    {
        int p = work.Blocks.FixedCount, q = structure.Dimension, m = structure.ComponentCount, count = likelihood.Count;
        int parts = m + (likelihood.DispersionAt < 0 ? 0 : 1);
        var slopes = new double[parts][,];
        var matrix = new double[q * q];
        for (int l = 0; l < m; l++)
        {
            structure.DerivativeInto(likelihood.Theta, l, matrix);
            slopes[l] = work.UserCovariance(matrix, phi);
        }

        if (parts > m) slopes[m] = work.UserCovariance(likelihood.Covariance, phi);
        var errors = new double[q, q];
        for (int a = 0; a < q; a++)
        {
            for (int b = 0; b < q; b++)
            {
                double variance = 0;
                for (int i = 0; i < parts; i++)
                {
                    for (int j = 0; j < parts; j++)
                    {
                        int row = i < m ? p + i : likelihood.DispersionAt;
                        int column = j < m ? p + j : likelihood.DispersionAt;
                        variance += slopes[i][a, b] * inverse[(row * count) + column] * slopes[j][a, b];
                    }
                }

                // On the boundary D does not move with θ.
                errors[a, b] = variance > 0 ? Math.Sqrt(variance) : double.NaN;
            }
        }

        return errors;
    }
}

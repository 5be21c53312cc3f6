using System.Diagnostics;
using Glmm.Sparse.Core;
using Glmm.Sparse.Likelihood;
using Glmm.Sparse.LinearAlgebra;
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
        double[,] parameters = ParameterCovariance(work, structure, likelihood, inverse, phi);

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
                CovarianceStandardErrors = CovarianceErrors(parameters, p, q),
                ParameterCovariance = parameters,
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

    // By the delta method, α and D = φD̃(θ) being on the user's scale.
    private static double[,] ParameterCovariance(
        FitWorkspace work, CovarianceStructure structure, MarginalLikelihood likelihood, double[] inverse, double phi)
    {
        int p = work.Blocks.FixedCount, q = structure.Dimension, m = structure.ComponentCount, count = likelihood.Count;
        int packed = q * (q + 1) / 2, rest = count - p - m;
        var jacobian = new double[p + packed + rest, count];
        var column = new double[p];
        for (int j = 0; j < p; j++)
        {
            Array.Clear(column);
            column[j] = 1;
            work.Packed.FixedScale.ToUser(column);
            for (int i = 0; i < p; i++) jacobian[i, j] = column[i];
        }

        var matrix = new double[q * q];
        for (int l = 0; l < m; l++)
        {
            structure.DerivativeInto(likelihood.Theta, l, matrix);
            PutCovariance(work.UserCovariance(matrix, phi), p + l);
        }

        if (likelihood.DispersionAt >= 0)
            PutCovariance(work.UserCovariance(likelihood.Covariance, phi), likelihood.DispersionAt);
        for (int i = 0; i < rest; i++) jacobian[p + packed + i, p + m + i] = 1;
        return SmallMatrices.Congruence(jacobian, inverse);

        void PutCovariance(double[,] slope, int parameter)
        {
            for (int r = 0, row = p; r < q; r++)
            {
                for (int c = 0; c <= r; c++, row++) jacobian[row, parameter] = slope[r, c];
            }
        }
    }

    private static double[,] CovarianceErrors(double[,] parameters, int p, int q)
    {
        var errors = new double[q, q];
        for (int r = 0, at = p; r < q; r++)
        {
            for (int c = 0; c <= r; c++, at++)
            {
                // On the boundary D does not move with θ.
                double variance = parameters[at, at];
                errors[r, c] = errors[c, r] = variance > 0 ? Math.Sqrt(variance) : double.NaN;
            }
        }

        return errors;
    }
}

using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Prediction;
using Glmm.Sparse.Results;
using Glmm.Sparse.Tests.Estimation;

namespace Glmm.Sparse.Tests.Prediction;

/// <summary>Models to predict with: fitted ones, and ones put together by hand.</summary>
internal static class ModelCase
{
    internal static (RandomData Data, PqlFit Fit, FittedModel Model) Fitted(
        string family, int q, int seed = 26, bool estimated = false)
    {
        RandomData data = RandomData.Simulate(seed, Family.Parse(family), q, 20, 8);
        var options = new FitOptions
        {
            Tolerance = 1e-11,
            Dispersion = estimated ? DispersionOption.Estimated : DispersionOption.FamilyDefault,
        };
        PqlFit fit = Pql.Fit(data.Design(), data.Family, null, options);
        return (data, fit, FittedModel.Create(fit, data.Design()));
    }

    /// <summary>A model of two clusters with given parameters; p = 2 and q from D.</summary>
    internal static FittedModel Made(
        Family family, Link link, double[,] covariance, double dispersion = 1, double fixedVariance = 0.04,
        EstimationMethod method = EstimationMethod.Pql, bool observed = false)
    {
        int q = covariance.GetLength(0), packed = q * (q + 1) / 2;
        bool marginal = method == EstimationMethod.Mql;
        int k = marginal ? 0 : 2;
        var covariances = new double[k * packed];
        for (int i = 0; i < k; i++)
        {
            for (int r = 0, at = 0; r < q; r++)
            {
                for (int c = 0; c <= r; c++, at++) covariances[(i * packed) + at] = covariance[r, c] * (0.3 + (0.2 * i));
            }
        }

        return new FittedModel(new FittedModelParts
        {
            Method = method,
            Order = 1,
            Family = family,
            Link = link,
            ObservedCurvature = observed,
            FixedNames = ["a", "b"],
            RandomTerms = [.. Enumerable.Range(0, q).Select(l => "z" + l)],
            GroupName = "g",
            FixedEffects = [0.4, 0.3],
            FixedCovariance = [fixedVariance, 0.01 * fixedVariance, 0.01 * fixedVariance, 0.5 * fixedVariance],
            Covariance = [.. covariance.Cast<double>()],
            Dispersion = dispersion,
            ClusterLabels = marginal ? [] : ["one", "two"],
            ClusterRows = marginal ? [] : [5, 7],
            Modes = [.. Enumerable.Range(0, k * q).Select(at => 0.1 * (at + 1) * (at % 2 == 0 ? 1 : -1))],
            Covariances = covariances,
            Crosses = [.. Enumerable.Range(0, k * 2 * q).Select(at => 0.2 * (at + 1))],
        });
    }

    /// <summary>Rows of a random data set, row by row.</summary>
    internal static (double[] X, double[] Z) RowByRow(RandomData data, IEnumerable<int>? rows = null)
    {
        rows ??= Enumerable.Range(0, data.Rows);
        return ([.. rows.SelectMany(r => data.X.Select(c => c[r]))], [.. rows.SelectMany(r => data.Z.Select(c => c[r]))]);
    }
}

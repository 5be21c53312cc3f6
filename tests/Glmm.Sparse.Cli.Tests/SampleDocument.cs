namespace Glmm.Sparse.Cli.Tests;

/// <summary>A fit document put together by hand.</summary>
internal static class SampleDocument
{
    public static FitDocument Create() => new()
    {
        Version = "1.2.3",
        Method = "pql",
        Criterion = "reml",
        Family = "poisson",
        Link = "log",
        Formula = "y ~ week + I(week > 2) + (1 + week | id)",
        Observations = 220,
        RowsDroppedMissing = 3,
        Groups = [new GroupEntry("id", 50)],
        Converged = true,
        Singular = false,
        Verdict = "converged",
        Iterations = 9,
        GradientNorm = 1.25e-11,
        Message = null,
        Warnings = ["Column 'z' was left out: it is a multiple of 'week'."],
        Fixed =
        [
            new FixedEntry("(Intercept)", 1.8696682837488403, 0.1, 18.696682837488403, 5.3e-78),
            new FixedEntry("week", -0.30952482268952913, 0.147, -2.1056110387042797, 0.03524),
            new FixedEntry("I(week > 2)TRUE", 0.001, null, null, null),
        ],
        FixedCovariance = [[0.01, 0.001, 0], [0.001, 0.021609, 0], [0, 0, null]],
        Random =
        [
            new RandomEntry(
                "id", ["(Intercept)", "week"], [[0.25, -0.02], [-0.02, 0.01]], [0.5, 0.1], [[1, -0.4], [-0.4, 1]],
                [new BlockEntry("unstructured", ["(Intercept)", "week"])]),
        ],
        Dispersion = new DispersionEntry(1, false),
        LogLikelihood = null,
        LogQuasiLikelihood = -252.8883386506621,
        Deviance = 1.0 / 3,
        Aic = null,
        Bic = null,
        Timings = new TimingsEntry(0.01, 0.02, 0.03, 12),
        Threads = 2,
        Theta = null,
        Weights = null,
        Offset = null,
        CovarianceStructure = "unstructured",
        Factors = [],
        WorkingLogLikelihood = -260.125,
    };
}

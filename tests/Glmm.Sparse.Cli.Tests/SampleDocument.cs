namespace Glmm.Sparse.Cli.Tests;

/// <summary>Fit documents put together by hand.</summary>
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
                [new BlockEntry("unstructured", ["(Intercept)", "week"])], null),
        ],
        Dispersion = new DispersionEntry(1, false, null),
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
        Parameters = null,
        Nodes = null,
        Curvature = null,
        Shape = null,
        Order = 1,
        ApproximationRisk = new RiskEntry(
            "low", 0.012, "week", -0.05, "(Intercept)", "aghq", "Approximation risk: low; all is well."),
    };

    /// <summary>The same model, a negative binomial, by the Laplace approximation.</summary>
    public static FitDocument CreateLikelihood()
    {
        FitDocument sample = Create();
        return sample with
        {
            Method = "laplace",
            Criterion = "ml",
            Family = "negative-binomial",
            LogQuasiLikelihood = null,
            WorkingLogLikelihood = null,
            LogLikelihood = -627.80893,
            Aic = 1269.61787,
            Bic = 1293.3869,
            Parameters = 7,
            Nodes = 1,
            Curvature = "observed",
            Theta = 2.4567891,
            Shape = new ShapeEntry("theta", 2.4567891, 0.98765, true),
            Random = [sample.Random[0] with { CovarianceStdError = [[0.05, 0.03], [0.03, null]] }],
        };
    }
}

using Glmm.Sparse.Data;
using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Formula;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Cli.Tests;

/// <summary>The C# example of the README, word for word, so that it is compiled and run.</summary>
internal static class ReadmeExample
{
    public static void Run()
    {
        Family family = Family.Parse("poisson");
        ModelFrame frame = ModelFrame.Create(
            CsvTable.Read("data/epil.csv"), "y ~ lbase*trt + lage + V4 + (1 | subject)", family);

        PqlFit fit = Pql.Fit(frame.Design, family);

        Console.WriteLine($"{fit.Verdict} after {fit.Iterations} iterations");
        foreach (FixedEffect effect in fit.FixedEffects)
            Console.WriteLine($"{effect.Name,-20} {effect.Estimate,10:F4} {effect.StandardError,10:F4}");
        Console.WriteLine($"variance of {fit.RandomTerms[0]}: {fit.Covariance[0, 0]:F4}");
    }
}

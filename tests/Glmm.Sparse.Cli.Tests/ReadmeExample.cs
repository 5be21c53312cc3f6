using Glmm.Sparse.Data;
using Glmm.Sparse.Diagnostics;
using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Formula;
using Glmm.Sparse.Inference;
using Glmm.Sparse.Persistence;
using Glmm.Sparse.Prediction;
using Glmm.Sparse.Resampling;
using Glmm.Sparse.Results;
using Glmm.Sparse.ScoreTests;
using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Cli.Tests;

/// <summary>The C# examples of the README, word for word, so that they are compiled and run.</summary>
internal static class ReadmeExample
{
    public static void Run()
    {
        Family family = Family.Parse("poisson");
        ModelFrame frame = ModelFrame.Create(
            CsvTable.Read("data/epil.csv"), "y ~ lbase*trt + lage + V4 + (1 | subject)", family);

        PqlFit fit = Pql.Fit(frame.Design, family);

        Console.WriteLine(fit);

        Analyse(family, frame, fit);
        Refit(family, frame);
        Compare(family, frame);
    }

    private static void Analyse(Family family, ModelFrame frame, PqlFit fit)
    {
        // Check: how the fit ended, whether the counts vary more than they should, which subjects pull.
        Console.WriteLine(ConvergenceReport.Of(fit, frame.Design));
        ModelDiagnostics checks = ModelDiagnostics.Of(fit, frame.Design);
        Console.WriteLine($"{checks.Dispersion}\n{checks.Zeros}");
        foreach (ClusterInfluenceRow subject in checks.Influence.Ranked().Take(3)) Console.WriteLine(subject);

        // Test: coefficients as rate ratios, terms, treatments at the mean of the covariates, the variance.
        FixedEffectInference inference = FixedEffectInference.Create(fit, frame.Design);
        foreach (EffectRatio ratio in inference.Exponentiated()) Console.WriteLine(ratio);
        Console.WriteLine(FixedEffectInference.Create(fit, frame.Design, robust: ClusterRobust.CR2));
        Console.WriteLine(TermTests.TypeII(frame.Schema, inference));
        Console.WriteLine(MarginalMeans.Over(frame.Schema, inference, ["trt"]));
        Console.WriteLine(VarianceComponentInference.Of(fit, frame.Design));
        Console.WriteLine(VarianceDecomposition.Of(fit, frame.Design));
        Console.WriteLine(VarianceScoreTest.Test(NullModel.Fit(frame.Design, family), frame.Design));
        Console.WriteLine(BootstrapIntervals.Compute(frame.Design, family));

        // Predict: the next visit of a known subject, and of one never seen.
        GlmmModel model = GlmmModel.Create(fit, frame);
        (string Subject, double Base, double Age, string Treatment)[] visits =
            [("1", -0.756, 0.114, "placebo"), ("new", -0.15, -0.1, "progabide")];
        ColumnTable visit = RecordTable.From(visits)
            .Text("subject", v => v.Subject).Number("lbase", v => v.Base).Number("lage", v => v.Age)
            .Number("V4", _ => 1).Text("trt", v => v.Treatment).ToTable();
        Console.WriteLine(model.Predict(visit, new TablePredictionOptions { Interval = IntervalKind.Prediction }));

        // Save and load: one file without the rows of the data, which predicts the same bits.
        string path = Path.Combine(Path.GetTempPath(), "epil.glmm.json");
        model.Save(path);
        GlmmModel loaded = GlmmModel.Load(path);
        Console.WriteLine(loaded.Predict(visit)[0].Estimate == model.Predict(visit)[0].Estimate);
    }

    private static void Refit(Family family, ModelFrame frame)
    {
        using RefitPlan plan = RefitPlan.Create(frame.Design, family);

        double[][] responses = [.. Enumerable.Range(0, 1000).Select(Simulate)];
        RefitResult[] results = plan.RefitMany(responses);
        Console.WriteLine($"{results.Count(r => r.Converged)} converged; the first intercept is {results[0].FixedEffects[0]:F4}");

        using Refitter refitter = plan.CreateRefitter();
        Console.WriteLine($"{plan.FixedNames[1]}: {refitter.Refit(responses[7]).FixedEffects[1]:F4}");

        double[] Simulate(int seed)
        {
            var random = new Random(seed);
            return [.. Enumerable.Range(0, plan.Observations).Select(_ => (double)random.Next(12))];
        }
    }

    private static void Compare(Family family, ModelFrame frame)
    {
        LikelihoodFit larger = AdaptiveQuadrature.Fit(frame.Design, family, options: new FitOptions { Nodes = 11 });
        NullModel without = NullModel.Fit(frame.Design, family);
        LikelihoodRatioResult test = LikelihoodRatioTest.Compare(without, larger);
        Console.WriteLine($"χ² = {test.Statistic:F2}, p = {test.PValue:G3}: {test.ReferenceInWords}");

        foreach (ProfileInterval interval in ProfileLikelihood.Intervals(frame.Design, larger))
            Console.WriteLine($"{interval.Parameter.Name}: {interval.Lower:F3} to {interval.Upper:F3}");
    }
}

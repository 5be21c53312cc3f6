using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Model.Covariance;
using Glmm.Sparse.Prediction;
using Glmm.Sparse.Results;
using Glmm.Sparse.Tests.Estimation;
using Glmm.Sparse.Tests.Likelihood;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Prediction;

/// <summary>Estimates, standard errors and confidence intervals against dense algebra.</summary>
[TestFixture]
internal sealed class PredictionErrorTests
{
    private static IEnumerable<TestCaseData> Fits()
    {
        foreach (string family in new[] { "poisson", "binomial", "gaussian" })
        {
            foreach (int q in new[] { 1, 2 }) yield return new TestCaseData(family, q);
        }
    }

    [TestCaseSource(nameof(Fits))]
    public void ErrorsOfNewRowsOfKnownClustersAreThoseOfHendersonsEquations(string family, int q)
    {
        (RandomData data, PqlFit fit, FittedModel model) = ModelCase.Fitted(family, q);
        var dense = new DenseHenderson(data, fit);
        var random = new Random(5);
        const int n = 40;
        double[] x = Uniform(random, n * 3), z = Uniform(random, n * q), offset = Uniform(random, n);
        int[] codes = [.. Enumerable.Range(0, n).Select(r => r % model.ClusterCount)];
        Columns link = Predict(model, PredictionTarget.LinearPredictor, x, z, codes, offset);
        Columns mean = Predict(model, PredictionTarget.ConditionalMean, x, z, codes, offset);
        for (int r = 0; r < n; r++)
        {
            ReadOnlySpan<double> xr = x.AsSpan(r * 3, 3), zr = z.AsSpan(r * q, q);
            double eta = offset[r], error = Math.Sqrt(dense.Variance(xr, zr, codes[r]));
            for (int j = 0; j < 3; j++) eta += xr[j] * fit.FixedEffects[j].Estimate;
            for (int l = 0; l < q; l++) eta += zr[l] * fit.RandomEffects[(codes[r] * q) + l];
            ScalarMean at = ScalarMean.At(fit.Link, eta);
            Assert.That(link.Estimate[r], Is.EqualTo(eta).Within(1e-12));
            Assert.That(link.Error[r], Is.EqualTo(error).Within(1e-9 * error));
            Assert.That(link.Upper[r], Is.EqualTo(eta + (1.9599639845400545 * error)).Within(1e-9));
            Assert.That(mean.Estimate[r], Is.EqualTo(at.Mean).Within(1e-12 * (1 + Math.Abs(at.Mean))));
            Assert.That(mean.Error[r], Is.EqualTo(at.First * error).Within(1e-9 * at.First * error));
            double lower = ScalarMean.At(fit.Link, eta - (1.9599639845400545 * error)).Mean;
            Assert.That(mean.Lower[r], Is.EqualTo(lower).Within(1e-9 * Math.Abs(lower)));
        }
    }

    [TestCaseSource(nameof(Fits))]
    public void ErrorsOfRandomEffectsAreThoseOfTheFit(string family, int q)
    {
        // x = 0 and z a unit vector.
        (RandomData data, PqlFit pql, FittedModel model) = ModelCase.Fitted(family, q);
        Compare(model, pql.RandomEffects, pql.RandomEffectStandardErrors, q);
        LikelihoodFit laplace = Laplace.Fit(data.Design(), data.Family);
        Compare(FittedModel.Create(laplace, data.Design()), laplace.RandomEffects, laplace.RandomEffectStandardErrors, q);
    }

    [Test]
    public void ErrorsOfRandomEffectsAreThoseOfTheFitOnTheBoundaryToo()
    {
        RandomData data = RandomData.Simulate(3, Family.Poisson, 1, 20, 8);
        data = data with { Z = [data.Z[0], [.. data.X[1]]] };
        CovarianceStructure diagonal = CovarianceStructure.Diagonal(2);
        PqlFit fit = Pql.Fit(data.Design(diagonal), Family.Poisson, null, new FitOptions { Tolerance = 1e-10 });
        Assert.That(fit.Verdict, Is.EqualTo(Verdict.Boundary), "a slope without variation");
        FittedModel model = FittedModel.Create(fit, data.Design(diagonal));
        Compare(model, fit.RandomEffects, fit.RandomEffectStandardErrors, 2);
        Assert.That(model.Posterior(0).Covariance[3], Is.Zero);
    }

    [Test]
    public void ErrorsOfQuadratureFitsAndObservedCurvatureAreThoseOfTheFit()
    {
        RandomData data = RandomData.Simulate(8, Family.Poisson, 1, 20, 8);
        LikelihoodFit fit = AdaptiveQuadrature.Fit(data.Design(), Family.Poisson, Link.Sqrt, new FitOptions { Curvature = Curvature.Observed });
        Assert.That(fit.HasObservedCurvature, Is.True);
        Compare(FittedModel.Create(fit, data.Design()), fit.RandomEffects, fit.RandomEffectStandardErrors, 1);
    }

    [Test]
    public void AClusterNeverSeenHasTheErrorsOfThePopulationOrItsOwn()
    {
        double[,] d = { { 0.5, 0.1 }, { 0.1, 0.3 } };
        FittedModel model = ModelCase.Made(Family.Poisson, Link.Log, d);
        double[] x = [1, 2], z = [1, -0.5];
        double fixedVariance = 0.04 + (4 * 0.02) + (4 * 0.0004), spread = 0.5 - 0.1 + (0.25 * 0.3);
        Columns typical = Predict(model, PredictionTarget.LinearPredictor, x, z, [-1], [0]);
        Columns own = Predict(model, PredictionTarget.LinearPredictor, x, z, [-1], [0], newClusters: true);
        Assert.That(typical.Error[0], Is.EqualTo(Math.Sqrt(fixedVariance)).Within(1e-15));
        Assert.That(own.Error[0], Is.EqualTo(Math.Sqrt(fixedVariance + spread)).Within(1e-15));
        Assert.That(typical.Estimate[0], Is.EqualTo(1.0).Within(1e-15));
        Columns population = Predict(model, PredictionTarget.PopulationMean, x, z, [1], [0], newClusters: true);
        double mean = Math.Exp(1 + (0.5 * spread));
        Assert.That(population.Estimate[0], Is.EqualTo(mean).Within(1e-14 * mean));
        Assert.That(population.Error[0], Is.EqualTo(mean * Math.Sqrt(fixedVariance)).Within(1e-14 * mean));
        double upper = mean * Math.Exp(1.9599639845400545 * Math.Sqrt(fixedVariance));
        Assert.That(population.Upper[0], Is.EqualTo(upper).Within(1e-13 * upper));
        var prior = new double[1];
        var error = new double[1];
        model.PredictWithErrors(
            new PredictionOptions { Target = PredictionTarget.LinearPredictor },
            new PredictionRows { X = x, Z = z, Posterior = model.Prior },
            new PredictionColumns { Estimate = prior, StandardError = error });
        Assert.That(error[0], Is.EqualTo(own.Error[0]).Within(1e-15), "the prior is what is known of a new cluster");
    }

    [Test]
    public void EndsBeyondTheLinksDomainHaveTheMeansOfItsEdge()
    {
        double[,] d = { { 0.0 } };
        double[] x = [1, 0], z = [1];
        FittedModel inverse = ModelCase.Made(Family.Gamma, Link.Inverse, d, fixedVariance: 1);
        Columns columns = Predict(inverse, PredictionTarget.ConditionalMean, x, z, [-1], [0]);
        Assert.That(columns.Upper[0], Is.EqualTo(double.PositiveInfinity));
        Assert.That(columns.Lower[0], Is.EqualTo(1 / (0.4 + 1.9599639845400545)).Within(1e-14));
        FittedModel root = ModelCase.Made(Family.Poisson, Link.Sqrt, d, fixedVariance: 1);
        Assert.That(Predict(root, PredictionTarget.ConditionalMean, x, z, [-1], [0]).Lower[0], Is.Zero);
        FittedModel chance = ModelCase.Made(Family.Binomial, Link.Identity, d, fixedVariance: 1);
        columns = Predict(chance, PredictionTarget.ConditionalMean, x, z, [-1], [0]);
        Assert.That((columns.Lower[0], columns.Upper[0]), Is.EqualTo((0.0, 1.0)));
        columns = Predict(chance, PredictionTarget.PopulationMean, x, z, [-1], [0]);
        Assert.That((columns.Lower[0], columns.Upper[0]), Is.EqualTo((0.0, 1.0)));
    }

    [Test]
    public void ThePopulationsMeanOfFirstOrderMqlIsItsMarginalMean()
    {
        RandomData data = RandomData.Simulate(26, Family.Poisson, 1, 20, 8);
        MqlFit fit = Mql.Fit(data.Design(), Family.Poisson);
        FittedModel model = FittedModel.Create(fit, data.Design());
        Assert.That(model.ClusterCount, Is.Zero);
        (double[] x, double[] z) = ModelCase.RowByRow(data);
        double[] means = new double[data.Rows], typical = new double[data.Rows];
        model.Predict(PredictionTarget.PopulationMean, new PredictionRows { X = x, Z = z, Offset = data.Offset }, means);
        model.Predict(PredictionTarget.ConditionalMean, new PredictionRows { X = x, Offset = data.Offset }, typical);
        Assert.That(means, Is.EqualTo(typical));
        double[] fitted = fit.Fitted(data.Design()).Mean;
        for (int r = 0; r < means.Length; r++) Assert.That(means[r], Is.EqualTo(fitted[r]).Within(1e-13 * fitted[r]));
    }

    private static void Compare(
        FittedModel model, ReadOnlySpan<double> modes, ReadOnlySpan<double> errors, int q)
    {
        int p = model.FixedNames.Count;
        for (int at = 0; at < modes.Length; at++)
        {
            var z = new double[q];
            z[at % q] = 1;
            Columns columns = Predict(model, PredictionTarget.LinearPredictor, new double[p], z, [at / q], [0]);
            Assert.That(columns.Estimate[0], Is.EqualTo(modes[at]));
            Assert.That(columns.Error[0], Is.EqualTo(errors[at]).Within((1e-9 * errors[at]) + 1e-9));
        }
    }

    private static double[] Uniform(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => (2 * random.NextDouble()) - 1)];

    private static Columns Predict(
        FittedModel model, PredictionTarget target, double[] x, double[] z, int[] codes, double[] offset,
        bool newClusters = false)
    {
        var columns = new Columns(codes.Length);
        var options = new PredictionOptions { Target = target, NewClusters = newClusters };
        model.PredictWithErrors(
            options, new PredictionRows { X = x, Z = z, Clusters = codes, Offset = offset }, columns.Spans);
        return columns;
    }

    private sealed class Columns(int n)
    {
        internal double[] Estimate { get; } = new double[n];

        internal double[] Error { get; } = new double[n];

        internal double[] Lower { get; } = new double[n];

        internal double[] Upper { get; } = new double[n];

        internal PredictionColumns Spans =>
            new() { Estimate = Estimate, StandardError = Error, Lower = Lower, Upper = Upper };
    }
}

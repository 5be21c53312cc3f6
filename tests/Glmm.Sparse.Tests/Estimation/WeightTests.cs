using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Model;
using Glmm.Sparse.Results;
using MathNet.Numerics.LinearAlgebra;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Estimation;

/// <summary>Precision, frequency and sampling weights are three things: what each says is proved by repeated rows.</summary>
[TestFixture]
internal sealed class WeightTests
{
    private static readonly FitOptions Tight = new() { Tolerance = 1e-10 };

    [TestCase("gaussian", "pql")]
    [TestCase("gaussian", "mql")]
    [TestCase("gaussian", "laplace")]
    [TestCase("poisson", "pql")]
    [TestCase("poisson", "mql")]
    [TestCase("poisson", "laplace")]
    [TestCase("poisson", "aghq")]
    [TestCase("binomial", "pql")]
    [TestCase("binomial", "laplace")]
    [TestCase("binomial", "aghq")]
    [TestCase("quasipoisson", "pql")]
    [TestCase("gamma", "pql")]
    [TestCase("gamma", "laplace")]
    [TestCase("negative-binomial", "laplace")]
    public void AFrequencyIsThatManyRows(string family, string method)
    {
        RandomData data = Data(family);
        double[] times = Times(data.Rows);
        int[] rows = [.. Enumerable.Range(0, data.Rows).SelectMany(row => Enumerable.Repeat(row, (int)times[row]))];
        GlmmFit weighted = Fit(data.Design().WithFrequencies(DesignColumn.FromValues("f", times)), data.Family, method);
        GlmmFit repeated = Fit(data.Take(rows).Design(), data.Family, method);
        Assert.Multiple(() =>
        {
            Assert.That(repeated.Converged, repeated.Message);
            Same(weighted, repeated, 1e-6);
            Assert.That(weighted.Observations, Is.EqualTo(rows.Length));
            Assert.That(weighted.Deviance, Is.EqualTo(repeated.Deviance).Within(1e-6 * repeated.Deviance));
            Assert.That(
                weighted.WorkingLogLikelihood, Is.EqualTo(repeated.WorkingLogLikelihood).Within(1e-6), "working ℓ");
            Assert.That(weighted.LogQuasiLikelihood, Is.EqualTo(repeated.LogQuasiLikelihood).Within(1e-6));
            if (weighted is not LikelihoodFit likelihood) return;
            var other = (LikelihoodFit)repeated;
            Assert.That(likelihood.LogLikelihood, Is.EqualTo(other.LogLikelihood).Within(1e-7));
            Assert.That(likelihood.Bic, Is.EqualTo(other.Bic).Within(1e-7));
            Assert.That(likelihood.Shape?.Value ?? 0, Is.EqualTo(other.Shape?.Value ?? 0).Within(1e-5));
        });
    }

    [Test]
    public void FrequenciesOfTheNullModelAreThatManyRows()
    {
        RandomData data = Data("gaussian");
        double[] times = Times(data.Rows);
        int[] rows = [.. Enumerable.Range(0, data.Rows).SelectMany(row => Enumerable.Repeat(row, (int)times[row]))];
        NullModel weighted = NullModel.Fit(data.Design().WithFrequencies(DesignColumn.FromValues("f", times)), data.Family);
        NullModel repeated = NullModel.Fit(data.Take(rows).Design(), data.Family);
        Assert.That(weighted.Dispersion, Is.EqualTo(repeated.Dispersion).Within(1e-12));
        Assert.That(weighted.LogLikelihood, Is.EqualTo(repeated.LogLikelihood).Within(1e-9));
        Assert.That(weighted.FixedEffects, Is.EqualTo(repeated.FixedEffects).Within(1e-12));
    }

    [Test]
    public void APrecisionWeightIsAMeanOfThatManyRows()
    {
        // m normal responses of one variance, or their mean with weight m: φ held, the mean is all they say.
        RandomData data = Data("gaussian");
        double[] times = Times(data.Rows);
        int[] rows = [.. Enumerable.Range(0, data.Rows).SelectMany(row => Enumerable.Repeat(row, (int)times[row]))];
        RandomData many = data.Take(rows);
        var random = new Random(3);
        many = many with { Y = [.. many.Y.Select(y => y + (0.3 * (random.NextDouble() - 0.5)))] };
        double[] means = new double[data.Rows];
        for (int i = 0; i < rows.Length; i++) means[rows[i]] += many.Y[i] / times[rows[i]];
        FitOptions options = Tight with { Dispersion = DispersionOption.Fixed(0.8) };
        PqlFit weighted = Pql.Fit((data with { Y = means, Weight = times }).Design(), data.Family, null, options);
        PqlFit repeated = Pql.Fit(many.Design(), data.Family, null, options);
        Same(weighted, repeated, 1e-9);
        Assert.That(weighted.Observations, Is.EqualTo(data.Rows));
    }

    [TestCase("pql")]
    [TestCase("laplace")]
    public void APrecisionWeightOfABinomialProportionIsItsTrials(string method)
    {
        RandomData data = Data("binomial");
        int[] rows = [.. Enumerable.Range(0, data.Rows).SelectMany(row => Enumerable.Repeat(row, (int)data.Weight[row]))];
        double[] single = [.. Enumerable.Range(0, data.Rows).SelectMany(row => Enumerable.Range(0, (int)data.Weight[row])
            .Select(trial => trial < Math.Round(data.Y[row] * data.Weight[row]) ? 1.0 : 0.0))];
        RandomData many = data.Take(rows) with { Y = single, Weight = [.. rows.Select(_ => 1.0)] };
        Same(Fit(data.Design(), data.Family, method), Fit(many.Design(), data.Family, method), 1e-7);
    }

    [TestCase("gaussian", "pql")]
    [TestCase("poisson", "pql")]
    [TestCase("poisson", "mql")]
    public void ASamplingWeightRepeatsARowButAddsNoInformation(string family, string method)
    {
        // Estimates are those of the repeated rows; standard errors those of the spread between clusters.
        RandomData data = Data(family);
        double[] times = Times(data.Rows);
        int[] rows = [.. Enumerable.Range(0, data.Rows).SelectMany(row => Enumerable.Repeat(row, (int)times[row]))];
        GlmmFit sampled = Fit(
            data.Design().WithSamplingWeights(DesignColumn.FromValues("s", times), SamplingWeightScaling.None),
            data.Family, method);
        RandomData many = data.Take(rows);
        GlmmFit repeated = Fit(many.Design(), data.Family, method);
        Assert.That(sampled.Observations, Is.EqualTo(data.Rows));
        for (int j = 0; j < 3; j++)
        {
            FixedEffect one = sampled.FixedEffects[j], other = repeated.FixedEffects[j];
            Assert.That(one.Estimate, Is.EqualTo(other.Estimate).Within(1e-7 * other.StandardError));
        }

        double[,] expected = Sandwich(many, repeated);
        for (int j = 0; j < 3; j++)
        {
            Assert.That(sampled.FixedEffects[j].StandardError, Is.EqualTo(Math.Sqrt(expected[j, j])).Within(1e-6));
            Assert.That(sampled.FixedEffects[j].StandardError, Is.Not.EqualTo(repeated.FixedEffects[j].StandardError).Within(1e-3));
        }
    }

    [TestCase(SamplingWeightScaling.ClusterSize)]
    [TestCase(SamplingWeightScaling.EffectiveSize)]
    public void TheLevelOfScaledSamplingWeightsDoesNotMatter(SamplingWeightScaling scaling)
    {
        RandomData data = Data("poisson");
        double[] weights = [.. Times(data.Rows).Select(t => Math.Sqrt(t))];
        PqlFit one = Sampled(weights), other = Sampled([.. weights.Select((w, row) => w * (1 + data.Cluster[row]))]);
        Same(one, other, 1e-8);

        PqlFit Sampled(double[] w) => Pql.Fit(
            data.Design().WithSamplingWeights(DesignColumn.FromValues("s", w), scaling), data.Family, null, Tight);
    }

    [Test]
    public void EqualSamplingWeightsChangeTheStandardErrorsOnly()
    {
        RandomData data = Data("poisson");
        PqlFit plain = Pql.Fit(data.Design(), data.Family, null, Tight);
        PqlFit sampled = Pql.Fit(
            data.Design().WithSamplingWeights(DesignColumn.Constant("s", 7, data.Rows)), data.Family, null, Tight);
        double[,] expected = Sandwich(data, plain);
        for (int j = 0; j < 3; j++)
        {
            Assert.That(sampled.FixedEffects[j].Estimate, Is.EqualTo(plain.FixedEffects[j].Estimate).Within(1e-9));
            Assert.That(sampled.FixedEffects[j].StandardError, Is.EqualTo(Math.Sqrt(expected[j, j])).Within(1e-7));
        }

        Assert.That(sampled.ApproximationRisk, Is.Null);
    }

    [Test]
    public void WrongWeightsAreNamedWithTheirRow()
    {
        ClusteredDesign design = Data("poisson").Design();
        int n = design.Observations;
        double[] half = [.. Enumerable.Repeat(1.0, n)];
        half[4] = 1.5;
        Assert.That(() => design.WithFrequencies(DesignColumn.FromValues("times", half)),
            Throws.TypeOf<InvalidModelDataException>().With.Message.EqualTo(
                "The frequency weight 'times' is 1.5 in row 5; it must be a whole number of 1 or more."));
        half[2] = 0;
        Assert.That(() => design.WithSamplingWeights(DesignColumn.FromValues("share", half)),
            Throws.TypeOf<InvalidModelDataException>().With.Message.StartsWith("The sampling weight 'share' is 0 in row 3;"));
        Assert.That(() => design.WithFrequencies(DesignColumn.Constant("times", 1, n - 1)),
            Throws.TypeOf<InvalidModelDataException>().With.Message.Contains("'times' has"));
        Assert.That(
            () => Laplace.Fit(design.WithSamplingWeights(DesignColumn.Constant("s", 2, n)), Family.Poisson),
            Throws.TypeOf<InvalidModelOptionException>().With.Message.Contains("sampling weights"));
        Assert.That(
            () => RefitPlan.Create(design.WithSamplingWeights(DesignColumn.Constant("s", 2, n)), Family.Poisson),
            Throws.TypeOf<InvalidModelOptionException>().With.Message.Contains("sampling weights"));
    }

    [Test]
    public void FrequenciesDoNotMakeProportionsOfZerosAndOnes()
    {
        RandomData data = Data("binomial") with { Weight = [.. Enumerable.Repeat(1.0, Data("binomial").Rows)] };
        ClusteredDesign design = data.Design().WithFrequencies(DesignColumn.Constant("f", 2, data.Rows));
        Assert.That(() => Pql.Fit(design, Family.Binomial), Throws.TypeOf<InvalidModelDataException>());
    }

    // Dense: (Σ XᵀV⁻¹X)⁻¹ Σ UUᵀ (…)⁻¹ k/(k − 1) with U = XᵀPy* of each cluster.
    private static double[,] Sandwich(RandomData data, GlmmFit fit)
    {
        double[] modes = fit is PqlFit pql ? pql.RandomEffects.ToArray() : new double[fit.GroupCount];
        Matrix<double> meat = Matrix<double>.Build.Dense(3, 3), bread = Matrix<double>.Build.Dense(3, 3);
        double tau2 = fit.Covariance[0, 0], phi = fit.Dispersion;
        bool isLog = data.Family.Name == "poisson";
        for (int code = 0; code < fit.GroupCount; code++)
        {
            int[] rows = [.. Enumerable.Range(0, data.Rows).Where(row => data.Cluster[row] == code)];
            Matrix<double> x = Matrix<double>.Build.Dense(rows.Length, 3, (i, j) => data.X[j][rows[i]]);
            Vector<double> eta = Vector<double>.Build.DenseOfEnumerable(rows.Select(row =>
                data.Offset[row] + fit.FixedEffects.Select((e, j) => e.Estimate * data.X[j][row]).Sum() + modes[code]));
            Vector<double> mu = isLog ? eta.PointwiseExp() : eta, w = isLog ? mu / phi : (eta * 0) + (1 / phi);
            Vector<double> r = Vector<double>.Build.DenseOfEnumerable(rows.Select((row, i) =>
                (data.Y[row] - mu[i]) / (isLog ? mu[i] : 1)));
            Matrix<double> inverse = (Matrix<double>.Build.DenseOfDiagonalVector(1 / w) + tau2).Inverse();
            Vector<double> py = fit is PqlFit ? w.PointwiseMultiply(r) : inverse * r;
            Vector<double> u = x.Transpose() * py;
            meat += u.OuterProduct(u);
            bread += x.Transpose() * inverse * x;
        }

        double k = fit.GroupCount;
        return (bread.Inverse() * meat * bread.Inverse() * (k / (k - 1))).ToArray();
    }

    private static RandomData Data(string family)
    {
        RandomData data = RandomData.Simulate(
            21, family is "binomial" or "gaussian" ? Family.Parse(family) : Family.Poisson, 1, 40, 7);
        return family switch
        {
            "gamma" => data with { Family = Family.Gamma, Y = [.. data.Y.Select((y, row) => (y + 0.5) * (1 + (0.1 * (row % 7))))] },
            "negative-binomial" => data with { Family = Family.NegativeBinomial() },
            "quasipoisson" => data with { Family = Family.Parse("quasipoisson") },
            _ => data,
        };
    }

    private static double[] Times(int rows) => [.. Enumerable.Range(0, rows).Select(row => 1.0 + (row * 7 % 5 % 3))];

    private static GlmmFit Fit(ClusteredDesign design, Family family, string method)
    {
        Link? link = family.Name == "gamma" ? Link.Log : null;
        return method switch
        {
            "mql" => Mql.Fit(design, family, link, Tight),
            "laplace" => Laplace.Fit(design, family, link, Tight),
            "aghq" => AdaptiveQuadrature.Fit(design, family, link, Tight),
            _ => Pql.Fit(design, family, link, Tight),
        };
    }

    private static void Same(GlmmFit one, GlmmFit other, double within)
    {
        for (int j = 0; j < other.FixedEffects.Count; j++)
        {
            FixedEffect a = one.FixedEffects[j], b = other.FixedEffects[j];
            Assert.That(a.Estimate, Is.EqualTo(b.Estimate).Within(within * b.StandardError), b.Name);
            Assert.That(a.StandardError, Is.EqualTo(b.StandardError).Within(10 * within * b.StandardError), b.Name);
        }

        Assert.That(one.Covariance[0, 0], Is.EqualTo(other.Covariance[0, 0]).Within(within * other.Covariance[0, 0]));
        Assert.That(one.Dispersion, Is.EqualTo(other.Dispersion).Within(within * other.Dispersion));
    }
}

using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Inference;
using Glmm.Sparse.Kernels;
using Glmm.Sparse.Results;
using Glmm.Sparse.Tests.Estimation;
using MathNet.Numerics.LinearAlgebra;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Inference;

/// <summary>Tests of fixed effects against dense matrices, also on the working model of quasi-likelihood.</summary>
[TestFixture]
internal sealed class FixedEffectInferenceTests
{
    private static readonly double[,] TwoRows = { { 0, 1, -0.5 }, { 0.2, 0, 1 } };

    [TestCase("gaussian", 2, false)]
    [TestCase("poisson", 1, false)]
    [TestCase("poisson", 2, false)]
    [TestCase("poisson", 2, true)]
    public void SatterthwaiteIsTwiceTheSquareOverTheVarianceOfTheVariance(string family, int q, bool marginal)
    {
        (RandomData data, GlmmFit fit, DenseInference dense) = Case(family, q, marginal);
        FixedEffectInference inference = FixedEffectInference.Create(fit, data.Design(), DegreesOfFreedomMethod.Satterthwaite);
        Matrix<double> parameters = dense.Observed().Inverse();
        double Degrees(Vector<double> w)
        {
            Vector<double> scaled = dense.Phi * w;
            Vector<double> gradient = Vector<double>.Build.Dense(dense.Derivatives.Count, l => scaled * dense.FixedDerivative(l) * scaled);
            return 2 * Math.Pow(w * scaled, 2) / (gradient * parameters * gradient);
        }

        Vector<double> weights = Vector<double>.Build.DenseOfArray([0.3, -1, 2]);
        FixedEffectEstimate contrast = inference.Contrast(weights.ToArray());
        Assert.That(contrast.DegreesOfFreedom, Is.EqualTo(Degrees(weights)).Within(1e-7 * contrast.DegreesOfFreedom));
        Assert.That(contrast.StandardError, Is.EqualTo(Math.Sqrt(weights * dense.Phi * weights)).Within(1e-8 * contrast.StandardError));

        Matrix<double> l = Matrix<double>.Build.DenseOfArray(TwoRows);
        var eigen = (l * dense.Phi * l.Transpose()).Evd(Symmetricity.Symmetric);
        double excess = Enumerable.Range(0, 2).Sum(e => 2 / (Degrees(l.Transpose() * eigen.EigenVectors.Column(e)) - 2));
        JointTest joint = inference.Joint(TwoRows);
        Assert.That(joint.DenominatorDegreesOfFreedom, Is.EqualTo(2 * (2 + excess) / excess).Within(1e-7 * joint.DenominatorDegreesOfFreedom));
    }

    [TestCase("gaussian", 2, false)]
    [TestCase("poisson", 1, false)]
    [TestCase("poisson", 2, false)]
    [TestCase("poisson", 2, true)]
    public void KenwardRogerIsThatOfTheDenseWorkingModel(string family, int q, bool marginal)
    {
        (RandomData data, GlmmFit fit, DenseInference dense) = Case(family, q, marginal);
        FixedEffectInference inference = FixedEffectInference.Create(fit, data.Design(), DegreesOfFreedomMethod.KenwardRoger);
        Matrix<double> phi = dense.Phi, w = dense.Expected().Inverse(), sum = phi * 0;
        int count = dense.Derivatives.Count;
        Matrix<double>[] p = [.. Enumerable.Range(0, count).Select(l => -dense.FixedDerivative(l))];
        for (int i = 0; i < count; i++)
        {
            for (int j = 0; j < count; j++) sum += w[i, j] * (dense.PairProduct(i, j) - (p[i] * phi * p[j]));
        }

        Matrix<double> adjusted = phi + (2 * phi * sum * phi);
        double scale = adjusted.Diagonal().Maximum();
        Assert.That(inference.Covariance.Cast<double>(), Is.EqualTo(adjusted.ToRowMajorArray()).Within(1e-8 * scale));

        // Kenward & Roger (1997), section 3, word for word.
        Matrix<double> l = Matrix<double>.Build.DenseOfArray(TwoRows);
        Matrix<double> theta = l.Transpose() * (l * phi * l.Transpose()).Inverse() * l;
        double a1 = 0, a2 = 0;
        for (int i = 0; i < count; i++)
        {
            for (int j = 0; j < count; j++)
            {
                Matrix<double> a = theta * phi * p[i] * phi, b = theta * phi * p[j] * phi;
                a1 += w[i, j] * a.Trace() * b.Trace();
                a2 += w[i, j] * (a * b).Trace();
            }
        }

        double bb = (a1 + (6 * a2)) / 4, g = ((3 * a1) - (6 * a2)) / (4 * a2), d = 6 + (2 * (1 - g));
        double c1 = g / d, c2 = (2 - g) / d, c3 = (4 - g) / d;
        double mean = 1 / (1 - (a2 / 2)), variance = (1 + (c1 * bb)) / (Math.Pow(1 - (c2 * bb), 2) * (1 - (c3 * bb)));
        double rho = variance / (2 * mean * mean);
        double degrees = 4 + (4 / ((2 * rho) - 1));
        double lambda = degrees / (mean * (degrees - 2));
        JointTest joint = inference.Joint(TwoRows);
        Vector<double> value = l * Vector<double>.Build.DenseOfEnumerable(fit.FixedEffects.Select(e => e.Estimate));
        double f = lambda * (value * (l * adjusted * l.Transpose()).Inverse() * value) / 2;
        Assert.That(joint.DenominatorDegreesOfFreedom, Is.EqualTo(degrees).Within(1e-6 * degrees));
        Assert.That(joint.Scale, Is.EqualTo(lambda).Within(1e-7));
        Assert.That(joint.Statistic, Is.EqualTo(f).Within(1e-7 * f));
        Assert.That(joint.PValue, Is.EqualTo(FDistribution.UpperTail(f, 2, degrees)).Within(1e-6 * joint.PValue));
    }

    [Test]
    public void BalancedGroupsHaveTheDegreesOfFreedomOfAnalysisOfVariance()
    {
        // 20 clusters of 5 in two groups: the group is tested between, time within clusters.
        (RandomData data, PqlFit fit) = Balanced();
        foreach (DegreesOfFreedomMethod method in new[] { DegreesOfFreedomMethod.Satterthwaite, DegreesOfFreedomMethod.KenwardRoger, DegreesOfFreedomMethod.BetweenWithin })
        {
            IReadOnlyList<FixedEffectEstimate> rows = FixedEffectInference.Create(fit, data.Design(), method).Coefficients;
            Assert.That(rows[2].DegreesOfFreedom, Is.EqualTo(18).Within(1e-4), $"{method}");
            Assert.That(rows[1].DegreesOfFreedom, Is.EqualTo(79).Within(1e-4), $"{method}");
        }

        Assert.That(Degrees(DegreesOfFreedomMethod.Residual), Is.All.EqualTo(97));
        Assert.That(Degrees(DegreesOfFreedomMethod.Clusters), Is.All.EqualTo(19));
        Assert.That(Degrees(DegreesOfFreedomMethod.Infinite), Is.All.EqualTo(double.PositiveInfinity));
        Assert.That(Degrees(DegreesOfFreedomMethod.BetweenWithin)[0], Is.EqualTo(18), "the intercept is between");
        JointTest mixed = FixedEffectInference.Create(fit, data.Design(), DegreesOfFreedomMethod.BetweenWithin).Joint(["x1", "x2"]);
        Assert.That(mixed.DenominatorDegreesOfFreedom, Is.EqualTo(18), "the fewest");

        double[] Degrees(DegreesOfFreedomMethod method) =>
            [.. FixedEffectInference.Create(fit, data.Design(), method).Coefficients.Select(r => r.DegreesOfFreedom)];
    }

    [Test]
    public void WaldZHasTheCovarianceOfTheFit()
    {
        RandomData data = RandomData.Simulate(12, Family.Poisson, 1, 30, 8);
        LikelihoodFit fit = Laplace.Fit(data.Design(), data.Family);
        FixedEffectInference inference = FixedEffectInference.Create(fit, data.Design());
        Assert.That(inference.Method, Is.EqualTo(DegreesOfFreedomMethod.Infinite));
        for (int j = 0; j < 3; j++)
        {
            FixedEffectEstimate row = inference.Coefficients[j];
            Assert.That(row.StandardError, Is.EqualTo(fit.FixedEffects[j].StandardError).Within(1e-15));
            Assert.That(row.PValue, Is.EqualTo(NormalDistribution.TwoSidedPValue(fit.FixedEffects[j].Z)).Within(1e-14));
            Assert.That(row.Upper - row.Estimate, Is.EqualTo(1.959963984540054 * row.StandardError).Within(1e-12));
            EffectRatio ratio = inference.Exponentiated()[j];
            Assert.That(ratio.Ratio, Is.EqualTo(Math.Exp(row.Estimate)));
            Assert.That(Math.Log(ratio.Lower), Is.EqualTo(row.Lower).Within(1e-14));
        }

        JointTest joint = inference.Joint(["x1", "x2"]);
        Assert.That(joint.IsChiSquare);
        Matrix<double> c = Matrix<double>.Build.DenseOfArray(fit.FixedCovariance).SubMatrix(1, 2, 1, 2);
        Vector<double> a = Vector<double>.Build.Dense(2, i => fit.FixedEffects[i + 1].Estimate);
        Assert.That(joint.Statistic, Is.EqualTo(a * c.Inverse() * a).Within(1e-12 * joint.Statistic));
        Assert.That(joint.PValue, Is.EqualTo(ChiSquareDistribution.UpperTail(joint.Statistic, 2)).Within(1e-14));
    }

    [TestCase(DegreesOfFreedomMethod.Infinite)]
    [TestCase(DegreesOfFreedomMethod.Satterthwaite)]
    [TestCase(DegreesOfFreedomMethod.KenwardRoger)]
    public void DependentRowsCountOnceAndOneRowIsTheSquareOfT(DegreesOfFreedomMethod method)
    {
        (RandomData data, GlmmFit fit, _) = Case("gaussian", 2, false);
        FixedEffectInference inference = FixedEffectInference.Create(fit, data.Design(), method);
        JointTest two = inference.Joint(TwoRows), three = inference.Joint(new[,] { { 0, 1, -0.5 }, { 0.2, 1, 0.5 }, { 0.2, 0, 1 } });
        Assert.That(three.NumeratorDegreesOfFreedom, Is.EqualTo(2));
        Assert.That(three.Statistic, Is.EqualTo(two.Statistic).Within(1e-8 * two.Statistic));
        if (method == DegreesOfFreedomMethod.KenwardRoger)
            Assert.That(three.DenominatorDegreesOfFreedom, Is.EqualTo(two.DenominatorDegreesOfFreedom).Within(1e-6));
        FixedEffectEstimate t = inference.Contrast([0, 1, -0.5], hypothesis: 0.25);
        JointTest f = inference.Joint(new[,] { { 0, 1, -0.5 } }, hypothesis: [0.25]);
        Assert.That(f.Statistic, Is.EqualTo(t.Statistic * t.Statistic).Within(1e-10 * f.Statistic));
        Assert.That(f.PValue, Is.EqualTo(t.PValue).Within(1e-9 * t.PValue));
    }

    [Test]
    public void ACoordinateChangeOfTheColumnsChangesNothing()
    {
        // Shifted by 1e4 and scaled by 1e-3, a covariate still has the same t and degrees of freedom.
        (RandomData data, PqlFit fit) = Balanced();
        RandomData moved = data with { X = [data.X[0], [.. data.X[1].Select(v => 1e4 + (1e-3 * v))], data.X[2]] };
        PqlFit same = Pql.Fit(moved.Design(), data.Family);
        foreach (DegreesOfFreedomMethod method in Enum.GetValues<DegreesOfFreedomMethod>())
        {
            FixedEffectEstimate a = FixedEffectInference.Create(fit, data.Design(), method).Coefficients[1];
            FixedEffectEstimate b = FixedEffectInference.Create(same, moved.Design(), method).Coefficients[1];
            Assert.That(b.Statistic, Is.EqualTo(a.Statistic).Within(1e-6 * Math.Abs(a.Statistic)));
            if (double.IsFinite(a.DegreesOfFreedom)) Assert.That(b.DegreesOfFreedom, Is.EqualTo(a.DegreesOfFreedom).Within(1e-5 * a.DegreesOfFreedom));
        }
    }

    [Test]
    public void WhereNoVarianceParameterMovesTheDegreesOfFreedomAreInfinite()
    {
        // Independent counts: the variance is 0 and the dispersion is held.
        RandomData data = RandomData.Simulate(8, Family.Poisson, 1, 30, 8);
        var random = new Random(2);
        data = data with { Y = [.. data.Y.Select((_, i) => (double)((i * 7) % 3) + (random.Next(2)))] };
        PqlFit fit = Pql.Fit(data.Design(), data.Family);
        Assert.That(fit.Verdict, Is.EqualTo(Verdict.Boundary));
        FixedEffectInference z = FixedEffectInference.Create(fit, data.Design(), DegreesOfFreedomMethod.Infinite);
        foreach (DegreesOfFreedomMethod method in new[] { DegreesOfFreedomMethod.Satterthwaite, DegreesOfFreedomMethod.KenwardRoger })
        {
            FixedEffectInference t = FixedEffectInference.Create(fit, data.Design(), method);
            for (int j = 0; j < 3; j++)
            {
                Assert.That(t.Coefficients[j].DegreesOfFreedom, Is.EqualTo(double.PositiveInfinity));
                Assert.That(t.Coefficients[j].PValue, Is.EqualTo(z.Coefficients[j].PValue).Within(1e-6));
            }

            Assert.That(t.Joint(TwoRows).IsChiSquare);
        }
    }

    [Test]
    public void TheTablePrintsLikeR()
    {
        (RandomData data, PqlFit fit) = Balanced();
        string text = FixedEffectInference.Create(fit, data.Design()).ToString();
        Assert.That(text, Does.StartWith("Fixed effects: t with Satterthwaite's degrees of freedom, covariance of the model\n"));
        Assert.That(text.Split('\n'), Has.Length.EqualTo(5));
        Assert.That(text, Does.Contain("Std. Error").And.Contain("95% lower"));
        FixedEffectInference robust = FixedEffectInference.Create(fit, data.Design(), robust: ClusterRobust.CR2, level: 0.9);
        Assert.That(robust.Method, Is.EqualTo(DegreesOfFreedomMethod.Clusters));
        Assert.That(robust.ToString(), Does.Contain("cluster-robust CR2").And.Contain("90% lower"));
        Assert.That(robust.Joint(["x1", "x2"]).ToString(), Does.StartWith("x1, x2: F(2, 19.000) = "));
    }

    [Test]
    public void ARobustCovarianceTestsFewerContrastsThanThereAreClusters()
    {
        RandomData data = RandomData.Simulate(5, Family.Gaussian, 1, 3, 8);
        PqlFit fit = Pql.Fit(data.Design(), data.Family);
        FixedEffectInference inference = FixedEffectInference.Create(fit, data.Design(), robust: ClusterRobust.CR0);
        Assert.That(inference.Joint(["x1", "x2"]).NumeratorDegreesOfFreedom, Is.EqualTo(2));
        Assert.That(
            () => inference.Joint(new[,] { { 1.0, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } }),
            Throws.TypeOf<InvalidModelOptionException>().With.Message.Contains("fewer contrasts"));
    }

    [Test]
    public void WhatCannotBeInferredIsRefusedInWords()
    {
        (RandomData data, PqlFit fit) = Balanced();
        void Refused(Action action, string part) =>
            Assert.That(action, Throws.TypeOf<InvalidModelOptionException>().With.Message.Contains(part));
        FixedEffectInference inference = FixedEffectInference.Create(fit, data.Design());
        Refused(() => inference.Contrast([1, 2]), "3 fixed effects");
        Refused(() => inference.Contrast([0, 0, 0]), "no weight");
        Refused(() => inference.Joint(new double[2, 3]), "no weight");
        Refused(() => inference.Joint(["age"]), "no fixed effect 'age'");
        Refused(() => inference.Contrast(new Dictionary<string, double> { ["x9"] = 1 }), "x9");
        Refused(() => inference.Exponentiated(), "identity");
        Refused(() => FixedEffectInference.Create(fit, data.Design(), level: 1), "between 0 and 1");
        Refused(() => FixedEffectInference.Create(fit, data.Design(), DegreesOfFreedomMethod.Satterthwaite, ClusterRobust.CR2), "Clusters");
        PqlFit ml = Pql.Fit(data.Design(), data.Family, options: new FitOptions { Criterion = EstimationCriterion.Ml });
        Refused(() => FixedEffectInference.Create(ml, data.Design(), DegreesOfFreedomMethod.KenwardRoger), "REML");
        LikelihoodFit laplace = Laplace.Fit(data.Design(), data.Family);
        Refused(() => FixedEffectInference.Create(laplace, data.Design(), DegreesOfFreedomMethod.KenwardRoger), "Wald z");
        PqlFit unfinished = Pql.Fit(RandomData.Simulate(1, Family.Poisson, 2, 40, 8).Design(), Family.Poisson, options: new FitOptions { MaxIterations = 1 });
        Refused(() => FixedEffectInference.Create(unfinished, RandomData.Simulate(1, Family.Poisson, 2, 40, 8).Design()), "did not converge");
    }

    private static (RandomData Data, PqlFit Fit) Balanced()
    {
        var random = new Random(77);
        double[] effects = [.. Enumerable.Range(0, 20).Select(_ => 3 * random.NextDouble())];
        int[] cluster = [.. Enumerable.Range(0, 100).Select(i => i / 5)];
        double[] ones = [.. cluster.Select(_ => 1.0)], time = [.. cluster.Select((_, i) => i % 5 - 2.0)], group = [.. cluster.Select(c => (double)(c % 2))];
        double[] y = [.. cluster.Select((c, i) => effects[c] + (0.1 * time[i]) + (0.4 * group[i]) + random.NextDouble())];
        var data = new RandomData(Family.Gaussian, y, [ones, time, group], [ones], cluster, ones, new double[100]);
        return (data, Pql.Fit(data.Design(), Family.Gaussian));
    }

    private static (RandomData Data, GlmmFit Fit, DenseInference Dense) Case(string family, int q, bool marginal)
    {
        RandomData data = RandomData.Simulate(12, Family.Parse(family), q, 25, 8);
        GlmmFit fit = marginal ? Mql.Fit(data.Design(), data.Family) : Pql.Fit(data.Design(), data.Family);
        Assert.That(fit.Verdict, Is.EqualTo(Verdict.Converged));
        return (data, fit, new DenseInference(data, fit));
    }
}

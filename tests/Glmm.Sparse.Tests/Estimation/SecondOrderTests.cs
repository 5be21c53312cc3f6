using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Results;
using MathNet.Numerics.LinearAlgebra;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Estimation;

[TestFixture]
internal sealed class SecondOrderTests
{
    private static readonly FitOptions Second = new() { Order = 2, Criterion = EstimationCriterion.Ml, Threads = 1 };

    [Test]
    public void PqlSolvesItsEquations([Values("binomial", "poisson")] string name, [Values(1, 2)] int q)
    {
        var family = Family.Parse(name);
        RandomData data = RandomData.Simulate(4, family, q, 40, 9);
        PqlFit fit = Pql.Fit(data.Design(), family, null, Second);
        Assert.That(fit.Verdict, Is.EqualTo(Verdict.Converged), fit.Message);
        int clusters = data.Cluster.Max() + 1, p = data.X.Length;
        Matrix<double> d = Matrix<double>.Build.DenseOfArray(fit.Covariance), inverse = d.Inverse();
        Matrix<double> second = Matrix<double>.Build.Dense(q, q);
        Vector<double> score = Vector<double>.Build.Dense(p);
        for (int i = 0; i < clusters; i++)
        {
            int[] rows = [.. Enumerable.Range(0, data.Rows).Where(r => data.Cluster[r] == i)];
            Vector<double> mode = Vector<double>.Build.Dense(q, l => fit.RandomEffects[(i * q) + l]);
            Matrix<double> posterior = d;
            Vector<double> pull = mode;
            for (int iteration = 0; iteration < 300; iteration++)
            {
                Matrix<double> information = inverse.Clone();
                pull = Vector<double>.Build.Dense(q);
                foreach (int r in rows)
                {
                    Vector<double> z = Vector<double>.Build.Dense(q, l => data.Z[l][r]);
                    double eta = data.Offset[r] + (z * mode), spread = z * (posterior * z);
                    for (int j = 0; j < p; j++) eta += data.X[j][r] * fit.FixedEffects[j].Estimate;
                    (double mean, double weight) = Average(family, eta, spread);
                    information += data.Weight[r] * weight * z.OuterProduct(z);
                    pull += data.Weight[r] * (data.Y[r] - mean) * z;
                    if (iteration < 299) continue;
                    for (int j = 0; j < p; j++) score[j] += data.Weight[r] * (data.Y[r] - mean) * data.X[j][r];
                }

                posterior = information.Inverse();
            }

            Assert.That((pull - (inverse * mode)).AbsoluteMaximum(), Is.LessThan(1e-6), "the mode of a cluster");
            second += mode.OuterProduct(mode) + posterior;
        }

        Assert.That(score.AbsoluteMaximum(), Is.LessThan(1e-5), "the equations of the fixed effects");
        Assert.That(((second / clusters) - d).Enumerate().Max(Math.Abs), Is.LessThan(1e-6), "those of D");
    }

    [Test]
    public void TheResultIsTheSameBitsForAnyNumberOfThreads(
        [Values(EstimationMethod.Pql, EstimationMethod.Mql)] EstimationMethod method)
    {
        RandomData data = RandomData.Simulate(5, Family.Binomial, 2, 900, 12);
        GlmmFit one = GlmmEstimator.Fit(method, data.Design(), Family.Binomial, null, Second);
        GlmmFit three = GlmmEstimator.Fit(method, data.Design(), Family.Binomial, null, Second with { Threads = 3 });
        Assert.That(one.Converged, one.Message);
        Assert.That(three.Covariance, Is.EqualTo(one.Covariance));
        Assert.That(three.FixedEffects, Is.EqualTo(one.FixedEffects));
    }

    [Test]
    public void ALinearModelHasNoSecondOrder()
    {
        RandomData data = RandomData.Simulate(6, Family.Gaussian, 2, 40, 9);
        PqlFit first = Pql.Fit(data.Design(), Family.Gaussian, null, Second with { Order = 1 });
        PqlFit second = Pql.Fit(data.Design(), Family.Gaussian, null, Second);
        Assert.That(second.Covariance, Is.EqualTo(first.Covariance));
        Assert.That(second.LogQuasiLikelihood, Is.EqualTo(first.LogQuasiLikelihood));
    }

    [Test]
    public void ARefitIsItsOwnFit([Values(EstimationMethod.Pql, EstimationMethod.Mql)] EstimationMethod method)
    {
        RandomData data = RandomData.Simulate(7, Family.Binomial, 1, 60, 8);
        using RefitPlan plan = RefitPlan.Create(data.Design(), Family.Binomial, options: Second, method: method);
        using Refitter refitter = plan.CreateRefitter();
        for (int seed = 1; seed < 5; seed++)
        {
            double[] y = RandomData.Redraw(data, seed);
            RefitResult refit = refitter.Refit(y);
            GlmmFit own = GlmmEstimator.Fit(method, (data with { Y = y }).Design(), Family.Binomial, null, Second);
            Assert.That(refit.Converged && own.Converged, Is.True, own.Message);
            Assert.That(refit.FixedEffects[0], Is.EqualTo(own.FixedEffects[0].Estimate).Within(1e-6));
            Assert.That(refit.Covariance[0], Is.EqualTo(own.Covariance[0, 0]).Within(1e-6));
            Assert.That(refit.LogQuasiLikelihood, Is.NaN);
        }
    }

    [Test]
    public void SeparationIsStillFound([Values(EstimationMethod.Pql, EstimationMethod.Mql)] EstimationMethod method)
    {
        RandomData data = RandomData.Simulate(8, Family.Binomial, 1, 30, 8);
        data = data with { Y = [.. data.Y.Select((y, r) => data.X[2][r] > 0 ? 0 : y)] };
        GlmmFit fit = GlmmEstimator.Fit(method, data.Design(), Family.Binomial, null, Second);
        Assert.That(fit.Verdict, Is.EqualTo(Verdict.Separated));
        Assert.That(fit.Message, Does.Contain("'x2'"));
    }

    [Test]
    public void NoVariationBetweenClustersEndsOnTheBoundaryOfTheFirstOrder()
    {
        // Every cluster has as many successes as failures: less than chance would leave.
        double[] y = [.. Enumerable.Range(0, 200).Select(r => (double)(r % 2))], ones = [.. y.Select(_ => 1.0)];
        var data = new RandomData(
            Family.Binomial, y, [ones], [ones], [.. y.Select((_, r) => r / 4)], ones, [.. y.Select(_ => 0.0)]);
        PqlFit first = Pql.Fit(data.Design(), Family.Binomial, null, Second with { Order = 1 });
        PqlFit second = Pql.Fit(data.Design(), Family.Binomial, null, Second);
        Assert.That(second.Verdict, Is.EqualTo(Verdict.Boundary));
        Assert.That(second.Covariance, Is.EqualTo(first.Covariance));
    }

    // E μ and E dμ/dη by the rule of three points.
    private static (double Mean, double Weight) Average(Family family, double eta, double spread)
    {
        double far = Math.Sqrt(3 * spread), mean = 0, weight = 0;
        foreach ((double at, double share) in new[] { (eta - far, 1.0 / 6), (eta, 2.0 / 3), (eta + far, 1.0 / 6) })
        {
            double mu = family.IsBinomial ? 1 / (1 + Math.Exp(-at)) : Math.Exp(at);
            mean += share * mu;
            weight += share * (family.IsBinomial ? mu * (1 - mu) : mu);
        }

        return (mean, weight);
    }
}

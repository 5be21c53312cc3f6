using Glmm.Sparse.Diagnostics;
using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Results;
using Glmm.Sparse.Tests.Estimation;
using MathNet.Numerics.LinearAlgebra;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Diagnostics;

/// <summary>Leverage and deletion of clusters against dense generalised least squares without them.</summary>
[TestFixture]
internal sealed class ClusterInfluenceTests
{
    [TestCase("gaussian", 2, "pql")]
    [TestCase("gaussian", 1, "pql")]
    [TestCase("poisson", 2, "pql")]
    [TestCase("binomial", 1, "pql")]
    [TestCase("poisson", 1, "mql")]
    [TestCase("poisson", 2, "laplace")]
    public void DeletionEqualsLeastSquaresWithoutTheCluster(string family, int q, string method)
    {
        RandomData data = RandomData.Simulate(17, Family.Parse(family), q, 18, 7);
        GlmmFit fit = Fit(data, method);
        ClusterInfluence influence = ClusterInfluence.Of(fit, data.Design());
        var dense = new DenseInfluence(fit, data);
        Matrix<double> information = dense.Information;
        Vector<double> all = dense.Without(-1);
        Assert.That(influence.Rows.Select(r => r.Cluster), Is.EqualTo(Enumerable.Range(0, 18)));
        foreach (ClusterInfluenceRow row in influence.Rows)
        {
            Vector<double> change = dense.Without(row.Cluster) - all;
            double cook = change * information * change / 3;
            Assert.That(row.CooksDistance, Is.EqualTo(cook).Within(1e-8 * (1 + cook)), $"Cook of {row.Cluster}");
            for (int j = 0; j < 3; j++)
            {
                double error = fit.FixedEffects[j].StandardError;
                Assert.That(row.Change[j], Is.EqualTo(change[j]).Within(1e-8 * error), $"change of {row.Cluster}");
                Assert.That(row.Dfbetas[j], Is.EqualTo(-change[j] / error).Within(1e-8));
            }

            double share = (information.Inverse() * dense.InformationOf(row.Cluster)).Trace();
            Assert.That(row.FixedLeverage, Is.EqualTo(share).Within(1e-8));
            Assert.That(row.Rows, Is.EqualTo(data.Cluster.Count(c => c == row.Cluster)));
        }

        Assert.That(influence.Rows.Sum(r => r.FixedLeverage), Is.EqualTo(3).Within(1e-8));
    }

    [Test]
    public void OfTheGaussianItIsTheRefitWithDAndPhiHeld()
    {
        // The generalised least squares of the rest, from the response itself.
        RandomData data = RandomData.Simulate(3, Family.Gaussian, 1, 12, 6);
        PqlFit fit = Pql.Fit(data.Design(), Family.Gaussian);
        ClusterInfluenceRow row = ClusterInfluence.Of(fit, data.Design()).Rows[4];
        Matrix<double> left = Matrix<double>.Build.Dense(3, 3);
        Vector<double> right = Vector<double>.Build.Dense(3);
        for (int c = 0; c < 12; c++)
        {
            if (c == 4) continue;
            int[] rows = [.. Enumerable.Range(0, data.Rows).Where(r => data.Cluster[r] == c)];
            Matrix<double> x = Matrix<double>.Build.Dense(rows.Length, 3, (i, j) => data.X[j][rows[i]]);
            Matrix<double> v = Matrix<double>.Build.Dense(
                rows.Length, rows.Length, (i, j) => fit.Covariance[0, 0] + (i == j ? fit.Dispersion : 0));
            Vector<double> y = Vector<double>.Build.DenseOfEnumerable(rows.Select(r => data.Y[r] - data.Offset[r]));
            left += x.Transpose() * v.Inverse() * x;
            right += x.Transpose() * v.Inverse() * y;
        }

        Vector<double> without = left.Solve(right);
        for (int j = 0; j < 3; j++)
            Assert.That(fit.FixedEffects[j].Estimate + row.Change[j], Is.EqualTo(without[j]).Within(1e-9));
    }

    [TestCase("gaussian", 2, "pql")]
    [TestCase("binomial", 2, "pql")]
    [TestCase("poisson", 1, "mql")]
    [TestCase("binomial", 2, "laplace")]
    public void LeverageIsTheDiagonalOfTheHatMatrix(string family, int q, string method)
    {
        RandomData data = RandomData.Simulate(23, Family.Parse(family), q, 15, 7);
        GlmmFit fit = Fit(data, method);
        ClusterInfluence influence = ClusterInfluence.Of(fit, data.Design());
        double[] expected = new DenseInfluence(fit, data).Leverage();
        Assert.That(influence.Leverage.ToArray(), Is.EqualTo(expected).Within(1e-6));
        Assert.That(influence.EffectiveParameters, Is.EqualTo(expected.Sum()).Within(1e-5));
        foreach (ClusterInfluenceRow row in influence.Rows)
        {
            double sum = Enumerable.Range(0, data.Rows).Where(r => data.Cluster[r] == row.Cluster).Sum(r => expected[r]);
            Assert.That(row.Leverage, Is.EqualTo(sum).Within(1e-6));
        }
    }

    [Test]
    public void AClusterThatAloneDeterminesAColumnHasInfiniteInfluence()
    {
        RandomData data = RandomData.Simulate(5, Family.Gaussian, 1, 10, 6);
        data = data with { X = [data.X[0], data.X[1], [.. data.Cluster.Select((c, r) => c == 2 ? 1.0 + (r % 2) : 0)]] };
        ClusterInfluence influence = ClusterInfluence.Of(Pql.Fit(data.Design(), Family.Gaussian), data.Design());
        Assert.That(influence.Rows[2].CooksDistance, Is.EqualTo(double.PositiveInfinity));
        Assert.That(influence.Rows[2].Dfbetas, Is.All.NaN);
        Assert.That(influence.Rows.Where(r => r.Cluster != 2).All(r => double.IsFinite(r.CooksDistance)), Is.True);
        Assert.That(influence.Ranked().First().Cluster, Is.EqualTo(2));
    }

    [Test]
    public void AnOutlyingClusterIsFoundAndPrinted()
    {
        RandomData data = RandomData.Simulate(8, Family.Gaussian, 1, 30, 6);
        data = data with { Y = [.. data.Y.Select((y, r) => data.Cluster[r] == 7 ? y + (8 * data.X[1][r]) : y)] };
        ClusterInfluence influence = ClusterInfluence.Of(Pql.Fit(data.Design(), Family.Gaussian), data.Design());
        Assert.That(influence.Ranked().First().Group, Is.EqualTo("7"));
        string[] lines = influence.ToString().Split('\n');
        Assert.That(lines[2], Does.StartWith("7 ").And.EndWith("(x1)"));
        Assert.That(lines[^1], Is.EqualTo("… and 20 more"));
    }

    [Test]
    public void ThreadsDoNotMatter()
    {
        RandomData data = RandomData.Simulate(9, Family.Poisson, 2, 9000, 8);
        PqlFit fit = Pql.Fit(data.Design(), Family.Poisson);
        ClusterInfluence one = ClusterInfluence.Of(fit, data.Design(), 1), two = ClusterInfluence.Of(fit, data.Design(), 3);
        Assert.That(two.Leverage.ToArray(), Is.EqualTo(one.Leverage.ToArray()));
        Assert.That(two.Rows.Select(r => r.CooksDistance), Is.EqualTo(one.Rows.Select(r => r.CooksDistance)));
        Assert.That(
            () => ClusterInfluence.Of(fit, data.Design(), 2, new CancellationToken(true)),
            Throws.InstanceOf<OperationCanceledException>());
    }

    private static GlmmFit Fit(RandomData data, string method) => method switch
    {
        "mql" => Mql.Fit(data.Design(), data.Family),
        "laplace" => Laplace.Fit(data.Design(), data.Family),
        _ => Pql.Fit(data.Design(), data.Family),
    };
}

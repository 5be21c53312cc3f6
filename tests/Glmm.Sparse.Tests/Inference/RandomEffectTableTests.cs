using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Inference;
using Glmm.Sparse.Results;
using Glmm.Sparse.Tests.Estimation;
using MathNet.Numerics.LinearAlgebra;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Inference;

/// <summary>The table of random effects: errors against dense Henderson equations, intervals, ranks, text.</summary>
[TestFixture]
internal sealed class RandomEffectTableTests
{
    [TestCase("gaussian", 2)]
    [TestCase("poisson", 1)]
    [TestCase("binomial", 2)]
    public void StandardErrorsAreThoseOfHendersonsEquations(string family, int q)
    {
        RandomData data = RandomData.Simulate(15, Family.Parse(family), q, 60, 8);
        PqlFit fit = Pql.Fit(data.Design(), data.Family);
        Assert.That(fit.Singular, Is.False);
        double[] eta = fit.Fitted(data.Design()).LinearPredictor, w = new double[data.Rows], r = new double[data.Rows];
        Sparse.Kernels.WorkingKernel.Create(data.Family, fit.Link).Working(eta, data.Y, data.Weight, w, r);
        Matrix<double> x = Matrix<double>.Build.Dense(data.Rows, 3, (i, j) => data.X[j][i]);
        Matrix<double> z = Matrix<double>.Build.Dense(data.Rows, 60 * q, (i, j) => j / q == data.Cluster[i] ? data.Z[j % q][i] : 0);
        Matrix<double> both = x.Append(z);
        Matrix<double> left = both.Transpose() * Matrix<double>.Build.DenseOfDiagonalArray([.. w.Select(v => v / fit.Dispersion)]) * both;
        Matrix<double> inverseD = Matrix<double>.Build.DenseOfArray(fit.Covariance).Inverse();
        for (int i = 0; i < 60; i++)
        {
            for (int a = 0; a < q; a++)
            {
                for (int b = 0; b < q; b++) left[3 + (i * q) + a, 3 + (i * q) + b] += inverseD[a, b];
            }
        }

        Matrix<double> inverse = left.Inverse();
        RandomEffectTable table = RandomEffectTable.Of(fit, 0.9);
        for (int e = 0; e < 60 * q; e++)
        {
            RandomEffectRow row = table.Rows[e];
            double error = Math.Sqrt(inverse[3 + e, 3 + e]);
            Assert.That(row.StandardError, Is.EqualTo(error).Within(1e-6 * error));
            Assert.That(row.Lower, Is.EqualTo(row.Estimate - (1.6448536269514722 * row.StandardError)).Within(1e-12));
            Assert.That(row.Upper, Is.EqualTo(row.Estimate + (1.6448536269514722 * row.StandardError)).Within(1e-12));
            Assert.That((row.Group, row.Term), Is.EqualTo(($"{e / q}", $"z{e % q}")));
        }
    }

    [Test]
    public void RanksGoFromTheLargestEstimateDown()
    {
        RandomData data = RandomData.Simulate(19, Family.Poisson, 2, 30, 7);
        RandomEffectTable table = RandomEffectTable.Of(Laplace.Fit(data.Design(), Family.Poisson));
        foreach (string term in table.Terms)
        {
            IReadOnlyList<RandomEffectRow> ranked = table.Ranked(term);
            Assert.That(ranked.Select(r => r.Rank), Is.EqualTo(Enumerable.Range(1, 30)));
            Assert.That(ranked.Select(r => r.Estimate), Is.Ordered.Descending);
            Assert.That(ranked, Is.EquivalentTo(table.Rows.Where(r => r.Term == term)));
        }

        Assert.That(table.Ranked(), Is.EqualTo(table.Ranked("z0")));
        Assert.That(
            () => table.Ranked("z9"), Throws.TypeOf<InvalidModelOptionException>().With.Message.EqualTo(
                "There is no random effect 'z9'; choose one of 'z0', 'z1'."));
    }

    [Test]
    public void TiesAreRankedInTheClustersOrder()
    {
        RandomData data = RandomData.Simulate(4, Family.Gaussian, 1, 8, 5);
        int[] copy = [.. Enumerable.Range(0, data.Rows), .. Enumerable.Range(0, data.Rows)];
        RandomData twice = data.Take(copy);
        twice = twice with { Cluster = [.. twice.Cluster.Select((c, r) => r < data.Rows ? c : c + 8)] };
        RandomEffectTable table = RandomEffectTable.Of(Pql.Fit(twice.Design(), Family.Gaussian));
        for (int i = 0; i < 8; i++)
        {
            Assert.That(table.Rows[i + 8].Estimate, Is.EqualTo(table.Rows[i].Estimate).Within(1e-12));
            if (table.Rows[i + 8].Estimate == table.Rows[i].Estimate)
                Assert.That(table.Rows[i + 8].Rank, Is.EqualTo(table.Rows[i].Rank + 1));
        }

        Assert.That(table.Rows.Select(r => r.Rank).Order(), Is.EqualTo(Enumerable.Range(1, 16)));
    }

    [Test]
    public void ALongTablePrintsItsEnds()
    {
        RandomData data = RandomData.Simulate(19, Family.Poisson, 1, 30, 7);
        string[] lines = RandomEffectTable.Of(Pql.Fit(data.Design(), Family.Poisson)).ToString().Split('\n');
        Assert.That(lines[0], Is.EqualTo("Random effect 'z0' of 30 clusters of 'g', 95 % intervals"));
        Assert.That(lines, Has.Length.EqualTo(2 + 20 + 1));
        Assert.That(lines[12], Is.EqualTo("   …"));
        Assert.That(lines[22], Does.StartWith("  30 "));
    }

    [Test]
    public void AMarginalFitAndAWrongLevelAreRefused()
    {
        RandomData data = RandomData.Simulate(19, Family.Poisson, 1, 10, 7);
        Assert.That(
            () => RandomEffectTable.Of(Mql.Fit(data.Design(), Family.Poisson)),
            Throws.TypeOf<InvalidModelOptionException>().With.Message.Contains("predicts none"));
        Assert.That(
            () => RandomEffectTable.Of(Pql.Fit(data.Design(), Family.Poisson), 95),
            Throws.TypeOf<InvalidModelOptionException>().With.Message.EqualTo(
                "The level of an interval must lie between 0 and 1, not 95."));
    }
}

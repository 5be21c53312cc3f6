using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Kernels;
using Glmm.Sparse.Model;
using Glmm.Sparse.Results;
using Glmm.Sparse.ScoreTests;
using Glmm.Sparse.Tests.Estimation;
using Glmm.Sparse.Tests.Inference;
using MathNet.Numerics.LinearAlgebra;
using NUnit.Framework;
using Enumerable = System.Linq.Enumerable;

namespace Glmm.Sparse.Tests.ScoreTests;

[TestFixture]
internal sealed class ScoreScanTests
{
    private static readonly FitOptions Exact = new() { Tolerance = 1e-11 };

    [TestCase("poisson", 1)]
    [TestCase("binomial", 2)]
    [TestCase("gaussian", 2)]
    public void StatisticsAreThoseOfTheDenseProjection(string family, int q)
    {
        RandomData data = RandomData.Simulate(5, Family.Parse(family), q, 14, 6);
        int[] order = [.. Enumerable.Range(0, data.Rows)];
        new Random(2).Shuffle(order);
        data = data.Take(order);
        ClusteredDesign design = data.Design();
        PqlFit fit = Pql.Fit(design, data.Family, null, Exact);
        ScoreScan scan = ScoreScan.Create(fit, design);
        (Matrix<double> projection, Vector<double> scores) = Dense(data, design, fit);
        double[][] columns = Columns(data.Rows, 11);
        ScoreScanResult[] results = scan.Run(11, (index, column) => columns[index].CopyTo(column));
        for (int c = 0; c < 11; c++)
        {
            Vector<double> x = Vector<double>.Build.Dense(columns[c]);
            double information = x * projection * x, score = x * scores;
            Assert.That(results[c].Information, Is.EqualTo(information).Within(1e-9 * information));
            Assert.That(results[c].Score, Is.EqualTo(score).Within(1e-8 * Math.Sqrt(information)));
            Assert.That(results[c].Estimate, Is.EqualTo(score / information).Within(1e-8 / Math.Sqrt(information)));
            Assert.That(results[c].StandardError, Is.EqualTo(1 / Math.Sqrt(information)).Within(1e-8 / Math.Sqrt(information)));
            Assert.That(results[c].PValue, Is.EqualTo(2 * NormalDistribution.UpperTail(Math.Abs(results[c].Z))).Within(1e-15));
        }
    }

    [TestCase("poisson")]
    [TestCase("binomial")]
    [TestCase("gaussian")]
    public void SmallEffectsAreThoseOfTheFullFit(string family)
    {
        var rows = new SimulatedRows(family, 150, 8);
        ClusteredDesign design = rows.Design(rows.Draw(0.5, 3, 1));
        ScoreScan scan = ScoreScan.Create(Pql.Fit(design, rows.Family), design);
        double[] candidate = Columns(rows.Rows, 1)[0];
        ScoreScanResult result = scan.Test(candidate);
        ClusteredDesign larger = ClusteredDesign.Create(
            design.Response, [.. design.FixedEffects, DesignColumn.FromValues("candidate", candidate)],
            design.RandomEffects, design.Clusters);
        FixedEffect full = Pql.Fit(larger, rows.Family).FixedEffects[3];
        Assert.That(Math.Abs(full.Z), Is.LessThan(3), "the effect is small");
        Assert.That(result.Z, Is.EqualTo(full.Z).Within(0.05));
        Assert.That(result.Estimate, Is.EqualTo(full.Estimate).Within(0.05 * full.StandardError));
        Assert.That(result.StandardError, Is.EqualTo(full.StandardError).Within(0.02 * full.StandardError));
    }

    [Test]
    public void AColumnsBitsDependOnNothingElse()
    {
        var rows = new SimulatedRows("poisson", 30, 7, shuffle: 3);
        ClusteredDesign design = rows.Design(rows.Draw(0.5, 3, 1), q: 2);
        ScoreScan scan = ScoreScan.Create(Pql.Fit(design, rows.Family), design);
        double[][] columns = Columns(rows.Rows, 37);
        ScoreScanResult[] one = scan.Run(37, (index, column) => columns[index].CopyTo(column), 1);
        ScoreScanResult[] three = scan.Run(37, (index, column) => columns[36 - index].CopyTo(column), 3);
        for (int c = 0; c < 37; c++)
        {
            Assert.That(three[36 - c], Is.EqualTo(one[c]));
            Assert.That(scan.Test(columns[c]), Is.EqualTo(one[c]));
        }
    }

    [Test]
    public void WhatCannotBeTestedHasNoNumbers()
    {
        var rows = new SimulatedRows("poisson", 30, 7);
        ClusteredDesign design = rows.Design(rows.Draw(0.5, 3, 1));
        PqlFit fit = Pql.Fit(design, rows.Family);
        ScoreScan scan = ScoreScan.Create(fit, design);
        double[] group = design.FixedEffects[2].ToArray(), good = Columns(rows.Rows, 1)[0];
        ScoreScanResult[] results = scan.Run(3, (index, column) =>
        {
            // The second is a combination of X's columns, the third is not written to its end.
            (index == 1 ? group.Select(g => 3 - (2 * g)).ToArray() : good).AsSpan(0, index == 2 ? 5 : rows.Rows).CopyTo(column);
        });
        Assert.That(results[0].Z, Is.Not.NaN);
        Assert.That(results[1].Z, Is.NaN);
        Assert.That(results[2].PValue, Is.NaN);
        Assert.That(() => scan.Test(good.AsSpan(1)), Throws.TypeOf<InvalidModelDataException>());
        Assert.That(
            () => ScoreScan.Create(Pql.Fit(design, rows.Family, null, new FitOptions { Order = 2 }), design),
            Throws.TypeOf<InvalidModelOptionException>().With.Message.Contains("first-order"));
        Assert.That(
            () => ScoreScan.Create(Pql.Fit(design, rows.Family, null, new FitOptions { MaxIterations = 1 }), design),
            Throws.TypeOf<InvalidModelOptionException>().With.Message.Contains("did not converge"));
        var other = new SimulatedRows("poisson", 31, 7);
        Assert.That(
            () => ScoreScan.Create(fit, other.Design(new double[other.Rows])),
            Throws.TypeOf<InvalidModelDataException>().With.Message.Contains("not the one"));
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.That(
            () => scan.Run(100, (_, column) => column.Clear(), cancellationToken: source.Token),
            Throws.InstanceOf<OperationCanceledException>());
    }

    private static double[][] Columns(int n, int count)
    {
        var random = new Random(8);
        return [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, n).Select(_ => (2 * random.NextDouble()) - 0.7).ToArray())];
    }

    private static (Matrix<double> Projection, Vector<double> Scores) Dense(
        RandomData data, ClusteredDesign design, PqlFit fit)
    {
        int n = data.Rows, q = data.Z.Length;
        FittedValues fitted = fit.Fitted(design);
        double[] w = new double[n], s = new double[n];
        WorkingKernel.Create(fit.Family, fit.Link).WeightsAndScores(fitted.LinearPredictor, data.Y, data.Weight, w, s);
        double phi = fit.Dispersion;
        double[,] covariance = fit.Covariance;
        var v = Matrix<double>.Build.Dense(n, n, (a, b) =>
        {
            double sum = a == b ? phi / w[a] : 0;
            if (data.Cluster[a] != data.Cluster[b]) return sum;
            for (int e = 0; e < q; e++)
            {
                for (int f = 0; f < q; f++) sum += data.Z[e][a] * covariance[e, f] * data.Z[f][b];
            }

            return sum;
        });
        var x = Matrix<double>.Build.DenseOfColumnArrays(data.X);
        Matrix<double> inverse = v.Inverse(), left = inverse * x;
        return (
            inverse - (left * (x.Transpose() * left).Inverse() * left.Transpose()),
            Vector<double>.Build.Dense([.. s.Select(value => value / phi)]));
    }
}

using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;

using Glmm.Sparse.Kernels;
using Glmm.Sparse.Results;
using Glmm.Sparse.Tests.Estimation;
using Glmm.Sparse.Working;
using MathNet.Numerics.LinearAlgebra;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Working;

/// <summary>The working model of each cluster, against dense n_i×n_i matrices.</summary>
[TestFixture]
internal sealed class WorkingClustersTests
{
    [TestCase("poisson", 1, "pql")]
    [TestCase("poisson", 2, "mql")]
    [TestCase("binomial", 2, "pql")]
    [TestCase("gaussian", 2, "pql")]
    [TestCase("binomial", 1, "laplace")]
    public void StatisticsAreThoseOfDenseMatrices(string family, int q, string method)
    {
        RandomData data = RandomData.Simulate(11, Family.Parse(family), q, 20, 8);
        GlmmFit fit = Fit(data, method);
        Vector<double> modes = Vector<double>.Build.Dense(fit.GroupCount * q);
        if (fit is PqlFit pql) modes = Vector<double>.Build.DenseOfArray(pql.RandomEffects.ToArray());
        if (fit is LikelihoodFit likelihood) modes = Vector<double>.Build.DenseOfArray(likelihood.RandomEffects.ToArray());
        double[] eta = fit.Fitted(data.Design()).LinearPredictor, w = new double[data.Rows], r = new double[data.Rows];
        WorkingKernel.Create(data.Family, fit.Link).Working(eta, data.Y, data.Weight, w, r);
        Matrix<double> d = Matrix<double>.Build.DenseOfArray(fit.Covariance);
        foreach ((int code, Seen seen) in Sweep(fit, data, []))
        {
            int[] rows = [.. Enumerable.Range(0, data.Rows).Where(row => data.Cluster[row] == code)];
            Matrix<double> x = Matrix<double>.Build.Dense(rows.Length, data.X.Length, (i, j) => data.X[j][rows[i]]);
            Matrix<double> z = Matrix<double>.Build.Dense(rows.Length, q, (i, j) => data.Z[j][rows[i]]);
            Matrix<double> weights = Matrix<double>.Build.DenseOfDiagonalArray([.. rows.Select(row => w[row] / fit.Dispersion)]);
            Matrix<double> inverse = (weights.Inverse() + (z * d * z.Transpose())).Inverse();
            Vector<double> residual = Vector<double>.Build.DenseOfEnumerable(rows.Select(row => r[row]));
            Vector<double> mode = modes.SubVector(code * q, q), py;
            if (method == "mql")
            {
                py = inverse * residual;
                mode = d * z.Transpose() * py;
            }
            else
            {
                py = weights * residual;
            }

            Assert.Multiple(() =>
            {
                Near(seen.Information, x.Transpose() * inverse * x, "XᵀV⁻¹X");
                Near(seen.CrossInformation, z.Transpose() * inverse * x, "ZᵀV⁻¹X");
                Near(seen.RandomInformation, z.Transpose() * inverse * z, "ZᵀV⁻¹Z");
                Near(seen.Posterior, d - (d * z.Transpose() * inverse * z * d), "E");
                Near(seen.Cross, x.Transpose() * weights * z, "C");
                Near(seen.FixedScore, (x.Transpose() * py).ToColumnMatrix(), "U");
                Near(seen.RandomScore, (z.Transpose() * py).ToColumnMatrix(), "γ");
                Near(seen.Mode, mode.ToColumnMatrix(), "β̂");
            });
        }
    }

    [TestCase("pql")]
    [TestCase("mql")]
    public void ScoresAddUpToZeroAndInformationToTheInverseCovariance(string method)
    {
        RandomData data = RandomData.Simulate(5, Family.Poisson, 2, 400, 8);
        GlmmFit fit = Fit(data, method);
        var model = new WorkingClusters(fit, data.Design());
        double[] whitening = model.Whitening();
        double[] sum = new double[3], information = new double[9];
        foreach (Seen seen in Sweep(fit, data, whitening).Values)
        {
            for (int i = 0; i < 3; i++) sum[i] += seen.FixedScore[i];
            for (int i = 0; i < 9; i++) information[i] += seen.Information[i];
        }

        Assert.That(sum, Is.All.EqualTo(0).Within(1e-6), "scores in standard errors");
        Assert.That(information, Is.EqualTo((double[])[1, 0, 0, 0, 1, 0, 0, 0, 1]).Within(1e-6));
    }

    [Test]
    public void ClustersComeWholeAndInOrderForAnyNumberOfThreads()
    {
        RandomData data = RandomData.Simulate(3, Family.Poisson, 1, 9000, 8);
        int[] order = [.. Enumerable.Range(0, data.Rows).Select(row => (int)((row * 7919L) % data.Rows))];
        data = data.Take(order);
        GlmmFit fit = Fit(data, "pql");
        List<int> Codes(int threads)
        {
            var codes = new List<int>();
            int rows = 0;
            new WorkingClusters(fit, data.Design(), threads).Sweep(
                default, () => new List<(int Code, int Rows)>(), (c, part) => part.Add((c.Code, c.Rows)),
                part =>
                {
                    codes.AddRange(part.Select(p => p.Code));
                    rows += part.Sum(p => p.Rows);
                });
            Assert.That(rows, Is.EqualTo(data.Rows));
            return codes;
        }

        Assert.That(Codes(1), Is.EqualTo(Enumerable.Range(0, 9000)));
        Assert.That(Codes(3), Is.EqualTo(Enumerable.Range(0, 9000)));
    }

    [Test]
    public void CancellingStopsTheSweep()
    {
        RandomData data = RandomData.Simulate(3, Family.Poisson, 1, 20, 8);
        var model = new WorkingClusters(Fit(data, "pql"), data.Design());
        Assert.That(
            () => model.Sweep(default, () => 0, (_, _) => { }, _ => { }, new CancellationToken(canceled: true)),
            Throws.InstanceOf<OperationCanceledException>());
    }

    private static GlmmFit Fit(RandomData data, string method) => method switch
    {
        "mql" => Mql.Fit(data.Design(), data.Family),
        "laplace" => Laplace.Fit(data.Design(), data.Family),
        _ => Pql.Fit(data.Design(), data.Family),
    };

    private static SortedDictionary<int, Seen> Sweep(GlmmFit fit, RandomData data, double[] whitening)
    {
        var all = new SortedDictionary<int, Seen>();
        new WorkingClusters(fit, data.Design()).Sweep(
            whitening, () => new List<Seen>(), static (cluster, part) => part.Add(new Seen(cluster)),
            part => part.ForEach(seen => all.Add(seen.Code, seen)));
        return all;
    }

    private static void Near(double[] actual, Matrix<double> expected, string name)
    {
        double scale = expected.Enumerate().Max(Math.Abs);
        Assert.That(
            actual, Is.EqualTo(expected.ToRowMajorArray()).Within(1e-9 * (scale + 1e-3)), name);
    }

    private sealed class Seen(WorkingCluster cluster)
    {
        public int Code { get; } = cluster.Code;
        public double[] Information { get; } = [.. cluster.FixedInformation];
        public double[] CrossInformation { get; } = [.. cluster.CrossInformation];
        public double[] RandomInformation { get; } = [.. cluster.RandomInformation];
        public double[] Posterior { get; } = [.. cluster.PosteriorCovariance];
        public double[] Cross { get; } = [.. cluster.Cross];
        public double[] FixedScore { get; } = [.. cluster.FixedScore];
        public double[] RandomScore { get; } = [.. cluster.RandomScore];
        public double[] Mode { get; } = [.. cluster.Mode];
    }
}

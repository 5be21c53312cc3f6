using CsCheck;
using Glmm.Sparse.Families;
using Glmm.Sparse.Model;
using Glmm.Sparse.Model.Covariance;

namespace Glmm.Sparse.Tests.Estimation;

/// <summary>A small random data set with real between-cluster variation, as plain arrays that tests can rearrange.</summary>
internal sealed record RandomData(
    Family Family, double[] Y, double[][] X, double[][] Z, int[] Cluster, double[] Weight, double[] Offset)
{
    internal int Rows => Y.Length;

    /// <summary>Clusters of 3 to 8 rows, an intercept, two covariates and, for q = 2, a random slope.</summary>
    internal static Gen<RandomData> Generate { get; } = Gen.Select(Gen.Int[0, int.MaxValue - 1], Gen.Int[0, 2], Gen.Int[1, 2])
        .Select((seed, kind, q) => Simulate(seed, kind switch { 0 => Family.Poisson, 1 => Family.Binomial, _ => Family.Gaussian }, q, 24, 8));

    internal static RandomData Simulate(int seed, Family family, int q, int clusters, int largest)
    {
        var random = new Random(seed);
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        List<double> y = [], x1 = [], x2 = [], time = [], weight = [], offset = [];
        List<int> cluster = [];
        for (int i = 0; i < clusters; i++)
        {
            double intercept = 0.9 * Normal(), slope = q == 2 ? 0.7 * Normal() : 0, group = random.Next(2);
            int size = random.Next(3, largest + 1);
            for (int r = 0; r < size; r++)
            {
                double t = (r - (size / 2.0)) / 3, covariate = Normal(), o = 0.2 * Normal();
                double eta = 0.3 + (0.5 * covariate) - (0.4 * group) + intercept + (slope * t) + o;
                int trials = family.IsBinomial ? random.Next(2, 9) : 1;
                weight.Add(family.IsBinomial ? trials : 1);
                y.Add(Draw(random, family, eta, trials, Normal));
                x1.Add(covariate);
                x2.Add(group);
                time.Add(t);
                offset.Add(o);
                cluster.Add(i);
            }
        }

        double[] ones = [.. y.Select(_ => 1.0)];
        return new RandomData(
            family, [.. y], [ones, [.. x1], [.. x2]], q == 1 ? [ones] : [ones, [.. time]], [.. cluster], [.. weight], [.. offset]);
    }

    /// <summary>Another response of the same covariates, from effects of its own.</summary>
    internal static double[] Redraw(RandomData data, int seed)
    {
        var random = new Random(seed);
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        double[][] effects = [.. Enumerable.Range(0, data.Cluster.Max() + 1).Select(_ => new[] { 0.8 * Normal(), 0.6 * Normal() })];
        double shift = 0.3 * Normal(), slope = 0.4 * Normal();
        var y = new double[data.Rows];
        for (int r = 0; r < y.Length; r++)
        {
            double eta = 0.3 + shift + (slope * data.X[1][r]) + data.Offset[r];
            for (int l = 0; l < data.Z.Length; l++) eta += effects[data.Cluster[r]][l] * data.Z[l][r];
            y[r] = Draw(random, data.Family, eta, (int)data.Weight[r], Normal);
        }

        return y;
    }

    internal ClusteredDesign Design(CovarianceStructure? structure = null) => ClusteredDesign.Create(
        DesignColumn.FromValues("y", Y), [.. X.Select((c, j) => DesignColumn.FromValues("x" + j, c))],
        [.. Z.Select((c, l) => DesignColumn.FromValues("z" + l, c))], new ClusterIndex("g", Cluster, Cluster.Max() + 1),
        Weight.All(w => w == 1) ? null : DesignColumn.FromValues("w", Weight), DesignColumn.FromValues("o", Offset), structure);

    /// <summary>The rows in another order, possibly some of them twice.</summary>
    internal RandomData Take(int[] rows)
    {
        double[] Pick(double[] column) => [.. rows.Select(r => column[r])];
        return this with
        {
            Y = Pick(Y),
            X = [.. X.Select(Pick)],
            Z = [.. Z.Select(Pick)],
            Cluster = [.. rows.Select(r => Cluster[r])],
            Weight = Pick(Weight),
            Offset = Pick(Offset),
        };
    }

    private static double Draw(Random random, Family family, double eta, int trials, Func<double> normal)
    {
        if (family.Name == "gaussian") return eta + normal();
        if (family.IsBinomial)
        {
            int successes = 0;
            for (int t = 0; t < trials; t++) successes += random.NextDouble() < 1 / (1 + Math.Exp(-eta)) ? 1 : 0;
            return successes / (double)trials;
        }

        double product = random.NextDouble(), limit = Math.Exp(-Math.Exp(Math.Min(eta, 4)));
        int count = 0;
        for (; product > limit; count++) product *= random.NextDouble();
        return count;
    }
}

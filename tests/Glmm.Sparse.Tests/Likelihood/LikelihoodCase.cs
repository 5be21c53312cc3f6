using Glmm.Sparse.Families;
using Glmm.Sparse.Tests.Estimation;
using MathNet.Numerics.Distributions;

namespace Glmm.Sparse.Tests.Likelihood;

/// <summary>A family with a link, values of its parameters beyond the mean, and predictors for which its means exist.</summary>
/// <param name="Family">The family, its shape to be estimated if it has one.</param>
/// <param name="Link">The link.</param>
/// <param name="Dispersion">φ.</param>
/// <param name="Shape">ξ, or not a number.</param>
/// <param name="Centre">A middling η.</param>
/// <param name="Spread">How far η may well lie from there.</param>
internal sealed record LikelihoodCase(Family Family, Link Link, double Dispersion, double Shape, double Centre, double Spread)
{
    /// <summary>Every family that has a likelihood with every link that suits it.</summary>
    internal static IReadOnlyList<LikelihoodCase> All { get; } = [.. Cases()];

    internal ScalarDensity Density => new(Family.Name, Link, Dispersion, Shape);

    public override string ToString() => $"{Family.Name} {Link.Name}";

    /// <summary>A small data set of this kind; responses drawn at the parameters below.</summary>
    internal RandomData Simulate(int seed, int q, int clusters = 9, int largest = 7)
    {
        var random = new Random(seed);
        double[] alpha = Alpha();
        List<double> y = [], x1 = [], x2 = [], time = [], weight = [], offset = [];
        List<int> cluster = [];
        for (int i = 0; i < clusters; i++)
        {
            double intercept = Effect(random), slope = q == 2 ? Effect(random) : 0, group = i % 2;
            int size = random.Next(2, largest + 1);
            for (int r = 0; r < size; r++)
            {
                double t = (2.0 * r / size) - 1, covariate = (2 * random.NextDouble()) - 1, o = 0.1 * Spread * random.NextDouble();
                double eta = o + alpha[0] + (alpha[1] * covariate) + (alpha[2] * group) + intercept + (slope * t);
                weight.Add(Family.IsBinomial ? random.Next(1, 6) : 1);
                y.Add(Draw(random, ScalarMean.At(Link, eta).Mean, weight[^1]));
                x1.Add(covariate);
                x2.Add(group);
                time.Add(t);
                offset.Add(o);
                cluster.Add(i);
            }
        }

        double[] ones = [.. y.Select(_ => 1.0)];
        return new RandomData(
            Family, [.. y], [ones, [.. x1], [.. x2]], q == 1 ? [ones] : [ones, [.. time]], [.. cluster], [.. weight], [.. offset]);
    }

    internal double[] Alpha() => [Centre, 0.5 * Spread, -0.4 * Spread];

    internal double[,] Covariance(int q)
    {
        double scale = 0.3 * Spread * Spread;
        return q == 1 ? new[,] { { scale } } : new[,] { { scale, 0.3 * scale }, { 0.3 * scale, 0.6 * scale } };
    }

    private static IEnumerable<LikelihoodCase> Cases()
    {
        Link[] proportions = [Link.Logit, Link.Probit, Link.CLogLog, Link.Cauchit], counts = [Link.Log, Link.Sqrt, Link.Identity];
        (Family Family, double Dispersion, double Shape, Link[] Links)[] families =
        [
            (Family.Gaussian, 0.7, double.NaN, [Link.Identity, Link.Log, Link.Inverse]),
            (Family.Binomial, 1, double.NaN, proportions),
            (Family.Poisson, 1, double.NaN, counts),
            (Family.Gamma, 0.4, double.NaN, [Link.Log, Link.Inverse, Link.Identity]),
            (Family.InverseGaussian, 0.3, double.NaN, [Link.Log, Link.InverseSquare, Link.Inverse]),
            (Family.NegativeBinomial(), 1, 2.5, counts),
            (Family.NegativeBinomial1(), 1, 1.5, counts),
            (Family.Beta(), 1, 6, proportions),
        ];
        foreach ((Family family, double dispersion, double shape, Link[] links) in families)
        {
            foreach (Link link in links)
            {
                (double centre, double spread) = link.Name switch
                {
                    "identity" when family == Family.Gaussian => (0.0, 1.0),
                    "identity" => (4, 1),
                    "inverse" => (1.5, 0.3),
                    "sqrt" => (2, 0.5),
                    "inverse-square" => (1, 0.2),
                    _ => (0.3, 0.8),
                };
                yield return new LikelihoodCase(family, link, dispersion, shape, centre, spread);
            }
        }
    }

    // Bounded, so that no mean leaves its domain.
    private double Effect(Random random) => Spread * ((2 * random.NextDouble()) - 1);

    private double Draw(Random random, double mean, double trials) => Family.Name switch
    {
        "gaussian" => Normal.Sample(random, mean, Math.Sqrt(Dispersion)),
        "binomial" => Binomial.Sample(random, mean, (int)trials) / trials,
        "poisson" => Poisson.Sample(random, mean),
        "gamma" => Gamma.Sample(random, 1 / Dispersion, 1 / (Dispersion * mean)),
        "inverse-gaussian" => InverseGaussian.Sample(random, mean, 1 / Dispersion),
        "negative-binomial" => Poisson.Sample(random, Gamma.Sample(random, Shape, Shape / mean)),
        "negative-binomial-1" => Poisson.Sample(random, Gamma.Sample(random, mean / Shape, 1 / Shape)),
        _ => Math.Clamp(Beta.Sample(random, mean * Shape, (1 - mean) * Shape), 1e-6, 1 - 1e-6),
    };
}

using Glmm.Sparse.Simulation;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Simulation;

public class RandomSourceTests
{
    [Test]
    public void GeneratorReproducesThePublishedSequenceOfXoshiro256StarStar()
    {
        // The state 1, 2, 3, 4 through the authors' C program.
        ulong[] expected =
        [
            11520, 0, 1509978240, 1215971899390074240, 1216172134540287360, 607988272756665600, 16172922978634559625,
            8476171486693032832, 10595114339597558777, 2904607092377533576,
        ];
        var random = RandomSource.FromState(1, 2, 3, 4);
        Assert.That(expected.Select(_ => random.NextBits()), Is.EqualTo(expected));
    }

    [Test]
    public void StreamsOfNeighbouringSeedsAndNumbersShareNoValue()
    {
        var seen = new HashSet<ulong>();
        for (ulong seed = 0; seed < 10; seed++)
        {
            for (ulong stream = 0; stream < 10; stream++)
            {
                var random = new RandomSource(seed, stream);
                for (int i = 0; i < 100; i++) seen.Add(random.NextBits());
            }
        }

        Assert.That(seen, Has.Count.EqualTo(10_000));
    }

    [Test]
    public void UniformsFillTheOpenIntervalEvenly()
    {
        var random = new RandomSource(1, 0);
        double[] draws = [.. Enumerable.Range(0, 100_000).Select(_ => random.NextUniform())];
        Assert.Multiple(() =>
        {
            Assert.That(draws, Has.All.GreaterThan(0).And.All.LessThan(1));
            Assert.That(Kolmogorov.Distance(draws, static x => x), Is.LessThan(Kolmogorov.Bound(draws.Length)));
        });
    }

    [Test]
    public void NormalsFollowTheNormalDistribution()
    {
        var random = new RandomSource(2, 0);
        double[] draws = [.. Enumerable.Range(0, 100_000).Select(_ => random.NextNormal())];
        Assert.That(
            Kolmogorov.Distance(draws, static x => MathNet.Numerics.Distributions.Normal.CDF(0, 1, x)),
            Is.LessThan(Kolmogorov.Bound(draws.Length)));
    }
}

using Glmm.Sparse.Core;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Core;

/// <summary>Fixed points of maps that are known in closed form.</summary>
[TestFixture]
internal sealed class FixedPointAccelerationTests
{
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(4)]
    public void AnAffineMapIsSolvedInOneEvaluationMoreThanItHasCoordinates(int n)
    {
        // g(x) = x* + A(x − x*), though the plain iteration converges slowly or not at all.
        double[] eigenvalues = [0.6, -1.1, 0.2, -0.4];
        var random = new Random(n);
        double[] solution = Vector(random, n), x = Vector(random, n), image = new double[n];
        double[][] a = [.. Enumerable.Range(0, n).Select(i => new double[n])];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++) a[i][j] = i == j ? eigenvalues[i] : i > j ? 0.3 : 0;
        }

        var acceleration = new FixedPointAcceleration(n, n);
        for (int evaluation = 0; evaluation <= n; evaluation++)
        {
            Apply(a, solution, x, image);
            Assert.That(acceleration.Propose(x, image, Ones(n), x), Is.EqualTo(evaluation > 0));
        }

        Assert.That(x, Is.EqualTo(solution).Within(1e-9));
    }

    [Test]
    public void WithoutAPastTheImageIsProposed()
    {
        var acceleration = new FixedPointAcceleration(2, 2);
        double[] proposal = new double[2];
        Assert.That(acceleration.Propose([1, 2], [3, 5], [1, 1], proposal), Is.False);
        Assert.That(proposal, Is.EqualTo(new double[] { 3, 5 }));
        Assert.That(acceleration.Propose([3, 5], [4, 6], [1, 1], proposal), Is.True);
        acceleration.Restart();
        Assert.That(acceleration.Propose([4, 6], [5, 6], [1, 1], proposal), Is.False);
        Assert.That(proposal, Is.EqualTo(new double[] { 5, 6 }));
    }

    [Test]
    public void OneCoordinateIsTheSecantMethod()
    {
        // cos x from 1, against the secant method on cos x − x written out.
        var acceleration = new FixedPointAcceleration(1, 5);
        double[] x = [1];
        acceleration.Propose(x, [Math.Cos(1)], [0.3], x);
        double before = 1, now = x[0];
        for (int step = 0; step < 4; step++)
        {
            double f = Math.Cos(now) - now, slope = (f - (Math.Cos(before) - before)) / (now - before);
            (before, now) = (now, now - (f / slope));
            acceleration.Propose(x, [Math.Cos(x[0])], [0.3], x);
            Assert.That(x[0], Is.EqualTo(now).Within(1e-12));
        }

        Assert.That(x[0], Is.EqualTo(0.7390851332151607).Within(1e-9));
    }

    [Test]
    public void AResidualThatDoesNotChangeTellsNothing()
    {
        var acceleration = new FixedPointAcceleration(1, 1);
        double[] x = [0];
        acceleration.Propose(x, [1], [1], x);
        Assert.That(acceleration.Propose(x, [2], [1], x), Is.False);
        Assert.That(x[0], Is.EqualTo(2));
    }

    [Test]
    public void NothingIsAllocated()
    {
        var acceleration = new FixedPointAcceleration(3, 3);
        double[] x = [1, 2, 3], image = [0.5, 1, 2], unit = [1, 1, 1], proposal = new double[3];
        acceleration.Propose(x, image, unit, proposal);
        Assert.That(Allocation.Of(() => acceleration.Propose(proposal, image, unit, x)), Is.Zero);
    }

    private static void Apply(double[][] a, double[] solution, double[] x, double[] image)
    {
        for (int i = 0; i < x.Length; i++)
        {
            image[i] = solution[i];
            for (int j = 0; j < x.Length; j++) image[i] += a[i][j] * (x[j] - solution[j]);
        }
    }

    private static double[] Vector(Random random, int n) =>
        [.. Enumerable.Range(0, n).Select(_ => (4 * random.NextDouble()) - 2)];

    private static double[] Ones(int n) => [.. Enumerable.Repeat(1.0, n)];
}

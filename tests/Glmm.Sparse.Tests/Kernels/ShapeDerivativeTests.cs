using Glmm.Sparse.Families;
using Glmm.Sparse.Kernels;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Kernels;

/// <summary>Derivatives with respect to log θ of the negative binomial.</summary>
public sealed class ShapeDerivativeTests
{
    [TestCaseSource(typeof(ReferenceDerivatives), nameof(ReferenceDerivatives.Shapes))]
    public void SlopesKeepTheirDigitsForEverySizeAndMean(ReferenceDerivatives.ShapePoint point)
    {
        var row = new Row(WorkingKernel.Create(point.Family, point.Link), point.Eta, point.Response);
        var (objective, score, weight) = row.ShapeSlopes(observed: false);
        var (_, sameScore, observedWeight) = row.ShapeSlopes(observed: true);
        Assert.Multiple(() =>
        {
            Assert.That(objective, Is.EqualTo(point.Objective).Within(1e-14 * Math.Abs(point.Objective)));
            Assert.That(score, Is.EqualTo(point.Score).Within(1e-14 * Math.Abs(point.Score)));
            Assert.That(sameScore, Is.EqualTo(score));
            Assert.That(weight, Is.EqualTo(point.Weight).Within(1e-14 * point.Weight));

            // Two parts of this size may cancel.
            double parts = Math.Abs(score * row.MeanDerivative / row.Mean);
            double tolerance = (1e-14 * Math.Abs(point.Observed)) + (2e-15 * parts);
            Assert.That(observedWeight, Is.EqualTo(point.Observed).Within(tolerance));
        });
    }

    [TestCaseSource(nameof(Links))]
    public void SlopesAreThoseOfObjectivesScoresAndWeights(Link link)
    {
        double theta = 1.7;
        var kernel = WorkingKernel.Create(Family.NegativeBinomial(theta), link);
        double log = Math.Log(theta);
        foreach (double eta in new[] { 0.15, 0.6, 1.9 })
        {
            foreach (double y in new[] { 0.0, 2, 9 })
            {
                var row = new Row(kernel, eta, y, 0.75);
                var (objective, score, weight) = row.ShapeSlopes(observed: false);
                Check(x => Objective(x, eta, y), objective, "objective");
                Check(x => At(x, eta, y).Score, score, "score");
                Check(x => At(x, eta, y).Weight, weight, "weight");
                Check(x => At(x, eta, y).ObservedWeight, row.ShapeSlopes(observed: true).Weight, "observed weight");

                void Check(Func<double, double> function, double actual, string what)
                {
                    double expected = Differences.Of(function, log, out double scale);
                    Assert.That(actual, Is.EqualTo(expected).Within(1e-10 * scale), $"{what}, η = {eta}, y = {y}");
                }
            }
        }

        Row At(double logTheta, double eta, double y) =>
            new(WorkingKernel.Create(Family.NegativeBinomial(Math.Exp(logTheta)), link), eta, y, 0.75);

        double Objective(double logTheta, double eta, double y)
        {
            double[] objective = new double[1];
            var kernel = WorkingKernel.Create(Family.NegativeBinomial(Math.Exp(logTheta)), link);
            kernel.Objectives([eta], [y], [0.75], objective);
            return objective[0];
        }
    }

    [Test]
    public void OutputsMayOverwriteInputs()
    {
        var kernel = WorkingKernel.Create(Family.NegativeBinomial(2), Link.Log);
        const int N = 203;
        double[] eta = [.. Enumerable.Range(0, N).Select(i => (0.02 * i) - 2)];
        double[] y = [.. Enumerable.Range(0, N).Select(i => (double)(i % 4))];
        double[] omega = [.. Enumerable.Range(0, N).Select(i => 1.0 + (i % 3))];
        double[] objectives = new double[N], scores = new double[N], weights = new double[N];
        kernel.ShapeDerivatives(eta, y, omega, true, objectives, scores, weights);
        kernel.ShapeDerivatives(eta, y, omega, true, eta, y, omega);
        Assert.Multiple(() =>
        {
            Assert.That(eta, Is.EqualTo(objectives));
            Assert.That(y, Is.EqualTo(scores));
            Assert.That(omega, Is.EqualTo(weights));
        });
    }

    [Test]
    public void FamiliesWithoutAShapeRefuse()
    {
        double[] one = new double[1];
        foreach (var family in Pairs.Families.Where(family => family.Theta is null))
        {
            var kernel = WorkingKernel.Create(family, family.DefaultLink);
            Assert.That(
                () => kernel.ShapeDerivatives([0.5], [0.5], [], false, one, one, one),
                Throws.InvalidOperationException.With.Message.Contains(family.Name));
        }
    }

    private static IEnumerable<Link> Links => Pairs.Links;
}

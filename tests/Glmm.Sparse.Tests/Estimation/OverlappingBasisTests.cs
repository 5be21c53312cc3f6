using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Model.Covariance;
using Glmm.Sparse.Results;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Estimation;

/// <summary>A user's basis whose parts overlap: a component may have to leave 0 while another goes there.</summary>
[TestFixture]
internal sealed class OverlappingBasisTests
{
    [TestCase(17, 6)]
    [TestCase(87, 6)]
    [TestCase(134, 6)]
    [TestCase(17, 12)]
    [TestCase(127, 12)]
    public void AGaussianFitNeverStalls(int seed, int clusters)
    {
        CovarianceStructure structure =
            CovarianceStructure.Linear([new double[,] { { 1, 0 }, { 0, 0 } }, new double[,] { { 1, 0.5 }, { 0.5, 1 } }]);
        RandomData data = RandomData.Simulate(seed, Family.Gaussian, 2, clusters, 6);
        PqlFit fit = Pql.Fit(data.Design(structure), Family.Gaussian);
        Assert.That(fit.Converged, Is.True, fit.Message);
        Assert.That(fit.Iterations, Is.LessThanOrEqualTo(3));
    }
}

using Glmm.Sparse.Model.Covariance;
using MathNet.Numerics.LinearAlgebra;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.ModelLayer;

/// <summary>
/// Every structure by the same facts. D is quadratic in θ, so central differences of any step are exact up to rounding.
/// </summary>
[TestFixture]
internal sealed class CovarianceStructureTests
{
    private static IEnumerable<TestCaseData> Structures()
    {
        (string Name, CovarianceStructure Structure)[] all =
        [
            .. Enumerable.Range(1, 4).Select(q => ($"unstructured {q}", CovarianceStructure.Unstructured(q))),
            ("diagonal 1", CovarianceStructure.Diagonal(1)),
            ("diagonal 3", CovarianceStructure.Diagonal(3)),
            ("identity 3", CovarianceStructure.Identity(3)),
            ("compound symmetry 1", CovarianceStructure.CompoundSymmetry(1)),
            ("compound symmetry 4", CovarianceStructure.CompoundSymmetry(4)),
            ("user", CovarianceStructure.Linear([new double[,] { { 2, 1 }, { 1, 1 } }, new double[,] { { 1, -1 }, { -1, 1 } }])),
            ("sum", CovarianceStructure.DirectSum(
                CovarianceStructure.Unstructured(2), CovarianceStructure.Identity(2), CovarianceStructure.Diagonal(1))),
            ("nested sum", CovarianceStructure.DirectSum(
                CovarianceStructure.CompoundSymmetry(2),
                CovarianceStructure.DirectSum(CovarianceStructure.Unstructured(1), CovarianceStructure.Unstructured(2)))),
        ];
        foreach ((string name, CovarianceStructure structure) in all)
            yield return new TestCaseData(structure).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Structures))]
    public void TheBasisSpansEveryCovariance(CovarianceStructure structure)
    {
        int q = structure.Dimension, m = structure.ComponentCount;
        var g = new double[q * q];
        Matrix<double> basis = Matrix<double>.Build.Dense(q * q, m);
        for (int l = 0; l < m; l++)
        {
            structure.BasisInto(l, g);
            basis.SetColumn(l, g);
        }

        Assert.That(basis.Rank(), Is.EqualTo(m), "linearly independent");
        foreach (double[] theta in Thetas(structure))
        {
            Vector<double> d = Vector<double>.Build.Dense(Covariance(structure, theta));
            Assert.That((basis * basis.Svd().Solve(d) - d).InfinityNorm(), Is.LessThan(1e-13 * (1 + d.InfinityNorm())));
        }
    }

    [TestCaseSource(nameof(Structures))]
    public void EveryCovarianceIsPositiveSemidefinite(CovarianceStructure structure)
    {
        int q = structure.Dimension;
        foreach (double[] theta in Thetas(structure))
        {
            Matrix<double> d = Matrix<double>.Build.DenseOfRowMajor(q, q, Covariance(structure, theta));
            Assert.That(
                d.Evd(Symmetricity.Symmetric).EigenValues.Real().Minimum(),
                Is.GreaterThan(-1e-13 * (1 + d.InfinityNorm())));
        }
    }

    [TestCaseSource(nameof(Structures))]
    public void CoordinatesGiveTheirCovarianceBack(CovarianceStructure structure)
    {
        foreach (double[] theta in Thetas(structure))
        {
            double[] d = Covariance(structure, theta);
            var back = new double[structure.ComponentCount];
            structure.CoordinatesInto(d, back);
            Assert.That(Covariance(structure, back), Is.EqualTo(d).Within(1e-13 * (1 + d.Max())));
        }
    }

    [TestCaseSource(nameof(Structures))]
    public void DerivativesAreTheDifferencesOfTheCovariance(CovarianceStructure structure)
    {
        const double H = 0.5;
        var derivative = new double[structure.Dimension * structure.Dimension];
        foreach (double[] theta in Thetas(structure))
        {
            for (int l = 0; l < theta.Length; l++)
            {
                structure.DerivativeInto(theta, l, derivative);
                double[] up = Covariance(structure, Moved(theta, (l, H)));
                double[] down = Covariance(structure, Moved(theta, (l, -H)));
                Assert.That(derivative, Is.EqualTo(up.Zip(down, (a, b) => (a - b) / (2 * H))).Within(1e-13));
            }
        }
    }

    [TestCaseSource(nameof(Structures))]
    public void CurvatureIsTheSecondDifferenceOfTheCovariance(CovarianceStructure structure)
    {
        const double H = 0.5;
        int q = structure.Dimension;
        double[] f = Symmetric(q, 3), theta = Thetas(structure).First();
        double Inner(params (int, double)[] moves) => Covariance(structure, Moved(theta, moves)).Zip(f, (a, b) => a * b).Sum();
        for (int l = 0; l < theta.Length; l++)
        {
            for (int m = 0; m < theta.Length; m++)
            {
                double expected =
                    (Inner((l, H), (m, H)) - Inner((l, H), (m, -H)) - Inner((l, -H), (m, H)) + Inner((l, -H), (m, -H))) / (4 * H * H);
                Assert.That(structure.Curvature(f, l, m), Is.EqualTo(expected).Within(1e-12), $"{l},{m}");
            }
        }
    }

    [TestCaseSource(nameof(Structures))]
    public void SnapLeavesARegularCovarianceAlone(CovarianceStructure structure)
    {
        double[] theta = Thetas(structure).First(), before = [.. theta];
        bool singular = structure.Snap(theta, 1e-10, Units(structure));
        Assert.That(singular, Is.False);
        Assert.That(theta, Is.EqualTo(before));
    }

    [TestCaseSource(nameof(Structures))]
    public void SnapMakesWhatIsNegligibleExactlyZero(CovarianceStructure structure)
    {
        double[] theta = [.. Thetas(structure).First().Select(t => t * 1e-6)];
        Assert.That(structure.Snap(theta, 1e-9, Units(structure)), Is.True);
        Assert.That(theta, Is.All.Zero);
    }

    [TestCaseSource(nameof(Structures))]
    public void ARegularCovarianceHasNothingToRelease(CovarianceStructure structure)
    {
        int q = structure.Dimension;
        double[] f = [.. Enumerable.Range(0, q * q).Select(e => e % (q + 1) == 0 ? -1.0 : 0)];
        var direction = new double[q * q];
        Assert.That(structure.ReleaseInto(Thetas(structure).First(), f, Units(structure), direction), Is.Zero);
    }

    [TestCaseSource(nameof(Structures))]
    public void AtZeroTheReleasedDirectionDescendsAsSteeplyAsItSays(CovarianceStructure structure)
    {
        int q = structure.Dimension, m = structure.ComponentCount;
        double[] f = [.. Symmetric(q, 8).Select((v, e) => e % (q + 1) == 0 ? v - 2 : 0.2 * v)];
        double[] direction = new double[q * q];
        double slope = structure.ReleaseInto(new double[m], f, Units(structure), direction);
        Assert.That(slope, Is.LessThan(0));
        Assert.That(slope, Is.EqualTo(direction.Zip(f, (e, v) => e * v).Sum()).Within(1e-13));

        // Feasible: the direction is a covariance of the structure.
        var theta = new double[m];
        structure.CoordinatesInto(direction, theta);
        Assert.That(Covariance(structure, theta), Is.EqualTo(direction).Within(1e-13));
    }

    [TestCaseSource(nameof(Structures))]
    public void WhereTheKktConditionsHoldNothingIsReleased(CovarianceStructure structure)
    {
        // F positive definite: every positive semidefinite direction raises the objective.
        int q = structure.Dimension;
        double[] half = Symmetric(q, 5);
        Matrix<double> root = Matrix<double>.Build.DenseOfRowMajor(q, q, half);
        double[] f = ((root * root.Transpose()) + Matrix<double>.Build.DenseIdentity(q)).ToRowMajorArray();
        double slope =
            structure.ReleaseInto(new double[structure.ComponentCount], f, Units(structure), new double[q * q]);
        Assert.That(slope, Is.GreaterThanOrEqualTo(0));
    }

    [Test]
    public void AnUnstructuredZeroIsReleasedAlongTheLeastEigenvector([Range(1, 4)] int q)
    {
        // The least ⟨F, E⟩ over E = U^½vvᵀU^½ with |v| = 1 is the least eigenvalue of U^½FU^½.
        CovarianceStructure structure = CovarianceStructure.Unstructured(q);
        double[] unit = Units(structure), f = [.. Symmetric(q, 21).Select((v, e) => e % (q + 1) == 0 ? v - 1 : v)];
        Matrix<double> scaled =
            Matrix<double>.Build.Dense(q, q, (a, b) => f[(a * q) + b] * Math.Sqrt(unit[a] * unit[b]));
        double slope = structure.ReleaseInto(new double[structure.ComponentCount], f, unit, new double[q * q]);
        Assert.That(slope, Is.EqualTo(scaled.Evd(Symmetricity.Symmetric).EigenValues.Real().Minimum()).Within(1e-13));
    }

    [TestCase(-1, true)]
    [TestCase(1, false)]
    public void ARankOneCovarianceIsReleasedExactlyWhereItsNullVectorDescends(double along, bool released)
    {
        // D = aaᵀ with null vector b; ⟨F, bbᵀ⟩ has the sign of 'along', whatever F does along a.
        double[] a = [3, 4], b = [4, -3], unit = [1, 1];
        CovarianceStructure structure = CovarianceStructure.Unstructured(2);
        var theta = new double[3];
        structure.CoordinatesInto([a[0] * a[0], a[0] * a[1], a[0] * a[1], a[1] * a[1]], theta);
        double[] f =
        [
            (along * b[0] * b[0]) - (5 * a[0] * a[0]), (along * b[0] * b[1]) - (5 * a[0] * a[1]),
            (along * b[0] * b[1]) - (5 * a[0] * a[1]), (along * b[1] * b[1]) - (5 * a[1] * a[1]),
        ];
        var direction = new double[4];
        double slope = structure.ReleaseInto(theta, f, unit, direction);
        Assert.That(slope, Is.EqualTo(along * 25).Within(1e-10));
        Assert.That(slope < 0, Is.EqualTo(released));
        Assert.That(direction, Is.EqualTo(new[] { 16, -12, -12, 9.0 }.Select(v => v / 25)).Within(1e-12));
    }

    [Test]
    public void ACollapsedDirectionAcrossTermsBecomesExactlySingular([Values(2, 3, 4)] int q)
    {
        CovarianceStructure structure = CovarianceStructure.Unstructured(q);
        double[] unit = Units(structure), theta = Thetas(structure).First(), d = Covariance(structure, theta);
        Matrix<double> scaled =
            Matrix<double>.Build.Dense(q, q, (a, b) => d[(a * q) + b] / Math.Sqrt(unit[a] * unit[b]));
        var evd = scaled.Evd(Symmetricity.Symmetric);
        Vector<double> values = evd.EigenValues.Real();
        values[0] = 1e-11;
        Matrix<double> collapsed =
            evd.EigenVectors * Matrix<double>.Build.DenseOfDiagonalVector(values) * evd.EigenVectors.Transpose();
        double[] start =
            [.. Enumerable.Range(0, q * q).Select(e => collapsed[e / q, e % q] * Math.Sqrt(unit[e / q] * unit[e % q]))];
        structure.CoordinatesInto(start, theta);
        Assert.That(structure.Snap(theta, 1e-10, unit), Is.True);
        double[] snapped = Covariance(structure, theta);
        Assert.That(CovarianceFactor.Rank(snapped, q), Is.EqualTo(q - 1));
        Assert.That(theta[^1], Is.Zero, "the last pivot is 0, not small");
        Assert.That(snapped, Is.EqualTo(start).Within(1e-9));
    }

    [Test]
    public void ADiagonalIsSnappedVarianceByVariance()
    {
        double[] theta = [1e-6, 0.5, 1e-6], unit = [1, 1, 1e-8];
        Assert.That(CovarianceStructure.Diagonal(3).Snap(theta, 1e-10, unit), Is.True);
        Assert.That(theta, Is.EqualTo(new[] { 0, 0.5, 1e-6 }));
    }

    [Test]
    public void PartsThatCoverEachOthersNullSpacesMakeARegularSum()
    {
        CovarianceStructure structure =
            CovarianceStructure.Linear([new double[,] { { 1, 0 }, { 0, 1 } }, new double[,] { { 1, 1 }, { 1, 1 } }]);
        double[] theta = [0.7, 0];
        Assert.That(structure.Snap(theta, 1e-10, [1, 1]), Is.False);
    }

    [Test]
    public void CompoundSymmetryHasOneVarianceAndOneCovariance()
    {
        double[] theta = [1.3, 0.6], d = Covariance(CovarianceStructure.CompoundSymmetry(3), theta);
        Assert.That(new[] { d[4], d[8] }, Is.All.EqualTo(d[0]).Within(1e-15));
        Assert.That(new[] { d[2], d[3], d[5], d[6], d[7] }, Is.All.EqualTo(d[1]).Within(1e-15));
        Assert.That(d[0] + (2 * d[1]), Is.EqualTo(1.3 * 1.3).Within(1e-14));
        Assert.That(d[0] - d[1], Is.EqualTo(0.6 * 0.6).Within(1e-14));
    }

    [Test]
    public void ADirectSumHasZerosBetweenItsTerms()
    {
        CovarianceStructure structure =
            CovarianceStructure.DirectSum(CovarianceStructure.Unstructured(2), CovarianceStructure.Diagonal(1));
        double[] d = Covariance(structure, [1, 2, 3, 4]);
        Assert.That(d, Is.EqualTo(new double[] { 1, 2, 0, 2, 13, 0, 0, 0, 16 }));
    }

    [Test]
    public void ADirectSumOfOneIsThatOne()
    {
        CovarianceStructure one = CovarianceStructure.Identity(2);
        Assert.That(CovarianceStructure.DirectSum(one), Is.SameAs(one));
    }

    [Test]
    public void OnlyColumnsOfOneUnstructuredTermMix()
    {
        CovarianceStructure structure = CovarianceStructure.DirectSum(
            CovarianceStructure.Unstructured(2), CovarianceStructure.Identity(2), CovarianceStructure.Unstructured(1));
        Assert.That(structure.AllowsMixing(0, 1), Is.True);
        Assert.That(structure.AllowsMixing(0, 4), Is.False);
        Assert.That(structure.AllowsMixing(2, 3), Is.False);
        Assert.That(Enumerable.Range(0, 5).Select(structure.ScaleGroup), Is.EqualTo(new[] { 0, 1, 2, 2, 4 }));
    }

    [Test]
    public void ABadBasisIsRefusedByTheNumberOfItsMatrix()
    {
        double[,] identity = { { 1, 0 }, { 0, 1 } };
        Refused("The covariance basis has no matrix; give at least one.");
        Refused("Matrix 2 of the covariance basis is 1×1; all must be q×q like the first.", identity, new double[,] { { 1 } });
        Refused("Matrix 1 of the covariance basis is 1×2; all must be q×q like the first.", new double[,] { { 1, 0 } });
        Refused("Matrix 2 of the covariance basis is not symmetric.", identity, new double[,] { { 1, 0.5 }, { 0.4, 1 } });
        Refused("No positive definite matrix was found in the span of the covariance basis", new double[,] { { 1, 2 }, { 2, 1 } });
        Refused("Matrix 1 of the covariance basis is 0 or not finite.", new double[2, 2]);
        Refused("Matrix 1 of the covariance basis is 0 or not finite.", new double[,] { { double.PositiveInfinity, 0 }, { 0, 1 } });
        Refused("The matrices of the covariance basis are linearly dependent.", identity, new double[,] { { 3, 0 }, { 0, 3 } });
    }

    [Test]
    public void ABasisOfNaNIsRefused() =>
        Refused("Matrix 1 of the covariance basis is 0 or not finite.", new double[,] { { double.NaN } });

    private static void Refused(string message, params double[][,] basis) => Assert.That(
        () => CovarianceStructure.Linear(basis), Throws.TypeOf<InvalidModelOptionException>().With.Message.StartsWith(message));

    // A regular point first, then points with zeros among their coordinates.
    private static IEnumerable<double[]> Thetas(CovarianceStructure structure)
    {
        int m = structure.ComponentCount;
        var random = new Random(12);
        double[] regular = [.. Enumerable.Range(0, m).Select(_ => 0.5 + random.NextDouble())];
        yield return regular;
        for (int l = 0; l < m; l++) yield return [.. regular.Select((t, i) => i == l ? 0 : t)];
        yield return new double[m];
    }

    private static double[] Units(CovarianceStructure structure) =>
        [.. Enumerable.Range(0, structure.Dimension).Select(a => 1 + (0.5 * a))];

    private static double[] Symmetric(int q, int seed)
    {
        Matrix<double> m = Matrix<double>.Build.Random(q, q, seed);
        return (m + m.Transpose()).ToRowMajorArray();
    }

    private static double[] Moved(double[] theta, params (int Index, double By)[] moves)
    {
        double[] moved = [.. theta];
        foreach ((int index, double by) in moves) moved[index] += by;
        return moved;
    }

    private static double[] Covariance(CovarianceStructure structure, double[] theta)
    {
        var d = new double[structure.Dimension * structure.Dimension];
        structure.CovarianceInto(theta, d);
        return d;
    }
}

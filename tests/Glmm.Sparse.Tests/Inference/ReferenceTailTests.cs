using Glmm.Sparse.Families;
using Glmm.Sparse.Kernels;
using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.ScoreTests;
using MathNet.Numerics.Distributions;
using MathNet.Numerics.LinearAlgebra;
using NUnit.Framework;
using Enumerable = System.Linq.Enumerable;

namespace Glmm.Sparse.Tests.Inference;

/// <summary>The distributions that score statistics are referred to.</summary>
[TestFixture]
internal sealed class ReferenceTailTests
{
    [TestCase(1, 0.03)]
    [TestCase(4, 0.012)]
    [TestCase(19, 0.003)]
    [TestCase(150, 0.003)]
    public void EqualWeightsGiveAScaledChiSquare(int degrees, double tolerance)
    {
        double[] values = [.. Enumerable.Repeat(2.5, degrees)];
        foreach (double x in new[] { 0.3, 0.9, 1, 1.1, 1.8, 3, 9 })
        {
            double exact = ChiSquareDistribution.UpperTail(x * degrees, degrees);
            double p = QuadraticFormTail.UpperTail(values, 0, 0, 2.5 * x * degrees);
            Assert.That(p / exact, Is.EqualTo(1).Within(tolerance * (degrees == 1 && x < 1 ? 4 : 1)), $"x = {x}");
        }
    }

    [TestCase(5, 12)]
    [TestCase(19, 40)]
    public void EqualWeightsGiveTheFDistribution(int left, int right)
    {
        double[] values = [.. Enumerable.Repeat(3.0, left)];
        foreach (double f in new[] { 0.7, 1, 1.5, 2.5, 4, 12 })
        {
            // λχ²_l/(χ²_l + χ²_r) > t as F exceeds f.
            double share = f * left / ((f * left) + right);
            double exact = 1 - FisherSnedecor.CDF(left, right, f);
            double p = QuadraticFormTail.UpperTail(values, 3 * share, right, 0);
            Assert.That(p / exact, Is.EqualTo(1).Within(0.015), $"F = {f}");
        }
    }

    [Test]
    public void WeightsInPairsGiveSumsOfExponentials()
    {
        // λ in pairs: Σ 2λ_jE_j, whose tail is Σ_j e^{−x/2λ_j} Π_{l≠j} λ_j/(λ_j − λ_l).
        double[] pairs = [3, 2, 1.2, 0.7, 0.1];
        double[] values = [.. pairs, .. pairs];
        foreach (double x in new[] { 2.0, 10, 20, 40, 120 })
        {
            double exact = 0;
            foreach (double own in pairs)
            {
                double term = Math.Exp(-x / (2 * own));
                foreach (double other in pairs) term *= other == own ? 1 : own / (own - other);
                exact += term;
            }

            Assert.That(QuadraticFormTail.UpperTail(values, 0, 0, x) / exact, Is.EqualTo(1).Within(0.03), $"x = {x}");
        }
    }

    [Test]
    public void WhatCannotBeExceededHasNoChance()
    {
        Assert.That(QuadraticFormTail.UpperTail([1, 2], 2.5, 10, 0), Is.Zero);
        Assert.That(QuadraticFormTail.UpperTail([1, 2], 0, 0, 0), Is.EqualTo(1));
        Assert.That(QuadraticFormTail.UpperTail([1, 2], double.NaN, 0, 0), Is.NaN);
    }

    [Test]
    public void TheSkewedTailIsAGammas()
    {
        foreach (double shape in new[] { 0.8, 5, 400 })
        {
            double skewness = 2 / Math.Sqrt(shape);
            foreach (double z in new[] { -0.5, 0, 1, 3, 8 })
            {
                double x = shape + (z * Math.Sqrt(shape)), exact = 1 - Gamma.CDF(shape, 1, x);
                Assert.That(SkewedTail.At(z, skewness), Is.EqualTo(exact).Within(1e-9 + (1e-6 * exact)));
                Assert.That(SkewedTail.At(-z, -skewness), Is.EqualTo(1 - exact).Within(1e-9));
            }
        }

        Assert.That(SkewedTail.At(1.5, 1.0001e-3), Is.EqualTo(SkewedTail.At(1.5, 0.9999e-3)).Within(1e-7));
        Assert.That(SkewedTail.At(1.5, 0), Is.EqualTo(NormalDistribution.UpperTail(1.5)));
        Assert.That(SkewedTail.At(double.NaN, 0.1), Is.NaN);
    }

    [Test]
    public void EigenvaluesAreThoseOfAnotherDecomposition([Values(1, 2, 3, 7, 30, 61)] int n)
    {
        var random = new Random(n);
        var a = Matrix<double>.Build.Dense(n, n, (_, _) => random.NextDouble() - 0.5);
        var symmetric = a * a.Transpose();
        if (n > 5)
        {
            // Equal ones, and some of 0.
            var half = Matrix<double>.Build.Dense(n, 2, (_, _) => random.NextDouble());
            symmetric = Matrix<double>.Build.DenseIdentity(n) - (half * (half.Transpose() * half).Inverse() * half.Transpose());
        }

        double[] expected = [.. symmetric.Evd(Symmetricity.Symmetric).EigenValues.Select(v => v.Real).Order()];
        double[] values = new double[n];
        SymmetricEigenvalues.Compute(symmetric.ToRowMajorArray(), n, values);
        Assert.That(values.Order(), Is.EqualTo(expected).Within(1e-12 * (1 + expected[^1])));
    }

    [Test]
    public void CumulantsAreThoseOfTheGammaAndTheInverseGaussian()
    {
        // s = (y − μ)δ/(φV) with δ = V = 1 apart from the factor.
        const double Mu = 1.7, Phi = 0.4;
        double[] k = new double[4];
        ResponseCumulants.Evaluate(Family.Gamma, [Mu], [Mu * Mu], [], Phi, k);
        double[] gamma = [.. Enumerable.Range(3, 4).Select(r =>
            Factorial(r - 1) * Math.Pow(Phi, r - 1) * Math.Pow(Mu, r) / Math.Pow(Phi, r))];
        Assert.That(k, Is.EqualTo(gamma).Within(1e-12 * gamma[3]));
        ResponseCumulants.Evaluate(Family.InverseGaussian, [Mu], [Mu * Mu * Mu], [2], Phi, k);
        double lambda = 2 / Phi;
        double[] inverse = [.. Enumerable.Range(3, 4).Select(r =>
            DoubleFactorial((2 * r) - 3) * Math.Pow(Mu, (2 * r) - 1) / Math.Pow(lambda, r - 1) * Math.Pow(lambda, r))];
        Assert.That(k, Is.EqualTo(inverse).Within(1e-12 * inverse[3]));
    }

    [Test]
    public void CumulantsOfACustomVarianceAreThoseOfTheSameFamilyBuiltIn()
    {
        double[] built = new double[4], custom = new double[4];
        Family own = Family.Custom("own", m => m + (m * m / 2), Link.Log, MeanDomain.Positive);
        ResponseCumulants.Evaluate(Family.NegativeBinomial(2), [1.3], [1.3], [3], 1, built);
        ResponseCumulants.Evaluate(own, [1.3], [1.3], [3], 1, custom);
        Assert.That(custom, Is.EqualTo(built).Within(1e-7 * built[3]));
    }

    private static double Factorial(int n) => n <= 1 ? 1 : n * Factorial(n - 1);

    private static double DoubleFactorial(int n) => n <= 1 ? 1 : n * DoubleFactorial(n - 2);
}

using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Model.Covariance;
using Glmm.Sparse.Results;
using MathNet.Numerics.LinearAlgebra;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Estimation;

/// <summary>
/// Predictions and their errors at a converged fit, against dense matrices of all rows and all clusters: Henderson's
/// mixed-model equations (Henderson 1975) and the marginal covariance V.
/// </summary>
[TestFixture]
internal sealed class PredictionTests
{
    private static IEnumerable<TestCaseData> Fits()
    {
        foreach (int q in new[] { 1, 2 })
        {
            foreach (bool estimated in new[] { false, true })
            {
                foreach (double shift in new[] { 0, 500.0 }) yield return new TestCaseData(q, estimated, shift);
            }
        }
    }

    [TestCaseSource(nameof(Fits))]
    public void StandardErrorsAreThoseOfHendersonsEquations(int q, bool estimated, double shift)
    {
        (DenseData dense, PqlFit fit) = Fit(q, estimated, shift);
        (Vector<double> w, _) = dense.AtFit(fit);
        Matrix<double> all = dense.X.Append(dense.Z), weight = Matrix<double>.Build.DenseOfDiagonalVector(w);
        Matrix<double> coefficient = all.TransposeThisAndMultiply(weight * all);
        int p = dense.X.ColumnCount;
        Matrix<double> prior = dense.Spread(fit.Covariance).Inverse();
        coefficient.SetSubMatrix(p, p, coefficient.SubMatrix(p, prior.RowCount, p, prior.RowCount) + prior);

        // Scaled to a unit diagonal before it is inverted, since a shifted slope makes it ill-conditioned.
        Vector<double> scale = coefficient.Diagonal().PointwiseSqrt();
        Matrix<double> scaled =
            Matrix<double>.Build.Dense(scale.Count, scale.Count, (a, b) => coefficient[a, b] / (scale[a] * scale[b]));
        Matrix<double> inverse = scaled.Cholesky().Solve(Matrix<double>.Build.DenseIdentity(scale.Count));
        double tolerance = shift == 0 ? 1e-9 : 1e-5;
        for (int j = 0; j < p; j++)
        {
            double expected = Math.Sqrt(inverse[j, j]) / scale[j];
            Assert.That(
                fit.FixedEffects[j].StandardError, Is.EqualTo(expected).Within(tolerance * expected), $"fixed {j}");
        }

        for (int e = 0; e < prior.RowCount; e++)
        {
            double expected = Math.Sqrt(inverse[p + e, p + e]) / scale[p + e];
            Assert.That(
                fit.RandomEffectStandardErrors[e], Is.EqualTo(expected).Within(tolerance * expected), $"random {e}");
        }
    }

    [TestCaseSource(nameof(Fits))]
    public void PredictionsAreTheDenseBestLinearUnbiasedOnes(int q, bool estimated, double shift)
    {
        (DenseData dense, PqlFit fit) = Fit(q, estimated, shift);
        (Vector<double> w, Vector<double> response) = dense.AtFit(fit);
        Matrix<double> d = dense.Spread(fit.Covariance);
        Matrix<double> v = (dense.Z * d * dense.Z.Transpose()) + Matrix<double>.Build.DenseOfDiagonalVector(1 / w);
        Vector<double> alpha = Vector<double>.Build.DenseOfEnumerable(fit.FixedEffects.Select(e => e.Estimate));
        Vector<double> expected =
            d * dense.Z.TransposeThisAndMultiply(v.Cholesky().Solve(response - (dense.X * alpha)));
        double tolerance = (shift == 0 ? 1e-7 : 1e-5) * expected.InfinityNorm();
        Assert.That(fit.RandomEffects.ToArray(), Is.EqualTo(expected).Within(tolerance));
    }

    [TestCaseSource(nameof(Fits))]
    public void FixedEffectsAreTheDenseGeneralisedLeastSquares(int q, bool estimated, double shift)
    {
        (DenseData dense, PqlFit fit) = Fit(q, estimated, shift);
        (Vector<double> w, Vector<double> response) = dense.AtFit(fit);
        Matrix<double> v = (dense.Z * dense.Spread(fit.Covariance) * dense.Z.Transpose()) +
                           Matrix<double>.Build.DenseOfDiagonalVector(1 / w);
        Matrix<double> weighted = v.Cholesky().Solve(dense.X);
        Vector<double> alpha =
            dense.X.TransposeThisAndMultiply(weighted).Cholesky().Solve(weighted.TransposeThisAndMultiply(response));
        for (int j = 0; j < alpha.Count; j++)
        {
            double tolerance = (shift == 0 ? 1e-7 : 1e-4) * fit.FixedEffects[j].StandardError;
            Assert.That(fit.FixedEffects[j].Estimate, Is.EqualTo(alpha[j]).Within(tolerance), $"fixed {j}");
        }
    }

    [Test]
    public void OnTheBoundaryTheErrorsAreThoseOfTheMarginalModel()
    {
        // Var(β̂ − β) = D − DZᵀPZD needs no inverse of D.
        RandomData data = RandomData.Simulate(3, Family.Poisson, 1, 20, 8);
        data = data with { Z = [data.Z[0], [.. data.X[1]]] };
        PqlFit fit = Pql.Fit(data.Design(CovarianceStructure.Diagonal(2)), Family.Poisson, null, new FitOptions { Tolerance = 1e-10 });
        Assert.That(fit.Verdict, Is.EqualTo(Verdict.Boundary), "a slope without variation");
        Assert.That(fit.Covariance[1, 1], Is.Zero);
        DenseData dense = new(data);
        (Vector<double> w, _) = dense.AtFit(fit);
        Matrix<double> d = dense.Spread(fit.Covariance);
        Matrix<double> v =
            ((dense.Z * d * dense.Z.Transpose()) + Matrix<double>.Build.DenseOfDiagonalVector(1 / w)).Inverse();
        Matrix<double> vx = v * dense.X, p = v - (vx * dense.X.TransposeThisAndMultiply(vx).Inverse() * vx.Transpose());
        Matrix<double> variance = d - (d * dense.Z.TransposeThisAndMultiply(p * dense.Z) * d);
        double[] expected = [.. variance.Diagonal().Select(value => Math.Sqrt(Math.Max(0, value)))];
        Assert.That(fit.RandomEffectStandardErrors.ToArray(), Is.EqualTo(expected).Within(1e-8));
    }

    private static (DenseData Dense, PqlFit Fit) Fit(int q, bool estimated, double shift)
    {
        // A shifted slope is centred by the engine, so the way back to the user's scale is on trial too.
        RandomData data = RandomData.Simulate(26, Family.Poisson, q, 20, 8);
        if (q == 2) data = data with { Z = [data.Z[0], [.. data.Z[1].Select(t => t + (shift / 20))]] };
        data = data with { X = [data.X[0], [.. data.X[1].Select(v => v + shift)], data.X[2]] };
        FitOptions options = new()
        {
            Tolerance = 1e-10,
            Dispersion = estimated ? DispersionOption.Estimated : DispersionOption.Fixed(),
        };
        PqlFit fit = Pql.Fit(data.Design(), Family.Poisson, null, options);
        Assert.That(fit.Verdict, Is.EqualTo(Verdict.Converged), fit.Message);
        return (new DenseData(data), fit);
    }
}

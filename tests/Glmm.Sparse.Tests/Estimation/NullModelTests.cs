using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using MathNet.Numerics.LinearAlgebra;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Estimation;

/// <summary>The model without random effects against dense iteratively reweighted least squares by QR.</summary>
[TestFixture]
internal sealed class NullModelTests
{
    private static readonly FitOptions Options = new() { Tolerance = 1e-12 };

    [TestCase("poisson")]
    [TestCase("binomial")]
    [TestCase("gamma-log")]
    public void FixedEffectsAreThoseOfDenseIterativelyReweightedLeastSquares(string model)
    {
        Setting setting = new(model);
        Assert.That(setting.Null.Converged, Is.True);
        Assert.That(setting.Null.FixedEffects, Is.EqualTo(setting.Alpha).Within(1e-10));
    }

    [TestCase("poisson")]
    [TestCase("binomial")]
    [TestCase("gamma-log")]
    public void PredictorAndMeanFollowTheDesignsRows(string model)
    {
        Setting setting = new(model);
        Assert.That(setting.Null.LinearPredictor, Is.EqualTo(setting.Eta).Within(1e-10));
        Assert.That(setting.Null.Mean, Is.EqualTo(setting.Eta.Select(setting.Mean)).Within(1e-10));
    }

    [TestCase("poisson")]
    [TestCase("binomial")]
    [TestCase("gamma-log")]
    public void WorkingWeightsAndScoresAreTheirDefinitions(string model)
    {
        Setting setting = new(model);
        double phi = setting.Null.Dispersion;
        for (int r = 0; r < setting.Data.Rows; r++)
        {
            double mu = setting.Mean(setting.Eta[r]);
            double delta = setting.Derivative(mu);
            double v = setting.Variance(mu);
            double omega = setting.Data.Weight[r];
            Assert.That(setting.Null.WorkingWeights[r], Is.EqualTo(omega * delta * delta / (phi * v)).Within(1e-9));
            Assert.That(
                setting.Null.ScoreResiduals[r],
                Is.EqualTo(omega * (setting.Data.Y[r] - mu) * delta / (phi * v)).Within(1e-9));
        }
    }

    [TestCase("poisson")]
    [TestCase("binomial")]
    [TestCase("gamma-log")]
    public void DevianceIsTheSumOfTheUnitDeviances(string model)
    {
        Setting setting = new(model);
        double expected = Enumerable.Range(0, setting.Data.Rows).Sum(
            r => setting.Data.Weight[r] * setting.Deviance(setting.Data.Y[r], setting.Mean(setting.Eta[r])));
        Assert.That(setting.Null.Deviance, Is.EqualTo(expected).Within(1e-10 * expected));
    }

    [TestCase("poisson")]
    [TestCase("binomial")]
    [TestCase("gamma-log")]
    public void ScoresAreOrthogonalToTheFixedEffects(string model)
    {
        Setting setting = new(model);
        foreach (double[] column in setting.Data.X)
            Assert.That(column.Zip(setting.Null.ScoreResiduals, (x, s) => x * s).Sum(), Is.Zero.Within(1e-8));
    }

    [Test]
    public void AnEstimatedDispersionIsPearsons()
    {
        Setting setting = new("gamma-log");
        double expected = Enumerable.Range(0, setting.Data.Rows).Sum(r =>
        {
            double mu = setting.Mean(setting.Eta[r]);
            return setting.Data.Weight[r] * Math.Pow(setting.Data.Y[r] - mu, 2) / setting.Variance(mu);
        }) / (setting.Data.Rows - 3);
        Assert.That(setting.Null.Dispersion, Is.EqualTo(expected).Within(1e-10));
    }

    [Test]
    public void AHeldDispersionScalesWeightsAndScoresAlone()
    {
        Setting setting = new("poisson");
        NullModel held = NullModel.Fit(
            setting.Data.Design(), Family.Poisson, null, Options with { Dispersion = DispersionOption.Fixed(2.5) });
        Assert.That(held.Dispersion, Is.EqualTo(2.5));
        Assert.That(held.FixedEffects, Is.EqualTo(setting.Null.FixedEffects).Within(1e-12));
        Assert.That(held.WorkingWeights.Select(w => 2.5 * w), Is.EqualTo(setting.Null.WorkingWeights).Within(1e-12));
        Assert.That(held.ScoreResiduals.Select(s => 2.5 * s), Is.EqualTo(setting.Null.ScoreResiduals).Within(1e-12));
    }

    [Test]
    public void DependentColumnsAreLeftOut()
    {
        Setting setting = new("poisson");
        RandomData twice = setting.Data with { X = [setting.Data.X[0], setting.Data.X[1], [.. setting.Data.X[1].Select(v => 1 - v)], setting.Data.X[2]] };
        NullModel model = NullModel.Fit(twice.Design(), Family.Poisson, null, Options);
        Assert.That(model.Names, Is.EqualTo(new[] { "x0", "x1", "x3" }));
        Assert.That(model.FixedEffects, Is.EqualTo(setting.Null.FixedEffects).Within(1e-11));
        Assert.That(model.LinearPredictor, Is.EqualTo(setting.Eta).Within(1e-10));
    }

    private sealed class Setting
    {
        private readonly string _model;

        internal Setting(string model)
        {
            _model = model;
            var random = new Random(7);
            RandomData data = RandomData.Simulate(50, model == "binomial" ? Family.Binomial : Family.Poisson, 1, 40, 8);
            double[] weight = model == "binomial" ? data.Weight : [.. data.Y.Select(_ => 0.5 + random.NextDouble())];
            Data = data with
            {
                Weight = weight,
                Y = model == "gamma-log" ? [.. data.Y.Select(y => y + 0.1 + random.NextDouble())] : data.Y,
            };
            int[] order = [.. Enumerable.Range(0, Data.Rows)];
            random.Shuffle(order);
            Data = Data.Take(order);
            Null = NullModel.Fit(
                Data.Design(), model switch { "poisson" => Family.Poisson, "binomial" => Family.Binomial, _ => Family.Gamma },
                model == "gamma-log" ? Link.Log : null, Options);
            (Alpha, Eta) = Solve();
        }

        internal RandomData Data { get; }

        internal NullModel Null { get; }

        internal double[] Alpha { get; }

        internal double[] Eta { get; }

        private bool IsBinomial => _model == "binomial";

        internal double Mean(double eta) => IsBinomial ? 1 / (1 + Math.Exp(-eta)) : Math.Exp(eta);

        internal double Derivative(double mu) => IsBinomial ? mu * (1 - mu) : mu;

        internal double Variance(double mu) =>
            _model switch { "poisson" => mu, "binomial" => mu * (1 - mu), _ => mu * mu };

        internal double Deviance(double y, double mu)
        {
            static double Part(double a, double b) => a == 0 ? 0 : a * Math.Log(a / b);
            return 2 * (_model switch
            {
                "poisson" => Part(y, mu) - (y - mu),
                "binomial" => Part(y, mu) + Part(1 - y, 1 - mu),
                _ => -Math.Log(y / mu) + ((y - mu) / mu),
            });
        }

        private (double[] Alpha, double[] Eta) Solve()
        {
            Matrix<double> x = Matrix<double>.Build.Dense(Data.Rows, 3, (r, j) => Data.X[j][r]);
            Vector<double> offset = Vector<double>.Build.Dense(Data.Offset), alpha = Vector<double>.Build.Dense(3);
            for (int iteration = 0; iteration < 60; iteration++)
            {
                Vector<double> eta = offset + (x * alpha);
                Vector<double> root = Vector<double>.Build.Dense(Data.Rows);
                Vector<double> response = Vector<double>.Build.Dense(Data.Rows);
                for (int r = 0; r < Data.Rows; r++)
                {
                    double mu = Mean(eta[r]), delta = Derivative(mu);
                    root[r] = delta * Math.Sqrt(Data.Weight[r] / Variance(mu));
                    response[r] = eta[r] - offset[r] + ((Data.Y[r] - mu) / delta);
                }

                Matrix<double> weighted = Matrix<double>.Build.DenseOfDiagonalVector(root) * x;
                alpha = weighted.QR().Solve(root.PointwiseMultiply(response));
            }

            return ([.. alpha], [.. offset + (x * alpha)]);
        }
    }
}

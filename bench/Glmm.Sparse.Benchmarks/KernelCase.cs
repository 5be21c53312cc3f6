using System.Runtime.CompilerServices;
using Glmm.Sparse.Families;
using Glmm.Sparse.Kernels;

namespace Glmm.Sparse.Benchmarks;

/// <summary>One family and link with rows to evaluate, and the textbook's scalar formulas for the same outputs.</summary>
public sealed class KernelCase
{
    /// <summary>Rows of one call: five columns of them are 40 KiB, well within a level-2 cache.</summary>
    public const int Rows = 1024;

    private readonly WorkingKernel _kernel;
    private readonly Func<double, double, double, ScalarRow> _row;
    private readonly double[] _eta = new double[Rows];
    private readonly double[] _response = new double[Rows];
    private readonly double[] _priorWeights;
    private readonly double[] _weights = new double[Rows];
    private readonly double[] _scores = new double[Rows];

    private KernelCase(
        string name,
        Family family,
        Link link,
        Func<Random, double, double> response,
        Func<double, double, double, ScalarRow> row,
        bool grouped = false)
    {
        Name = name;
        _kernel = WorkingKernel.Create(family, link);
        _row = row;
        _priorWeights = grouped ? new double[Rows] : [];
        var random = new Random(7);
        for (int i = 0; i < Rows; i++)
        {
            // η spread as in a model with a few moderate effects.
            _eta[i] = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            _response[i] = response(random, _eta[i]);
            if (grouped)
                _priorWeights[i] = Trials;
        }
    }

    /// <summary>Every family of the table.</summary>
    public static IReadOnlyList<KernelCase> All { get; } =
    [
        new("poisson / log", Family.Poisson, Link.Log, PoissonDraw, ScalarRows.Poisson),
        new("binomial 0/1 / logit", Family.Binomial, Link.Logit, BinomialDraw(1), ScalarRows.Binomial),
        new("binomial of 8 / logit", Family.Binomial, Link.Logit, BinomialDraw(Trials), ScalarRows.Binomial, true),
        new("negative binomial / log", Family.NegativeBinomial(ScalarRows.Theta), Link.Log, PoissonDraw,
            ScalarRows.NegativeBinomial),
        new("gamma / log", Family.Gamma, Link.Log, GammaDraw, ScalarRows.Gamma),
        new("gaussian / identity", Family.Gaussian, Link.Identity, GaussianDraw, ScalarRows.Gaussian),
    ];

    /// <summary>Family and link.</summary>
    public string Name { get; }

    private static int Trials => 8;

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>w, s and the sums with the objective in place of the deviance, by the kernel.</summary>
    /// <param name="rows">Rows of one call, of as many calls as fit into <see cref="Rows"/>.</param>
    /// <returns>The sums of the last call.</returns>
    public KernelSums Objective(int rows = Rows)
    {
        KernelSums sums = default;
        for (int row = 0; row + rows <= Rows; row += rows)
        {
            sums = _kernel.WeightsScoresAndObjective(
                _eta.AsSpan(row, rows), _response.AsSpan(row, rows),
                _priorWeights.Length == 0 ? [] : _priorWeights.AsSpan(row, rows), _weights.AsSpan(row, rows),
                _scores.AsSpan(row, rows));
        }

        return sums;
    }

    /// <summary>w, s and the sums, by the kernel.</summary>
    /// <inheritdoc cref="Objective"/>
    public KernelSums Scores(int rows = Rows)
    {
        KernelSums sums = default;
        for (int row = 0; row + rows <= Rows; row += rows)
        {
            sums = _kernel.WeightsAndScores(
                _eta.AsSpan(row, rows), _response.AsSpan(row, rows),
                _priorWeights.Length == 0 ? [] : _priorWeights.AsSpan(row, rows), _weights.AsSpan(row, rows),
                _scores.AsSpan(row, rows));
        }

        return sums;
    }

    /// <summary>Observed weights, s and the sums with the objective, by the kernel.</summary>
    public KernelSums Observed() =>
        _kernel.ObservedWeightsAndScores(_eta, _response, _priorWeights, _weights, _scores);

    /// <summary>The derivatives of the weights, by the kernel.</summary>
    public void Derivatives(bool observed) =>
        _kernel.WeightDerivatives(_eta, _response, _priorWeights, observed, _weights);

    /// <summary>Objectives and s row by row, by the kernel.</summary>
    public void RowObjectives() =>
        _kernel.ObjectivesAndScores(_eta, _response, _priorWeights, _weights, _scores);

    /// <summary>w, r and the sums, by the kernel.</summary>
    public KernelSums Residuals() => _kernel.Working(_eta, _response, _priorWeights, _weights, _scores);

    /// <summary>w, s and the sums, row by row with <see cref="Math"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public KernelSums Scalar()
    {
        double deviance = 0, squares = 0;
        for (int i = 0; i < Rows; i++)
        {
            ScalarRow row = _row(_eta[i], _response[i], _priorWeights.Length == 0 ? 1 : _priorWeights[i]);
            _weights[i] = row.Weight;
            _scores[i] = row.Score;
            deviance += row.Deviance;
            squares += row.Score * row.Score / row.Weight;
        }

        return new(deviance, double.NaN, squares, 0);
    }

    /// <summary>Throws unless kernel and scalar formulas agree.</summary>
    public void Check()
    {
        KernelSums expected = Scalar();
        double[] weights = [.. _weights], scores = [.. _scores];
        KernelSums actual = Scores();
        bool agree = Near(actual.Deviance, expected.Deviance)
            && Near(Objective().Objective, actual.Objective)
            && Near(actual.WeightedSquares, expected.WeightedSquares)
            && weights.Zip(_weights).All(static pair => Near(pair.First, pair.Second))
            && scores.Zip(_scores).All(static pair => Near(pair.First, pair.Second));
        if (!agree)
            throw new InvalidOperationException($"{Name}: the kernel and the scalar formulas disagree.");
    }

    private static bool Near(double x, double y) => Math.Abs(x - y) <= 1e-11 * (1 + Math.Abs(y));

    private static double PoissonDraw(Random random, double eta)
    {
        double limit = Math.Exp(-Math.Exp(eta)), product = random.NextDouble();
        int count = 0;
        for (; product > limit; count++)
            product *= random.NextDouble();
        return count;
    }

    private static Func<Random, double, double> BinomialDraw(int trials) => (random, eta) =>
    {
        double probability = 1 / (1 + Math.Exp(-eta));
        int successes = 0;
        for (int i = 0; i < trials; i++)
            successes += random.NextDouble() < probability ? 1 : 0;
        return (double)successes / trials;
    };

    private static double GammaDraw(Random random, double eta) =>
        -Math.Exp(eta) * 0.5 * Math.Log((1 - random.NextDouble()) * (1 - random.NextDouble()));

    private static double GaussianDraw(Random random, double eta) => eta + random.NextDouble() - 0.5;
}

using Glmm.Sparse.Results;

namespace Glmm.Sparse.ScoreTests;

/// <summary>Score tests of one design, one response after the other in the same memory. Not thread-safe.</summary>
internal sealed class VarianceScoreCalculator
{
    /// <summary>Why there is no test where the null model has no estimates.</summary>
    internal const string NotConverged =
        "There is no test: the model without random effects did not converge; a fixed effect may separate the " +
        "responses.";

    // Eigenvalues of more clusters are not worth their time: then three cumulants say as much.
    private const int MostEigenvalues = 400;

    private readonly NullState _state;
    private readonly VarianceDirections _directions;
    private readonly ScoreDirection[] _components;
    private readonly double[][] _eigenvalues;
    private readonly double[] _weights;
    private readonly bool _estimatesDispersion;
    private readonly bool _isLinear;
    private ScoreDirection? _overall;
    private double[] _overallEigenvalues = [];

    /// <param name="state">The null model's place; filled here at a dispersion of 1.</param>
    /// <param name="directions">What is tested.</param>
    /// <param name="isLinear">Gaussian with the identity link.</param>
    /// <param name="estimatesDispersion">Whether φ is estimated.</param>
    /// <exception cref="InvalidModelOptionException">Rows have frequencies that this cannot use.</exception>
    internal VarianceScoreCalculator(
        NullState state, VarianceDirections directions, bool isLinear, bool estimatesDispersion)
    {
        (_state, _directions) = (state, directions);
        (_isLinear, _estimatesDispersion) = (isLinear, estimatesDispersion);
        if (!isLinear && estimatesDispersion && state.Rows.Total != state.Rows.Count)
        {
            throw new InvalidModelOptionException(
                "A score test with an estimated dispersion needs every row by itself; repeat the rows of a " +
                "frequency, or hold the dispersion.");
        }

        _components = [.. directions.Names.Select((_, l) => new ScoreDirection(state, directions.Factor(l)))];
        _weights = new double[_components.Length];
        _eigenvalues = new double[_components.Length][];
        Array.Fill(_eigenvalues, []);
        if (!isLinear) return;

        // Nothing but scale depends on the response: settled here, whichever response comes first.
        state.Evaluate(1);
        for (int l = 0; l < _components.Length; l++)
        {
            _components[l].Refresh();
            _eigenvalues[l] = _components[l].Eigenvalues(MostEigenvalues);
            _weights[l] = 1 / Reference(_components[l]).Deviation;
        }

        if (_components.Length == 1) return;
        _overall = new ScoreDirection(state, directions.Factor(_weights));
        _overall.Refresh();
        _overallEigenvalues = _overall.Eigenvalues(MostEigenvalues);
    }

    /// <summary>The distribution that p-values are from.</summary>
    internal VarianceScoreReference Distribution =>
        !_isLinear || _eigenvalues[0].Length == 0 || (_overall is not null && _overallEigenvalues.Length == 0)
            ? VarianceScoreReference.ThreeCumulants
            : _estimatesDispersion ? VarianceScoreReference.RatioOfQuadraticForms
            : VarianceScoreReference.QuadraticForm;

    /// <summary>The place to put η⁰ and y.</summary>
    internal NullState State => _state;

    /// <summary>Tests the response whose null model <see cref="State"/> has.</summary>
    /// <param name="dispersion">φ.</param>
    internal VarianceScoreResult Test(double dispersion)
    {
        if (!(dispersion > 0) || !_state.Evaluate(dispersion))
        {
            return VarianceScoreResult.None(
                "There is no test: the model without random effects fits exactly, or its weights vanish.", dispersion,
                Distribution);
        }

        var components = new VarianceScore[_components.Length];
        for (int l = 0; l < components.Length; l++)
        {
            _components[l].Refresh();
            components[l] = Test(_directions.Names[l], _components[l], _eigenvalues[l]);
            if (!_isLinear) _weights[l] = 0.5 / Math.Sqrt(components[l].Information);
        }

        VarianceScore overall = components[0] with { Name = "overall" };
        if (components.Length > 1)
        {
            if (!_isLinear) TurnOverall();
            _overall!.Refresh();
            overall = Test("overall", _overall, _overallEigenvalues);
        }

        return new VarianceScoreResult
        {
            Overall = overall,
            Components = components,
            Reference = Distribution,
            Dispersion = dispersion,
            Converged = true,
        };
    }

    private void TurnOverall()
    {
        double[] factor = _directions.Factor(_weights);
        if (_overall is not null && _overall.Rank * _directions.Dimension == factor.Length) _overall.MoveTo(factor);
        else _overall = new ScoreDirection(_state, factor);
    }

    private VarianceScore Test(string name, ScoreDirection direction, double[] eigenvalues)
    {
        ScoreMoments reference = Reference(direction);
        double excess = reference.Observed - reference.Expected, phi = _state.Dispersion;
        int free = _state.Rows.Total - _state.Rows.FixedCount;
        double ratio = _estimatesDispersion ? reference.Observed / free : 0, p;
        if (_isLinear && eigenvalues.Length > 0)
        {
            // The eigenvalues are those at φ = 1.
            p = _estimatesDispersion
                ? QuadraticFormTail.UpperTail(eigenvalues, ratio * phi, free - eigenvalues.Length, 0)
                : QuadraticFormTail.UpperTail(eigenvalues, 0, 0, reference.Observed * phi);
        }
        else
        {
            ScoreMoments judged = _estimatesDispersion ? direction.Moments(ratio) : reference;
            double form = judged.Observed - (ratio * free);
            p = SkewedTail.At((form - judged.Mean) / judged.Deviation, judged.Skewness);
        }

        return new VarianceScore(name, 0.5 * excess, 0.25 * reference.Variance, reference.Skewness, p);
    }

    // Q − tR with the t at which its mean is 0, where φ is estimated.
    private ScoreMoments Reference(ScoreDirection direction)
    {
        ScoreMoments plain = direction.Moments(0);
        return _estimatesDispersion
            ? direction.Moments(plain.Expected / (_state.Rows.Total - _state.Rows.FixedCount))
            : plain;
    }
}

using Glmm.Sparse.Core;
using Glmm.Sparse.LinearAlgebra;

namespace Glmm.Sparse.Estimation;

/// <summary>
/// The first expansion of a fit that knows nothing: about the model without random effects, or where that is far from
/// the response and the random effects are certain, about what the response itself suggests for both.
/// </summary>
/// <remarks>
/// Where the random effects are in doubt there may be a solution with D = 0 beside one without: the one found is then
/// to be that to which the exact model without random effects leads. Not thread-safe.
/// </remarks>
internal sealed class ColdStart
{
    private const int MostNullIterations = 25;

    // The model without random effects is fitted until its next step would take no more than this share, squared, off
    // the squares of the residuals; roughly where the likelihood ratio leaves no doubt about the random effects.
    private const double StartTolerance = 1e-3;
    private const double RoughStartTolerance = 0.3;
    private const double CertainLikelihoodRatio = 20;

    private readonly FitWorkspace _work;
    private readonly WorkingMixedModel _model;
    private readonly VarianceNewton _variance;
    private readonly NullIteration _null;
    private readonly double _held;
    private readonly ExpansionPoint _expansion;
    private readonly double[] _guess;
    private readonly double[] _origin;
    private readonly double[] _zero;

    /// <param name="work">The workspace.</param>
    /// <param name="model">The working model of its statistics.</param>
    /// <param name="variance">Set to natural units of D.</param>
    /// <param name="heldDispersion">φ where it is held, NaN where it is estimated.</param>
    /// <param name="expansion">Where the model will be expanded.</param>
    internal ColdStart(
        FitWorkspace work, WorkingMixedModel model, VarianceNewton variance, double heldDispersion,
        ExpansionPoint expansion)
    {
        (_work, _model, _variance, _held, _expansion) = (work, model, variance, heldDispersion, expansion);
        _null = new NullIteration(work);
        _guess = new double[Alpha.Length];
        _origin = new double[Alpha.Length];
        _zero = new double[variance.Factor.Length];
    }

    /// <summary>α of the first expansion, on the engine's scale.</summary>
    internal double[] Alpha => _null.Alpha;

    /// <summary>
    /// Takes the statistics of the first expansion: at β = 0, or, for PQL, at what the response suggests.
    /// </summary>
    /// <param name="beta">β of the first expansion; 0 before.</param>
    /// <param name="scratch">Overwritten, as long.</param>
    /// <param name="cancellation">Asked before every pass.</param>
    /// <returns>Whether there is a start.</returns>
    internal bool TryRun(AlignedBuffer beta, AlignedBuffer scratch, CancellationToken cancellation)
    {
        double size = Math.Sqrt(_work.Packed.Rows);
        bool guesses = _expansion == ExpansionPoint.Modes && !_work.IsLinear;
        if (!_null.ExpandAtResponse(guesses ? _work.Blocks : null, cancellation)) return false;
        guesses = guesses && TryGuess(scratch);
        if (!_null.StartThere(cancellation)) return false;
        bool near = _null.Continue(RoughStartTolerance * size, 0, _held, cancellation);
        if (!RandomEffectsAreCertain())
            _null.Continue(StartTolerance * size, MostNullIterations, _held, cancellation);
        else if (!near && !(guesses && TryStartAtGuess(scratch, beta, cancellation)))
            _null.Continue(RoughStartTolerance * size, MostNullIterations, _held, cancellation);
        _model.ExpandAbout(_expansion == ExpansionPoint.Modes ? beta : null);
        _variance.StartAtUnits();
        return _work.Statistics.IsUsable;
    }

    // α and β for D̃ in natural units, from statistics about the response.
    private bool TryGuess(AlignedBuffer guess)
    {
        _model.ExpandAbout(null);
        _variance.StartAtUnits();

        // The residuals are 0 there, so that φ is none; the solution does not depend on it.
        if (!_model.Evaluate(_variance.Factor) && !_model.IsExactFit) return false;
        _model.GoBack(derivatives: false, newBeta: guess);
        _model.Step.CopyTo(_guess);
        return true;
    }

    private bool TryStartAtGuess(AlignedBuffer guess, AlignedBuffer beta, CancellationToken cancellation)
    {
        double before = _work.Statistics.Deviance;
        Alpha.CopyTo(_origin, 0);
        _guess.CopyTo(Alpha, 0);
        ModeBuffer.Copy(guess, beta);
        cancellation.ThrowIfCancellationRequested();
        _work.Pass.Run(PassPoint.Coefficients, Alpha, beta, _work.Statistics, _work.Blocks);
        double spherical = ModeBuffer.SphericalSquares(beta, _variance.Factor, _work.Blocks.RandomCount);
        if (_work.Statistics.IsUsable && _work.Statistics.Deviance + spherical < before) return true;
        _origin.CopyTo(Alpha, 0);
        beta.Clear();
        _work.Pass.Run(PassPoint.Coefficients, Alpha, null, _work.Statistics, _work.Blocks);
        return false;
    }

    private bool RandomEffectsAreCertain()
    {
        _model.ExpandAbout(null);
        _variance.StartAtUnits();
        if (!_model.Evaluate(_variance.Factor)) return false;
        double criterion = _model.Criterion;
        return _model.Evaluate(_zero) && _model.Criterion - criterion > CertainLikelihoodRatio;
    }
}

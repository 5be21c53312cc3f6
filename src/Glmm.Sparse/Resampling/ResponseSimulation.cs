using Glmm.Sparse.Families;
using Glmm.Sparse.Inference;
using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Model;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Resampling;

/// <summary>
/// Draws responses for the rows of a design from a model with given parameters: a fit's or one's own. Immutable and
/// thread-safe: responses may be drawn in any order, on any threads, each from a stream of its own and in it each
/// cluster, so that a seed and a number always mean the same response.
/// </summary>
/// <remarks>
/// Families with a distribution: gaussian, binomial, poisson, gamma, inverse-gaussian, the negative binomials and beta.
/// Prior weights are the trials of a binomial family and divide the dispersion of those that have one; others cannot be
/// drawn with. The quasi families have no distribution. Designs with frequencies or sampling weights are refused, for a
/// response is drawn row by row: repeat the rows of a frequency, and leave sampling weights out.
/// </remarks>
public sealed class ResponseSimulation
{
    private readonly ResponseSampler _sampler;

    private ResponseSimulation(ResponseSampler sampler, int rows) => (_sampler, Observations) = (sampler, rows);

    /// <summary>n.</summary>
    public int Observations { get; }

    /// <summary>Draws from a fit, with new random effects each time: data sets like the one at hand, of other
    /// clusters.</summary>
    /// <param name="fit">The fit.</param>
    /// <param name="design">The design it was fitted to.</param>
    /// <param name="seed">The seed.</param>
    /// <returns>The simulation.</returns>
    /// <exception cref="GlmmException">There is no distribution to draw from, or the design is another one.</exception>
    public static ResponseSimulation FromFit(GlmmFit fit, ClusteredDesign design, ulong seed = 1) =>
        new(Sampler(fit, design, seed), design.Observations);

    /// <summary>Draws from a fit given its predictions of the random effects: new data of the same clusters.</summary>
    /// <param name="fit">The fit, by PQL, Laplace or quadrature.</param>
    /// <param name="design">The design it was fitted to.</param>
    /// <param name="seed">The seed.</param>
    /// <returns>The simulation.</returns>
    /// <exception cref="GlmmException">There is no distribution to draw from, the design is another one, or the fit,
    /// being by MQL, predicts no random effects.</exception>
    public static ResponseSimulation FromFitGivenModes(GlmmFit fit, ClusteredDesign design, ulong seed = 1)
    {
        ResponseSampler sampler = Sampler(fit, design, seed);
        sampler.HoldEffects(fit switch
        {
            RandomEffectsFit predicted => predicted.RandomEffects,
            _ => throw new InvalidModelOptionException(
                "A fit by MQL predicts no random effects to hold; fit by PQL, or draw new ones."),
        });
        return new ResponseSimulation(sampler, design.Observations);
    }

    /// <summary>Draws from parameters of one's own.</summary>
    /// <param name="design">The rows; its response is not looked at.</param>
    /// <param name="family">The family, its shape given.</param>
    /// <param name="link">The link; the family's default when null.</param>
    /// <param name="fixedEffects">α, one for each column of X.</param>
    /// <param name="covariance">D, q×q, positive semidefinite.</param>
    /// <param name="dispersion">φ; families that have none do not ask.</param>
    /// <param name="seed">The seed.</param>
    /// <returns>The simulation.</returns>
    /// <exception cref="GlmmException">There is no distribution to draw from, or the parameters do not fit the
    /// design.</exception>
    public static ResponseSimulation FromParameters(
        ClusteredDesign design, Family family, Link? link, ReadOnlySpan<double> fixedEffects, double[,] covariance,
        double dispersion = 1, ulong seed = 1)
    {
        ArgumentNullException.ThrowIfNull(design);
        ArgumentNullException.ThrowIfNull(family);
        ArgumentNullException.ThrowIfNull(covariance);
        if (fixedEffects.Length != design.FixedEffects.Count)
        {
            throw new InvalidModelOptionException(
                $"There are {fixedEffects.Length} fixed effects for {design.FixedEffects.Count} columns of X; give " +
                $"one for each.");
        }

        int q = design.RandomEffects.Count;
        if (covariance.GetLength(0) != q || covariance.GetLength(1) != q)
        {
            throw new InvalidModelOptionException(
                $"The covariance of the random effects is {covariance.GetLength(0)}×{covariance.GetLength(1)}; with " +
                $"{q} columns of Z it must be {q}×{q}.");
        }

        RequireCovariance(covariance, q);
        var sampler = new ResponseSampler(
            design, [.. Enumerable.Range(0, fixedEffects.Length)], family, link ?? family.DefaultLink, seed);
        sampler.MoveTo(fixedEffects, [.. covariance.Cast<double>()], dispersion);
        return new ResponseSimulation(sampler, design.Observations);
    }

    /// <summary>Draws a response.</summary>
    /// <param name="index">Its number.</param>
    /// <param name="response">Overwritten, n, in the order of the design's rows; NaN where the linear predictor gives
    /// no mean that the family allows.</param>
    /// <exception cref="ArgumentException">The length is not n.</exception>
    public void Draw(int index, Span<double> response)
    {
        if (response.Length != Observations)
        {
            throw new ArgumentException(
                $"The response has {response.Length} rows, the design {Observations}.", nameof(response));
        }

        _sampler.Draw(index, response);
    }

    /// <inheritdoc cref="Draw(int, Span{double})"/>
    /// <returns>The response.</returns>
    public double[] Draw(int index)
    {
        var response = new double[Observations];
        _sampler.Draw(index, response);
        return response;
    }

    /// <summary>Draws from a sampler that will move no more.</summary>
    internal static ResponseSimulation Of(ResponseSampler sampler, int rows) => new(sampler, rows);

    private static ResponseSampler Sampler(GlmmFit fit, ClusteredDesign design, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(fit);
        ArgumentNullException.ThrowIfNull(design);
        InferenceChecks.RequireConverged(fit);
        RowPredictor.RequireFitted(fit.Outcome, design);
        var sampler = new ResponseSampler(design, fit.Outcome.FixedColumns, fit.Family, fit.Link, seed);
        sampler.MoveTo(
            [.. fit.FixedEffects.Select(e => e.Estimate)], [.. fit.Covariance.Cast<double>()], fit.Dispersion);
        return sampler;
    }

    private static void RequireCovariance(double[,] covariance, int q)
    {
        double[] matrix = [.. covariance.Cast<double>()], values = new double[q], vectors = new double[q * q];
        bool symmetric = true;
        for (int a = 0; a < q; a++)
        {
            for (int b = 0; b < a; b++) symmetric &= matrix[(a * q) + b] == matrix[(b * q) + a];
        }

        if (symmetric && matrix.All(double.IsFinite)) SymmetricEigen.Decompose(matrix, q, values, vectors);
        else values[0] = double.NaN;
        if (!(values.Min() >= -1e-12 * values.Max()))
        {
            throw new InvalidModelOptionException(
                "The covariance of the random effects must be symmetric and positive semidefinite.");
        }
    }
}

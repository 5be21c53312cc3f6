using System.Globalization;
using Glmm.Sparse.Core;
using Glmm.Sparse.Families;
using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Model.Covariance;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Estimation;

/// <summary>A verdict and, where it is not that the fit converged, the culprit and the mend in words.</summary>
internal readonly record struct Diagnosis(Verdict Verdict, string? Message = null);

/// <summary>
/// Tells the ways in which a fit can fail apart, from the state of the core: each question answers with a diagnosis or
/// null.
/// </summary>
internal sealed class FitDiagnosis
{
    // On a scale that reaches to infinity (logit, log), a random effect with this standard deviation has run away.
    private const double RunawayDeviation = 60;

    // With an estimated dispersion below the second number, the first says that the random effects follow every row.
    private const double AbsorbingDeviation = 8;
    private const double AbsorbedDispersion = 0.1;

    // No response needs means that differ by a factor of e to this power.
    private const double PlateauRange = 250;

    // A standard error this large on such a scale deserves the question whether there is an estimate at all; one beyond
    // the second number answers it.
    private const double SuspiciousError = 20;
    private const double HopelessError = 1e5;

    private readonly FitWorkspace _work;
    private readonly WorkingMixedModel _model;
    private readonly VarianceNewton _variance;
    private readonly FlatDirection _flat;
    private readonly double[] _direction;
    private readonly double[] _next;

    internal FitDiagnosis(FitWorkspace work, WorkingMixedModel model, VarianceNewton variance)
    {
        _work = work;
        _model = model;
        _variance = variance;
        _flat = new FlatDirection(work.Packed.Source.Covariance, model);
        _direction = new double[work.Packed.Layout.FixedCount];
        _next = new double[_direction.Length];
    }

    /// <summary>The null model left the domain of the link wherever it began.</summary>
    internal Diagnosis NoStart() => new(
        Verdict.Diverged,
        "Not even the model without random effects could be fitted: its linear predictor leaves the domain of the " +
        $"'{_work.Link.Name}' link. Choose another link or rescale the response.");

    /// <summary>What a point that satisfies the convergence criterion truly is.</summary>
    /// <param name="alpha">α, on the engine's scale.</param>
    /// <param name="beta">β, or null for 0.</param>
    internal Diagnosis Converged(ReadOnlySpan<double> alpha, AlignedBuffer? beta) =>
        Separated() ?? Runaway(alpha) ?? Absorbed() ?? Plateau(alpha, beta) ?? FlatCovariance() ??
        new Diagnosis(_variance.IsSingular ? Verdict.Boundary : Verdict.Converged);

    /// <summary>The iterations ran out.</summary>
    internal Diagnosis Exhausted(ReadOnlySpan<double> alpha, int iterations, double gradientNorm, double tolerance) =>
        Separated() ?? Runaway(alpha) ?? new Diagnosis(Verdict.Stalled, string.Create(
            CultureInfo.InvariantCulture,
            $"After {iterations} {(iterations == 1 ? "iteration" : "iterations")} the next step is still " +
            $"{gradientNorm:G3} standard errors long, the tolerance being {tolerance:G3}. Allow more iterations, " +
            $"or use " +
            $"fewer random effects."));

    /// <summary>The criterion cannot be evaluated, or no step is acceptable.</summary>
    /// <param name="alpha">α, on the engine's scale.</param>
    /// <param name="lastStep">The last step in α, which points where the fit was going.</param>
    internal Diagnosis Breakdown(ReadOnlySpan<double> alpha, ReadOnlySpan<double> lastStep)
    {
        if (Recession(lastStep) is { } ahead) return ahead;
        if (Recession(alpha) is { } complete) return complete;
        if (_model.IsExactFit)
        {
            return new Diagnosis(
                Verdict.NotIdentified,
                $"The model fits the response '{_work.Packed.Source.Response.Name}' exactly: the residual " +
                $"variance is 0 and nothing is " +
                "left to tell the variance components apart. Check the response, or hold the dispersion.");
        }

        if (_model.SingularColumn >= 0)
        {
            return new Diagnosis(
                Verdict.NotIdentified,
                $"The fixed effect '{_work.Packed.FixedNames[_model.SingularColumn]}' is not determined by the " +
                $"data at the working " +
                "weights reached; drop it or merge its level with another.");
        }

        return Runaway(alpha) ?? new Diagnosis(
            Verdict.Diverged,
            "The estimates ran away: the working weights degenerated and no shorter step helped. There may be no " +
            "finite " +
            "solution by this method; use fewer random effects or hold the dispersion.");
    }

    /// <summary>A random effect's standard deviation has left every sensible range, perhaps in the wake of α.</summary>
    /// <param name="alpha">α, on the engine's scale.</param>
    internal Diagnosis? Runaway(ReadOnlySpan<double> alpha) =>
        LargestDeviation(out int term) > RunawayDeviation ? Recession(alpha) ?? RanAway(term) : null;

    // A direction that separates the response completely may be any of a cone: α itself, once it is far out, is one.
    private Diagnosis? Recession(ReadOnlySpan<double> direction) =>
        _work.Link.ReachesInfinity && SeparationCheck.IsRecession(_work.Packed, _work.Family, direction)
            ? SeparatedAlong(direction)
            : null;

    private double LargestDeviation(out int term)
    {
        term = 0;
        if (!_work.Link.ReachesInfinity) return 0;
        int q = _work.Blocks.RandomCount;
        double largest = 0;
        for (int l = 0; l < q; l++)
        {
            double deviation = Math.Sqrt(_model.Dispersion * _variance.Covariance[(l * q) + l]);
            if (!(deviation > largest)) continue;
            (largest, term) = (deviation, l);
        }

        return largest;
    }

    // A fixed point at which nothing but the random effects explains anything is no fit, though the equations hold.
    private Diagnosis? Absorbed() =>
        double.IsNaN(_model.HeldDispersion) && !_work.Family.EstimatesDispersionByDefault &&
        _model.Dispersion < AbsorbedDispersion && LargestDeviation(out int term) > AbsorbingDeviation
            ? RanAway(term)
            : null;

    // A row whose mean has left for 0 or infinity without the response being there weighs nothing: the iteration
    // strayed onto a plateau of the deviance.
    private Diagnosis? Plateau(ReadOnlySpan<double> alpha, AlignedBuffer? beta)
    {
        double bound = 0;
        foreach (double a in alpha) bound += Math.Abs(a);
        if (!_work.Link.ReachesInfinity || _work.Link.Kind == LinkKind.Custom || bound < SuspiciousError) return null;
        (double least, double most) = PredictorRange.Of(_work.Packed, alpha, beta);
        return most - least < PlateauRange
            ? null
            : new Diagnosis(Verdict.Diverged, string.Create(
                CultureInfo.InvariantCulture,
                $"The estimates ran away: the linear predictor stretches from {least:G4} to {most:G4} on the " +
                $"scale of the " +
                $"'{_work.Link.Name}' link, where some rows weigh nothing any more. Try another link, or rescale " +
                $"the response."));
    }

    private Diagnosis RanAway(int term)
    {
        double[,] covariance = _work.UserCovariance(_variance.Covariance, _model.Dispersion);
        return new Diagnosis(Verdict.Diverged, string.Create(
            CultureInfo.InvariantCulture,
            $"The estimates ran away: the standard deviation of the random effect " +
            $"'{_work.Packed.Source.RandomEffects[term].Name}' " +
            $"reached {Math.Sqrt(covariance[term, term]):G4} with dispersion {_model.Dispersion:G3}. There is no " +
            $"sensible solution by " +
            $"this method; use fewer random effects or hold the dispersion."));
    }

    // The direction of α that the data say least about: the leading eigenvector of S⁻¹ by power iteration.
    private Diagnosis? Separated()
    {
        if (!_work.Link.ReachesInfinity) return null;
        ReadOnlySpan<double> inverse = _model.InverseSchur;
        int p = _work.Packed.Layout.FixedCount;
        double[] direction = _direction, next = _next;
        double largest = 0;
        for (int j = 0; j < p; j++) largest = Math.Max(largest, direction[j] = inverse[(j * p) + j]);
        if (!(Math.Sqrt(_model.Dispersion * largest) > SuspiciousError)) return null;
        double norm = 0;
        for (int iteration = 0; iteration < 50; iteration++)
        {
            norm = 0;
            for (int i = 0; i < p; i++)
            {
                next[i] = 0;
                for (int j = 0; j < p; j++) next[i] += inverse[(i * p) + j] * direction[j];
                norm = Math.Max(norm, Math.Abs(next[i]));
            }

            for (int j = 0; j < p; j++) direction[j] = next[j] / norm;
        }

        if (Recession(direction) is { } forward) return forward;
        for (int j = 0; j < p; j++) direction[j] = -direction[j];
        if (Recession(direction) is { } backward) return backward;
        return Math.Sqrt(_model.Dispersion * norm) > HopelessError
            ? new Diagnosis(
                Verdict.NotIdentified,
                $"The fixed effects {Names(direction)} are not determined by the data at the working weights " +
                $"reached: their standard " +
                "errors are beyond all measure. Drop them or merge their levels.")
            : null;
    }

    private Diagnosis SeparatedAlong(ReadOnlySpan<double> direction)
    {
        string message =
            $"The fixed effects {Names(direction)} separate the response '{_work.Packed.Source.Response.Name}': " +
            $"along them it lies at " +
            "the edge of its range, so their estimates run off to infinity. Merge levels, or drop the columns " +
            "concerned.";
        _work.Warnings.Add(message);
        return new Diagnosis(Verdict.Separated, message);
    }

    private string Names(ReadOnlySpan<double> direction)
    {
        double largest = 0;
        foreach (double d in direction) largest = Math.Max(largest, Math.Abs(d));
        var names = new List<string>();
        for (int j = 0; j < direction.Length; j++)
        {
            if (Math.Abs(direction[j]) > 0.1 * largest) names.Add($"'{_work.Packed.FixedNames[j]}'");
        }

        return string.Join(", ", names);
    }

    private Diagnosis? FlatCovariance() => _flat.Find(_variance.Theta) ? FlatAlong(_flat.Direction) : null;

    private Diagnosis FlatAlong(ReadOnlySpan<double> direction)
    {
        CovarianceStructure structure = _work.Packed.Source.Covariance;

        // The random effects whose variances and covariances move along it.
        int q = structure.Dimension;
        var touched = new bool[q];
        var basis = new double[q * q];
        for (int l = 0; l < direction.Length; l++)
        {
            if (Math.Abs(direction[l]) < 0.1) continue;
            structure.BasisInto(l, basis);
            for (int a = 0; a < q; a++)
            {
                for (int b = 0; b < q; b++) touched[a] |= basis[(a * q) + b] != 0;
            }
        }

        IEnumerable<string> names = Enumerable.Range(0, q).Where(a => touched[a])
            .Select(a => $"'{_work.Packed.Source.RandomEffects[a].Name}'");
        return new Diagnosis(
            Verdict.NotIdentified,
            $"The data do not determine the covariance of the random effects {string.Join(", ", names)}: other " +
            $"values fit exactly as " +
            "well. Take one of them out, use a simpler covariance structure, or hold the dispersion.");
    }
}

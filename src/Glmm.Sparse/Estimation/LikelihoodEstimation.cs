using System.Diagnostics;
using System.Globalization;
using Glmm.Sparse.Core;
using Glmm.Sparse.Families;
using Glmm.Sparse.Likelihood;
using Glmm.Sparse.Model;
using Glmm.Sparse.Model.Covariance;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Estimation;

/// <summary>
/// What the Laplace approximation and adaptive quadrature share: a start by PQL, the search for the maximum of the
/// marginal log-likelihood, the verdict and the result.
/// </summary>
internal sealed class LikelihoodEstimation : IDisposable
{
    // More nodes than this for a cluster are refused in words rather than computed for hours.
    private const int MostNodes = 10_000;

    // How near PQL, which is only a start, must come to its own solution, in standard errors.
    private const double StartTolerance = 0.1;
    private const int MostStartIterations = 60;

    private readonly CovarianceStructure _structure;
    private readonly bool _observed;
    private readonly double _held;
    private readonly int _p;
    private readonly int _m;

    private LikelihoodEstimation(
        EstimationMethod method, ClusteredDesign design, Family family, Link link, FitOptions options)
    {
        Started = Stopwatch.GetTimestamp();
        (Method, Options) = (method, options);
        Nodes = method == EstimationMethod.Laplace ? 1 : options.Nodes;
        _held = options.Dispersion.HeldValue(family);
        Require(method, design, family, options, _held, Nodes);
        FitCost.Require(design, family, options.Threads, nodes: Nodes);
        _observed = options.Curvature switch
        {
            Curvature.Expected => false,
            Curvature.Observed => true,
            _ => double.IsNaN(_held) || family.NeedsFullLikelihood,
        };
        Work = new FitWorkspace(design, family, link, options.Threads, double.IsNaN(_held));
        Work.Team.Cancellation = options.CancellationToken;
        _structure = design.Covariance;
        (_p, _m) = (Work.Blocks.FixedCount, _structure.ComponentCount);
    }

    /// <summary>Which of the two.</summary>
    internal EstimationMethod Method { get; }

    /// <summary>The options.</summary>
    internal FitOptions Options { get; }

    /// <summary>The workspace.</summary>
    internal FitWorkspace Work { get; }

    /// <summary>Nodes a dimension; 1 for the Laplace approximation.</summary>
    internal int Nodes { get; }

    /// <summary>When it began.</summary>
    internal long Started { get; }

    /// <summary>Whether φ is estimated.</summary>
    internal bool EstimatesDispersion => double.IsNaN(_held);

    /// <summary>Fits.</summary>
    internal static LikelihoodFit Fit(
        EstimationMethod method, ClusteredDesign design, Family family, Link? link, FitOptions? options)
    {
        ArgumentNullException.ThrowIfNull(design);
        ArgumentNullException.ThrowIfNull(family);
        options ??= FitOptions.Default;
        options.Validate();
        using var estimation = new LikelihoodEstimation(method, design, family, link ?? family.DefaultLink, options);
        return estimation.Run();
    }

    /// <inheritdoc/>
    public void Dispose() => Work.Dispose();

    private static void Require(
        EstimationMethod method, ClusteredDesign design, Family family, FitOptions options, double held, int nodes)
    {
        string name = method == EstimationMethod.Laplace ? "The Laplace approximation" : "Adaptive quadrature";
        if (!family.HasLikelihood)
        {
            throw new InvalidModelOptionException(
                $"{name} needs a likelihood, and family {family.Name} has none: choose a family that has one, or fit " +
                $"by pql or mql.");
        }

        if (options.Order != 1)
        {
            throw new InvalidModelOptionException(
                $"{name} has no second order, which belongs to pql and mql: leave the order at 1.");
        }

        if (options.Criterion == EstimationCriterion.Reml)
        {
            throw new InvalidModelOptionException(
                $"{name} maximises the likelihood itself (ml); there is no restricted likelihood for it.");
        }

        if (design.HasSamplingWeights)
        {
            throw new InvalidModelOptionException(
                $"{name} does not take sampling weights, which make a pseudo-likelihood; pql and mql do.");
        }

        if (!family.EstimatesDispersionByDefault && held != 1)
        {
            throw new InvalidModelOptionException(
                $"{name} needs dispersion 1 with family {family.Name}, which is no probability distribution with any " +
                $"other: leave the dispersion out, or choose a family with a parameter for it.");
        }

        double points = Math.Pow(nodes, design.RandomEffects.Count);
        if (!(points <= MostNodes))
        {
            throw new InvalidModelOptionException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{nodes} quadrature nodes for each of {design.RandomEffects.Count} random effects are " +
                    $"{points:0} points for every cluster, more than {MostNodes}: take fewer nodes (--nodes) or " +
                    $"fewer random effects, or the Laplace approximation."));
        }

        if (options.Curvature == Curvature.Expected && !family.HasExpectedInformation)
        {
            throw new InvalidModelOptionException(
                $"Family {family.Name} has no expected information in closed form; take the observed.");
        }
    }

    private LikelihoodFit Run()
    {
        Family first = Work.Family.StartingFamily;
        bool same = ReferenceEquals(first, Work.Family);
        FitWorkspace startWork = same ? Work : new FitWorkspace(Work, first);
        try
        {
            using Linearisation start = Start(startWork, same);
            StartingPoint? point = start.AsStart();
            using var likelihood = new MarginalLikelihood(Work, _observed, Nodes, _held);
            if (point is null) return NoStart(start, likelihood);
            (double[] parameters, double[] hessian) = Begin(point, likelihood, same);
            using var search = new LikelihoodSearch(Work, likelihood, Options, point.Units);
            likelihood.StartModes(point.Beta, likelihood.CovarianceAt(parameters));
            SearchOutcome outcome = search.Run(parameters, hessian);
            Diagnosis diagnosis = Judge(likelihood, search, outcome, point);
            return LikelihoodReport.Make(this, likelihood, search, diagnosis, same ? 0 : startWork.Pass.Count);
        }
        finally
        {
            if (!same) startWork.Dispose();
        }
    }

    // PQL where it has something to say, else MQL: by maximum likelihood, and no more exactly than a start need be.
    private Linearisation Start(FitWorkspace work, bool same)
    {
        var options = new FitOptions
        {
            Criterion = EstimationCriterion.Ml,
            Dispersion = same ? Options.Dispersion : DispersionOption.Estimated,
            MaxIterations = MostStartIterations,
            Tolerance = StartTolerance * Math.Max(1, Math.Sqrt(work.UsedClusters) / 30),
            CancellationToken = Options.CancellationToken,
        };
        var pql = new Linearisation((work, Started), options, ExpansionPoint.Modes, ownsWork: false);
        pql.Run();
        if (!pql.GotLost) return pql;
        pql.Dispose();
        var mql = new Linearisation((work, Started), options, ExpansionPoint.Zero, ownsWork: false);
        mql.Run();
        return mql;
    }

    // The parameters and what is known of the Hessian.
    private (double[] Parameters, double[] Hessian) Begin(
        StartingPoint point, MarginalLikelihood likelihood, bool same)
    {
        int count = likelihood.Count;
        double n = Work.Packed.CountTotal;
        double[] parameters = new double[count], hessian = new double[count * count];
        point.Alpha.CopyTo(parameters, 0);
        double dispersion = likelihood.DispersionAt >= 0 || same ? point.Dispersion : 1, ratio = 1;
        double[] covariance = [.. point.Covariance];
        if (!same)
        {
            ratio = point.Dispersion / dispersion;
            for (int e = 0; e < covariance.Length; e++) covariance[e] *= ratio;
        }

        _structure.CoordinatesInto(covariance, parameters.AsSpan(_p, _m));
        for (int i = 0; i < _p; i++)
        {
            for (int j = 0; j < _p; j++) hessian[(i * count) + j] = point.FixedInformation[(i * _p) + j];
        }

        // θ goes with the root of D̃ but where it is D̃'s own.
        double scale = _structure.HasBarrier ? ratio * ratio : ratio;
        for (int l = 0; l < _m; l++)
        {
            for (int m = 0; m < _m; m++)
            {
                hessian[((_p + l) * count) + _p + m] = point.CovarianceInformation[(l * _m) + m] / scale;
            }
        }

        if (likelihood.DispersionAt >= 0)
        {
            parameters[likelihood.DispersionAt] = Math.Log(dispersion);
            hessian[(likelihood.DispersionAt * count) + likelihood.DispersionAt] = 0.5 * n;
        }

        if (likelihood.ShapeAt >= 0)
        {
            double mean = Work.Response.WeightedSum / Work.Response.Weight;
            parameters[likelihood.ShapeAt] = Math.Log(Work.Family.ShapeFromDispersion(point.Dispersion, mean));
            hessian[(likelihood.ShapeAt * count) + likelihood.ShapeAt] = 0.1 * n;
        }

        return (parameters, hessian);
    }

    // What the point reached truly is.
    private Diagnosis Judge(
        MarginalLikelihood likelihood, LikelihoodSearch search, SearchOutcome outcome, StartingPoint point)
    {
        bool restricted = false;
        double held = double.IsNaN(_held) ? likelihood.Dispersion : _held;
        using var model = new WorkingMixedModel(
            Work.Packed.CountTotal, restricted, held, Work.Statistics, Work.Blocks, Work.Team);
        var variance = new VarianceNewton(_structure, model);
        var diagnosis = new FitDiagnosis(Work, model, variance);
        double[] alpha = likelihood.Alpha.ToArray();
        Work.Pass.ForgetResponse();
        Work.Pass.Run(
            PassPoint.Coefficients, alpha, likelihood.Modes, Work.Statistics, Work.Blocks, logWeights: true);
        if (!Work.Statistics.IsUsable) return diagnosis.NoStart();
        model.ExpandAbout(likelihood.Modes);
        variance.StartAt(likelihood.Covariance);
        bool solved = model.Evaluate(variance.Factor);
        if (!solved) return diagnosis.Breakdown(alpha, alpha);
        model.GoBack(derivatives: true, newBeta: null);
        if (outcome == SearchOutcome.Exhausted)
            return diagnosis.Exhausted(alpha, search.Iterations, search.Distance, Options.Tolerance);
        if (outcome == SearchOutcome.Breakdown)
        {
            return point.Verdict == Verdict.Separated
                ? new Diagnosis(point.Verdict, point.Message)
                : diagnosis.Breakdown(alpha, alpha);
        }

        if (search.HoldsShape) WarnOfShape(likelihood.Family.Shape!.Value);
        Diagnosis found = diagnosis.Converged(alpha, likelihood.Modes);
        if (found.Verdict is not (Verdict.Converged or Verdict.Boundary)) return found;
        if (!search.IsDefinite)
        {
            return new Diagnosis(
                Verdict.NotIdentified,
                "The likelihood is flat, or has no maximum, along some combination of the parameters, so that there " +
                "are no standard errors: drop fixed effects that are nearly collinear, or use fewer random effects " +
                "or a simpler covariance structure.");
        }

        return new Diagnosis(search.IsSingular ? Verdict.Boundary : Verdict.Converged);
    }

    private void WarnOfShape(ShapeParameter shape) => Work.Warnings.Add(string.Create(
        CultureInfo.InvariantCulture,
        $"The {shape.Name} of family {Work.Family.Name} ran to its limit and was held at {shape.Value:G3}, where the " +
        $"family is a simpler one: the data do not call for it. Its standard error is none; for counts choose family " +
        $"poisson."));

    // Not even quasi-likelihood got anywhere.
    private LikelihoodFit NoStart(Linearisation start, MarginalLikelihood likelihood)
    {
        Diagnosis outcome = start.Outcome.Message is null
            ? new Diagnosis(Verdict.Diverged, "No start was found: neither PQL nor MQL has a solution for these data.")
            : start.Outcome;
        return LikelihoodReport.Make(this, likelihood, null, outcome, 0);
    }
}

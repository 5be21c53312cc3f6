using System.Collections.Concurrent;
using System.Diagnostics;
using Glmm.Sparse.Core;
using Glmm.Sparse.Families;
using Glmm.Sparse.Model;
using Glmm.Sparse.Results;
using Glmm.Sparse.Threading;

namespace Glmm.Sparse.Estimation;

/// <summary>Writes a response.</summary>
/// <param name="index">Its number.</param>
/// <param name="response">n, in the order of the design's rows. It comes filled with NaN: a row that is not written is
/// refused.</param>
public delegate void ResponseFiller(int index, Span<double> response);

/// <summary>
/// One design made ready once to be fitted to many responses: outcomes, genes, imputations, bootstrap samples. Rows are
/// checked, ordered and packed here and never again, and every refit starts from the fit of the design's own response,
/// where that one converged inside the boundary.
/// Immutable and thread-safe; holds native memory, so dispose it, after its refitters.
/// </summary>
/// <remarks>
/// What a refit gives depends on its response alone: not on the refits before it, nor on threads. Where
/// quasi-likelihood has more than one solution, which is rare (D = 0 beside D > 0 with few rows a cluster), a refit may
/// find another one than a fit from scratch.
/// </remarks>
public sealed class RefitPlan : IDisposable
{
    private readonly FitPlan _plan;
    private readonly FitOptions _options;
    private readonly ExpansionPoint _expansion;
    private readonly PlanStart? _start;
    private bool _disposed;

    private RefitPlan(FitPlan plan, FitOptions options, ExpansionPoint expansion)
    {
        _plan = plan;
        _options = options;
        _expansion = expansion;
        long started = Stopwatch.GetTimestamp();
        var work = new FitWorkspace(plan, options.Threads);
        using var own = new Linearisation((work, started), options, expansion);
        work.TakeResponse(plan.Packed.Source.Response.ToArray());
        own.Run();
        FitSummary summary = own.Summary;
        Reference = expansion == ExpansionPoint.Modes ? own.AsPql() : own.AsMql();
        if (summary.Verdict is Verdict.Converged)
        {
            _start = new PlanStart(
                [.. summary.FixedEffects.Select(e => e.Estimate)], summary.Covariance, summary.Dispersion);
        }
    }

    /// <summary>The fit of the design's own response.</summary>
    public GlmmFit Reference { get; }

    /// <summary>Indices, in the design, of the columns of X that are kept.</summary>
    internal IReadOnlyList<int> KeptColumns => _plan.KeptColumns;

    /// <summary>Names of the fixed effects, collinear columns left out.</summary>
    public IReadOnlyList<string> FixedNames => _plan.Packed.FixedNames;

    /// <summary>n.</summary>
    public int Observations => _plan.Packed.Rows;

    /// <summary>Makes a design ready, and fits its own response.</summary>
    /// <param name="design">The data; its response is the one to start from.</param>
    /// <param name="family">The family, a given θ included.</param>
    /// <param name="link">The link; the family's default when null.</param>
    /// <param name="options">The options, for every refit; the defaults when null. Progress is reported for the
    /// design's own response only.</param>
    /// <param name="method">PQL or MQL.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="GlmmException">The data or the options are wrong.</exception>
    public static RefitPlan Create(
        ClusteredDesign design, Family family, Link? link = null, FitOptions? options = null,
        EstimationMethod method = EstimationMethod.Pql)
    {
        ArgumentNullException.ThrowIfNull(design);
        ArgumentNullException.ThrowIfNull(family);
        options ??= FitOptions.Default;
        options.Validate();
        family.RequireQuasiLikelihood("A refit by PQL or MQL");
        options.RequireOrder(family, link ?? family.DefaultLink);
        if (design.HasSamplingWeights)
        {
            throw new InvalidModelOptionException(
                "A refit does not compute the sandwich standard errors that sampling weights need; fit each response " +
                "by itself.");
        }

        ExpansionPoint expansion = method switch
        {
            EstimationMethod.Pql => ExpansionPoint.Modes,
            EstimationMethod.Mql => ExpansionPoint.Zero,
            _ => throw new InvalidModelOptionException(
                $"A refit plan knows pql and mql, not '{method}'; fit each response by itself."),
        };
        using var team = new WorkerTeam(FitPlan.ThreadsFor(design.Observations, options.Threads));
        FitCost.Require(design, family, options.Threads, stores: true);
        bool estimates = double.IsNaN(options.Dispersion.HeldValue(family));
        var plan = new FitPlan(design, family, link ?? family.DefaultLink, team, estimates, stores: true);
        try
        {
            return new RefitPlan(plan, options, expansion);
        }
        catch
        {
            plan.Dispose();
            throw;
        }
    }

    /// <summary>A refitter that works on the calling thread alone; one a thread may work at once.</summary>
    /// <returns>The refitter.</returns>
    /// <exception cref="ObjectDisposedException">The plan was disposed.</exception>
    public Refitter CreateRefitter()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return new Refitter(_plan, _options with { Progress = null, Logger = null }, _expansion, _start, threads: 1);
    }

    /// <summary>Fits many responses side by side.</summary>
    /// <param name="responses">Each n values, in the order of the design's rows.</param>
    /// <param name="threads">Threads; 0 for all processors.</param>
    /// <returns>A result for each response, in their order. A response that cannot be fitted has a result that says
    /// why.</returns>
    /// <exception cref="OperationCanceledException">The options' token was cancelled.</exception>
    public RefitResult[] RefitMany(IReadOnlyList<ReadOnlyMemory<double>> responses, int threads = 0)
    {
        ArgumentNullException.ThrowIfNull(responses);
        return RefitMany(
            responses.Count,
            (index, response) =>
            {
                ReadOnlySpan<double> given = responses[index].Span;
                if (given.Length != response.Length) throw FitWorkspace.WrongLength(given.Length, response.Length);
                given.CopyTo(response);
            },
            threads);
    }

    /// <inheritdoc cref="RefitMany(IReadOnlyList{ReadOnlyMemory{double}}, int)"/>
    public RefitResult[] RefitMany(double[][] responses, int threads = 0)
    {
        ArgumentNullException.ThrowIfNull(responses);
        return RefitMany([.. responses.Select(y => new ReadOnlyMemory<double>(y))], threads);
    }

    /// <summary>Fits many responses side by side, each written when its turn comes, so that they need not all be in
    /// memory.</summary>
    /// <param name="count">Number of responses.</param>
    /// <param name="fill">Writes a response; called from several threads at once, in any order.</param>
    /// <param name="threads">Threads; 0 for all processors.</param>
    /// <returns>A result for each response, in their order. A response that cannot be fitted has a result that says
    /// why.</returns>
    /// <exception cref="OperationCanceledException">The options' token was cancelled.</exception>
    public RefitResult[] RefitMany(int count, ResponseFiller fill, int threads = 0)
    {
        ArgumentNullException.ThrowIfNull(fill);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ObjectDisposedException.ThrowIf(_disposed, this);
        (_options with { Threads = threads }).Validate();
        var results = new RefitResult[count];
        var idle = new ConcurrentBag<Refitter>();
        using var team = new WorkerTeam(WorkerTeam.Count(threads));
        try
        {
            team.Run(count, new PartitionedAction(index =>
            {
                if (!idle.TryTake(out Refitter? refitter)) refitter = CreateRefitter();
                try
                {
                    results[index] = refitter.Refit(index, fill);
                }
                finally
                {
                    idle.Add(refitter);
                }
            }));
        }
        finally
        {
            foreach (Refitter refitter in idle) refitter.Dispose();
        }

        FitTelemetry.CountRefits(count, Reference.Method);
        return results;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        _plan.Dispose();
    }
}

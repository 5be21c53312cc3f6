using Glmm.Sparse.Families;
using Glmm.Sparse.Kernels;
using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Model;
using Glmm.Sparse.Threading;

namespace Glmm.Sparse.Core;

/// <summary>
/// Everything one fit needs beside the plan, allocated once and used again for the next response: threads, the pass and
/// its statistics. Not thread-safe.
/// </summary>
internal sealed class FitWorkspace : IDisposable
{
    private readonly FitPlan _plan;
    private readonly AlignedBuffer? _response;
    private readonly double[]? _priorWeights;
    private readonly bool _ownsPlan;
    private readonly bool _ownsTeam = true;

    /// <summary>A plan and a workspace for one fit.</summary>
    /// <param name="design">The data.</param>
    /// <param name="family">The family.</param>
    /// <param name="link">The link.</param>
    /// <param name="threads">Threads; 0 for all processors.</param>
    /// <param name="estimatesDispersion">Whether φ is estimated from these data.</param>
    /// <param name="dropCollinear">Whether columns of X that depend on the ones before them are left out.</param>
    /// <param name="exactDeviance">Whether every pass sums the deviance to all digits.</param>
    internal FitWorkspace(
        ClusteredDesign design, Family family, Link link, int threads, bool estimatesDispersion,
        bool dropCollinear = true, bool exactDeviance = false)
        : this(
            new WorkerTeam(FitPlan.ThreadsFor(design.Observations, threads)),
            team => new FitPlan(design, family, link, team, estimatesDispersion, dropCollinear),
            exactDeviance: exactDeviance)
    {
        _ownsPlan = true;
    }

    /// <summary>A workspace that takes one response after the other.</summary>
    /// <param name="plan">The plan, which must outlive it and store its tiles.</param>
    /// <param name="threads">Threads; 0 for all processors.</param>
    internal FitWorkspace(FitPlan plan, int threads)
        : this(new WorkerTeam(FitPlan.ThreadsFor(plan.Packed.Rows, threads)), _ => plan, plan.Packed.CreateResponse())
    {
        _priorWeights = plan.Packed.Source.RowWeights?.ToArray();
    }

    /// <summary>A workspace for another family of the same design; it must not outlive the one it is made
    /// from.</summary>
    /// <param name="other">That one.</param>
    /// <param name="family">The family, whose responses these are, too.</param>
    internal FitWorkspace(FitWorkspace other, Family family)
        : this(other.Team, _ => other._plan.For(family))
    {
        _ownsTeam = false;
    }

    private FitWorkspace(WorkerTeam team, Func<WorkerTeam, FitPlan> plan, AlignedBuffer? response = null,
        bool exactDeviance = false)
    {
        Team = team;
        _plan = plan(team);
        _response = response;
        Packed = response is null ? _plan.Packed : _plan.Packed.WithResponse(response);
        Response = _plan.Response;
        Warnings = [.. _plan.Warnings];
        Pass = new DataPass(Packed, Kernel, Team) { IsExact = exactDeviance };
        Statistics = new PassStatistics(Packed.Layout.FixedCount);
        Blocks = new ClusterBlocks(Packed.Map.ClusterCount, Packed.Layout.FixedCount, Packed.Layout.RandomCount);
    }

    internal PackedDesign Packed { get; }

    /// <summary>What is known of the response.</summary>
    internal ResponseFacts Response { get; private set; }

    internal Family Family => _plan.Family;

    internal Link Link => _plan.Link;

    internal WorkingKernel Kernel => _plan.Kernel;

    internal WorkerTeam Team { get; }

    internal DataPass Pass { get; }

    internal PassStatistics Statistics { get; }

    internal ClusterBlocks Blocks { get; }

    /// <summary>Indices, in the user's X, of the columns that are kept.</summary>
    internal IReadOnlyList<int> KeptColumns => _plan.KeptColumns;

    internal List<string> Warnings { get; }

    /// <summary>The working response is the response itself: one linearisation is exact.</summary>
    internal bool IsLinear => Family.HasConstantVariance && ReferenceEquals(Link, Link.Identity);

    /// <summary>
    /// Whether a finite linear predictor can put a mean on the edge of its domain, where one row's weight outgrows all
    /// others (poisson with the identity link, say).
    /// </summary>
    internal bool HasEdgeInReach => !Family.HasConstantVariance && Family.Domain != MeanDomain.Real &&
        (!Link.ReachesInfinity || (ReferenceEquals(Link, Link.Log) && Family.Domain == MeanDomain.UnitInterval));

    /// <summary>Clusters that have rows.</summary>
    internal int UsedClusters => _plan.UsedClusters;

    /// <summary>An estimated dispersion below this is rounding: the model fits exactly.</summary>
    internal double ExactDispersion =>
        Family.HasConstantVariance ? 1e-26 * Response.Squares / Packed.Rows : 1e-28;

    /// <summary>Takes another response of the same design; allocates nothing.</summary>
    /// <param name="response">y, n, in the order of the design's rows.</param>
    /// <exception cref="InvalidModelDataException">A value cannot be, or all are the same.</exception>
    internal void TakeResponse(ReadOnlySpan<double> response)
    {
        if (response.Length != Packed.Rows) throw WrongLength(response.Length, Packed.Rows);
        ResponseFacts facts = ResponseFacts.Of(
            Family, response, _priorWeights, Packed.Source.PriorWeights is not null);
        ClusteredDesign design = Packed.Source;
        if (facts.FirstFault >= 0)
        {
            int at = facts.FirstFault;
            throw DesignValidation.Fault(design, Family, at, response[at], _priorWeights?[at] ?? 1);
        }

        DesignValidation.RequireVariation(facts, design.Response.Name, Family);
        Packed.FillResponse(response, _response!);
        Response = facts;
        Pass.ForgetResponse();
        Warnings.Clear();
        for (int i = 0; i < _plan.Warnings.Count; i++) Warnings.Add(_plan.Warnings[i]);
    }

    internal static InvalidModelDataException WrongLength(int rows, int wanted) => new(
        $"The response has {rows} rows, the design has {wanted}: a value for every row of the design, in its order, " +
        $"is needed, and rows that were left out for missing values are none of them.");

    /// <summary>D on the user's scale.</summary>
    /// <param name="relative">D̃ = D/φ on the engine's scale, q².</param>
    /// <param name="dispersion">φ.</param>
    internal double[,] UserCovariance(ReadOnlySpan<double> relative, double dispersion)
    {
        double[] covariance = relative.ToArray();
        ScaleCovariance(covariance, dispersion);
        return Packed.RandomScale.CovarianceToUser(covariance);
    }

    /// <summary>D on the user's scale; allocates nothing.</summary>
    /// <param name="relative">D̃ = D/φ on the engine's scale, q².</param>
    /// <param name="dispersion">φ.</param>
    /// <param name="covariance">Overwritten, q².</param>
    /// <param name="scratch">At least q.</param>
    internal void UserCovarianceInto(
        ReadOnlySpan<double> relative, double dispersion, Span<double> covariance, Span<double> scratch)
    {
        relative.CopyTo(covariance);
        ScaleCovariance(covariance, dispersion);
        Packed.RandomScale.CovarianceToUser(covariance, scratch);
    }

    // A fit without φ shows D̃.
    private static void ScaleCovariance(Span<double> covariance, double dispersion)
    {
        double phi = double.IsFinite(dispersion) && dispersion > 0 ? dispersion : 1;
        foreach (ref double element in covariance) element *= phi;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Pass.Dispose();
        Blocks.Dispose();
        if (_ownsTeam) Team.Dispose();
        _response?.Dispose();
        if (_ownsPlan) _plan.Dispose();
    }
}

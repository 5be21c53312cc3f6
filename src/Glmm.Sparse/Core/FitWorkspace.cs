using Glmm.Sparse.Families;
using Glmm.Sparse.Kernels;
using Glmm.Sparse.Model;
using Glmm.Sparse.Threading;

namespace Glmm.Sparse.Core;

/// <summary>
/// Everything one fit needs, allocated once: packed rows, kernel, threads, the pass and its statistics. Not
/// thread-safe.
/// </summary>
internal sealed class FitWorkspace : IDisposable
{
    // Fewer rows than this are done before other threads would have woken.
    private const int LeastRowsForThreads = 8192;

    /// <param name="design">The data.</param>
    /// <param name="family">The family.</param>
    /// <param name="link">The link.</param>
    /// <param name="threads">Threads; 0 for all processors.</param>
    /// <param name="estimatesDispersion">Whether φ is estimated from these data.</param>
    /// <param name="dropCollinear">Whether columns of X that depend on the ones before them are left out.</param>
    internal FitWorkspace(
        ClusteredDesign design, Family family, Link link, int threads, bool estimatesDispersion,
        bool dropCollinear = true)
    {
        Warnings = [];
        Team = new WorkerTeam(
            design.Observations < LeastRowsForThreads ? 1 : threads == 0 ? Environment.ProcessorCount : threads);
        Response = DesignValidation.Check(design, family, estimatesDispersion, Team, Warnings);
        PackedDesign packed = DesignPacker.Pack(design, Team);
        List<int> kept = dropCollinear
            ? CollinearityScreen.ColumnsToKeep(packed, Team)
            : [.. Enumerable.Range(0, packed.Layout.FixedCount)];
        if (kept.Count == 0)
        {
            packed.Dispose();
            throw new InvalidModelDataException(
                "Every fixed-effect column is 0 in every row; give X at least an intercept.");
        }

        if (kept.Count < packed.Layout.FixedCount)
        {
            // Columns that were centred lean on the constant one: without it they must be packed as they are.
            if (!kept.Contains(packed.InterceptIndex) && packed.FixedScale.HasShifts)
            {
                packed.Dispose();
                packed = DesignPacker.Pack(design, Team, centreFixed: false);
            }

            packed = packed.KeepFixed(kept);
            Warnings.Add(
                $"Dropped from the fixed effects, being linear combinations of the columns before them: " +
                $"{string.Join(", ", packed.DroppedNames)}.");
        }

        KeptColumns = kept;
        UsedClusters = packed.Order.UsedClusters;
        Packed = packed;
        Family = family;
        Link = link;
        Kernel = WorkingKernel.Create(family, link);
        Pass = new DataPass(packed, Kernel, Team);
        Statistics = new PassStatistics(packed.Layout.FixedCount);
        Blocks = new ClusterBlocks(packed.Map.ClusterCount, packed.Layout.FixedCount, packed.Layout.RandomCount);
    }

    internal PackedDesign Packed { get; }

    /// <summary>What is known of the response.</summary>
    internal ResponseFacts Response { get; }

    internal Family Family { get; }

    internal Link Link { get; }

    internal WorkingKernel Kernel { get; }

    internal WorkerTeam Team { get; }

    internal DataPass Pass { get; }

    internal PassStatistics Statistics { get; }

    internal ClusterBlocks Blocks { get; }

    /// <summary>Indices, in the user's X, of the columns that are kept.</summary>
    internal IReadOnlyList<int> KeptColumns { get; }

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
    internal int UsedClusters { get; }

    /// <summary>An estimated dispersion below this is rounding: the model fits exactly.</summary>
    internal double ExactDispersion => Family.HasConstantVariance ? 1e-26 * Response.Squares / Packed.Rows : 1e-28;

    /// <summary>D on the user's scale.</summary>
    /// <param name="relative">D̃ = D/φ on the engine's scale, q².</param>
    /// <param name="dispersion">φ.</param>
    internal double[,] UserCovariance(ReadOnlySpan<double> relative, double dispersion)
    {
        double[] covariance = relative.ToArray();
        double phi = double.IsFinite(dispersion) && dispersion > 0 ? dispersion : 1;
        for (int e = 0; e < covariance.Length; e++) covariance[e] *= phi;
        return Packed.RandomScale.CovarianceToUser(covariance);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Pass.Dispose();
        Blocks.Dispose();
        Team.Dispose();
        Packed.Dispose();
    }
}

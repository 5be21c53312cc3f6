using Glmm.Sparse.Families;
using Glmm.Sparse.Kernels;
using Glmm.Sparse.Model;
using Glmm.Sparse.Threading;

namespace Glmm.Sparse.Core;

/// <summary>
/// What is settled once for a design, a family and a link, whatever the response: tiles, columns kept, kernel.
/// Immutable and thread-safe: any number of workspaces may fit from one plan at once. Holds native memory, so dispose
/// it, after the workspaces.
/// </summary>
internal sealed class FitPlan : IDisposable
{
    private readonly bool _ownsPacked;

    // Fewer rows than this are done before other threads would have woken.
    private const int LeastRowsForThreads = 8192;

    /// <param name="design">The data.</param>
    /// <param name="family">The family.</param>
    /// <param name="link">The link.</param>
    /// <param name="team">The threads that check and move the rows.</param>
    /// <param name="estimatesDispersion">Whether φ is estimated from these data.</param>
    /// <param name="dropCollinear">Whether columns of X that depend on the ones before them are left out.</param>
    /// <param name="stores">Whether tiles are stored; by the size of the data when null.</param>
    internal FitPlan(
        ClusteredDesign design, Family family, Link link, WorkerTeam team, bool estimatesDispersion,
        bool dropCollinear = true, bool? stores = null)
    {
        var warnings = new List<string>();
        Response = DesignValidation.Check(design, family, estimatesDispersion, team, warnings);
        PackedDesign packed = DesignPacker.Pack(design, team, stores: stores);
        List<int> kept = dropCollinear
            ? CollinearityScreen.ColumnsToKeep(packed, team)
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
                packed = DesignPacker.Pack(design, team, centreFixed: false, stores);
            }

            packed = packed.KeepFixed(kept);
            warnings.Add(
                $"Dropped from the fixed effects, being linear combinations of the columns before them: " +
                $"{string.Join(", ", packed.DroppedNames)}.");
        }

        Warnings = warnings;
        KeptColumns = kept;
        UsedClusters = packed.Order.UsedClusters;
        Packed = packed;
        Family = family;
        Link = link;
        Kernel = WorkingKernel.Create(family, link);
        _ownsPacked = true;
    }

    private FitPlan(FitPlan other, Family family)
    {
        (Packed, Response, KeptColumns) = (other.Packed, other.Response, other.KeptColumns);
        (Warnings, UsedClusters, Link, Family) = (other.Warnings, other.UsedClusters, other.Link, family);
        Kernel = WorkingKernel.Create(family, Link);
    }

    internal PackedDesign Packed { get; }

    internal Family Family { get; }

    internal Link Link { get; }

    internal WorkingKernel Kernel { get; }

    /// <summary>What is known of the design's own response.</summary>
    internal ResponseFacts Response { get; }

    /// <summary>Indices, in the user's X, of the columns that are kept.</summary>
    internal IReadOnlyList<int> KeptColumns { get; }

    /// <summary>What the user should know of the design.</summary>
    internal IReadOnlyList<string> Warnings { get; }

    /// <summary>Clusters that have rows.</summary>
    internal int UsedClusters { get; }

    /// <summary>The threads that so many rows are worth.</summary>
    /// <param name="rows">n.</param>
    /// <param name="threads">Threads asked for; 0 for all processors.</param>
    internal static int ThreadsFor(int rows, int threads) =>
        rows < LeastRowsForThreads ? 1 : WorkerTeam.Count(threads);

    /// <summary>The same design for another family, whose responses these are, too; it must not outlive this
    /// plan.</summary>
    internal FitPlan For(Family family) => new(this, family);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_ownsPacked) Packed.Dispose();
    }
}

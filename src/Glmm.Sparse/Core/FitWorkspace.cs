using Glmm.Sparse.Families;
using Glmm.Sparse.Kernels;
using Glmm.Sparse.Model;
using Glmm.Sparse.Threading;

namespace Glmm.Sparse.Core;

/// <summary>
/// Everything one fit needs, allocated once: packed rows, kernel, threads, the pass and its statistics. Not thread-safe.
/// </summary>
internal sealed class FitWorkspace : IDisposable
{
    // Fewer rows than this are done before other threads would have woken.
    private const int LeastRowsForThreads = 8192;

    /// <param name="design">The data.</param>
    /// <param name="family">The family.</param>
    /// <param name="link">The link.</param>
    /// <param name="threads">Threads; 0 for all processors.</param>
    /// <param name="dropCollinear">Whether columns of X that depend on the ones before them are left out.</param>
    internal FitWorkspace(ClusteredDesign design, Family family, Link link, int threads, bool dropCollinear = true)
    {
        Warnings = [];
        DesignValidation.Check(design, family, Warnings);
        PackedDesign packed = DesignPacker.Pack(design);
        List<int> kept = dropCollinear
            ? CollinearityScreen.ColumnsToKeep(packed)
            : [.. Enumerable.Range(0, packed.Layout.FixedCount)];
        if (kept.Count == 0)
        {
            packed.Dispose();
            throw new InvalidModelDataException("Every fixed-effect column is 0 in every row; give X at least an intercept.");
        }

        if (kept.Count < packed.Layout.FixedCount)
        {
            packed = packed.KeepFixed(kept);
            Warnings.Add(
                $"Dropped from the fixed effects, being linear combinations of the columns before them: " +
                $"{string.Join(", ", packed.DroppedNames)}.");
        }

        KeptColumns = kept;
        Packed = packed;
        Family = family;
        Link = link;
        Kernel = WorkingKernel.Create(family, link);
        Threads = threads == 0 ? Environment.ProcessorCount : threads;
        Team = new WorkerTeam(packed.Rows < LeastRowsForThreads ? 1 : Threads);
        Pass = new DataPass(packed, Kernel, Team);
        Statistics = new PassStatistics(packed.Layout.FixedCount);
        Blocks = new ClusterBlocks(packed.ClusterCount, packed.Layout.FixedCount, packed.Layout.RandomCount);
    }

    internal PackedDesign Packed { get; }

    internal Family Family { get; }

    internal Link Link { get; }

    internal WorkingKernel Kernel { get; }

    internal int Threads { get; }

    internal WorkerTeam Team { get; }

    internal DataPass Pass { get; }

    internal PassStatistics Statistics { get; }

    internal ClusterBlocks Blocks { get; }

    /// <summary>Indices, in the user's X, of the columns that are kept.</summary>
    internal IReadOnlyList<int> KeptColumns { get; }

    internal List<string> Warnings { get; }

    /// <summary>The working response is the response itself: one linearisation is exact.</summary>
    internal bool IsLinear => Link.Name == "identity" && Family.Name is "gaussian" or "quasi";

    /// <inheritdoc/>
    public void Dispose()
    {
        Pass.Dispose();
        Blocks.Dispose();
        Team.Dispose();
        Packed.Dispose();
    }
}

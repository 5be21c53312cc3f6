using Glmm.Sparse.LinearAlgebra;

namespace Glmm.Sparse.Core;

/// <summary>What one partition of a <see cref="ClusterSweep{TPart}"/> needs and sums up.</summary>
internal interface IClusterPart : IDisposable
{
    /// <summary>Sums over clusters, eight lanes each, which the sweep sets to 0 and adds up over the parts.</summary>
    LaneSpan Sums { get; }
}

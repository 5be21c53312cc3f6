namespace Glmm.Sparse.Server;

/// <summary>How far a job is.</summary>
internal enum FitState
{
    /// <summary>It waits for a worker.</summary>
    Queued,

    /// <summary>It runs.</summary>
    Running,

    /// <summary>Its model is saved; whether the fit converged, the model says.</summary>
    Succeeded,

    /// <summary>The data or options were wrong; the message says how.</summary>
    Failed,

    /// <summary>It was cancelled, or the server stopped.</summary>
    Cancelled,
}

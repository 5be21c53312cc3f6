namespace Glmm.Sparse.Cli;

/// <summary>What the command tells the shell.</summary>
internal static class ExitCode
{
    /// <summary>Done; a fit has converged, on the boundary too.</summary>
    public const int Success = 0;

    /// <summary>A defect of this program.</summary>
    public const int Defect = 1;

    /// <summary>The request or the data are wrong; nothing was written.</summary>
    public const int WrongRequest = 2;

    /// <summary>Fitted, all output written, but not converged.</summary>
    public const int NotConverged = 3;

    /// <summary>Stopped by the user.</summary>
    public const int Cancelled = 130;
}

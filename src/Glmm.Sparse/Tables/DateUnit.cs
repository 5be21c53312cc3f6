namespace Glmm.Sparse.Tables;

/// <summary>What a date counts since the beginning of 1970 (UTC).</summary>
public enum DateUnit
{
    /// <summary>Whole days, as R's Date.</summary>
    Days,

    /// <summary>Seconds and fractions of them, as R's POSIXct.</summary>
    Seconds,
}

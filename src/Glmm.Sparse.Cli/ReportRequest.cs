using Glmm.Sparse.Report;

namespace Glmm.Sparse.Cli;

/// <summary>Everything that <c>glmm report</c> was asked for, checked as far as it can be without files.</summary>
internal sealed record ReportRequest
{
    /// <summary>The model file.</summary>
    public required string ModelPath { get; init; }

    /// <summary>The data that it was fitted to.</summary>
    public required DataSource Data { get; init; }

    /// <summary>Where the page goes, or null for none.</summary>
    public required string? OutPath { get; init; }

    /// <summary>Where plots go.</summary>
    public required IReadOnlyList<ReportPlotFile> Plots { get; init; }

    /// <summary>How the report is made.</summary>
    public required ReportOptions Options { get; init; }

    /// <summary>No progress.</summary>
    public required bool Quiet { get; init; }
}

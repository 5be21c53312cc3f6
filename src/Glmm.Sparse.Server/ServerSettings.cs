using System.ComponentModel.DataAnnotations;

namespace Glmm.Sparse.Server;

/// <summary>What the server is told, in the section <c>Glmm</c> of the configuration: a file, the environment
/// (<c>Glmm__Workers=2</c>) or the command line (<c>--Glmm:Workers 2</c>).</summary>
internal sealed class ServerSettings
{
    public const string Section = "Glmm";

    /// <summary>The folder of models; a file NAME.model there is the model NAME.</summary>
    [Required]
    public string ModelDirectory { get; set; } = "models";

    /// <summary>The folder in which fits may name files of data; null, and none may.</summary>
    public string? DataDirectory { get; set; }

    /// <summary>Most bytes in the body of a request for predictions.</summary>
    [Range(1_024, 1L << 30)]
    public long MaxPredictionBytes { get; set; } = 8L << 20;

    /// <summary>Most rows in one request.</summary>
    [Range(1, 10_000_000)]
    public int MaxRows { get; set; } = 100_000;

    /// <summary>Most bytes in the body of a request for a fit.</summary>
    [Range(1_024, 1L << 30)]
    public long MaxFitBytes { get; set; } = 64L << 20;

    /// <summary>Requests for predictions that are worked on at once.</summary>
    [Range(1, 10_000)]
    public int MaxConcurrentPredictions { get; set; } = 64;

    /// <summary>Requests for predictions that may wait beyond these.</summary>
    [Range(0, 100_000)]
    public int PredictionQueue { get; set; } = 512;

    /// <summary>Fits that run at once.</summary>
    [Range(1, 256)]
    public int Workers { get; set; } = 1;

    /// <summary>Fits that may wait beyond these.</summary>
    [Range(1, 10_000)]
    public int FitQueue { get; set; } = 16;

    /// <summary>Most threads of one fit; 0 means all processors.</summary>
    [Range(0, 1_024)]
    public int ThreadsPerFit { get; set; } = 1;

    /// <summary>Most quadrature nodes of a cluster in one fit by aghq: its nodes to the power of its random effects. A
    /// fit is cancelled between passes over its data, and it is these that make a pass long.</summary>
    [Range(1, 1_000_000)]
    public int MaxQuadratureNodes { get; set; } = 1_000;

    /// <summary>Jobs that ended and can still be asked about.</summary>
    [Range(1, 100_000)]
    public int JobsKept { get; set; } = 1_000;

    /// <summary>Most models in memory; the one longest unused goes first.</summary>
    [Range(1, 10_000)]
    public int ModelsInMemory { get; set; } = 100;

    /// <summary>Seconds that a request may take, its body included.</summary>
    [Range(1, 3_600)]
    public int RequestSeconds { get; set; } = 30;

    /// <summary>Connections at once.</summary>
    [Range(1, 100_000)]
    public int MaxConnections { get; set; } = 1_000;
}

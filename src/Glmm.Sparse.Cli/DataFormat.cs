namespace Glmm.Sparse.Cli;

/// <summary>The form of a file of rows.</summary>
internal enum DataFormat
{
    /// <summary>Text with separated fields, plain or gzip-compressed.</summary>
    Csv,

    /// <summary>Parquet, one file or a pattern for several.</summary>
    Parquet,

    /// <summary>An Arrow file or stream; Feather is the former.</summary>
    Arrow,

    /// <summary>A database of DuckDB.</summary>
    DuckDb,
}

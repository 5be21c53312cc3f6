namespace Glmm.Sparse.Cli;

/// <summary>A file that the user asked for cannot be written.</summary>
internal sealed class OutputFileException(string message, Exception? innerException = null)
    : GlmmException(message, innerException);
